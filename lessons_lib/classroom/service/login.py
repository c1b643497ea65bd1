"""How a browser logs in at the hub to see the pages of a class."""

from __future__ import annotations

import hashlib
from typing import Final

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
from tornado.web import Application

TEACH: Final = "custom:class:teach"


class CallbackHandler(HubOAuthCallbackHandler):  # type: ignore[misc]  # it has no types
    """Where the hub leads a browser that has logged in."""

    def initialize(self, hub_auth: HubOAuth) -> None:
        """Take what knows about the login that began."""
        self.hub_auth = hub_auth


def add_login(served: Application, hub_auth: HubOAuth, prefix: str) -> None:
    """Add the login to the addresses of a service, under its prefix."""
    # The same after a restart, so that browsers stay logged in; only hub and service know it.
    secret = hashlib.sha256(b"class cookies " + hub_auth.api_token.encode())
    served.settings["cookie_secret"] = secret.hexdigest()
    # A page on the same host can read other cookies, from an error page that it opens.
    served.settings["xsrf_cookie_kwargs"] = {"httponly": True}
    callback = (f"{prefix}oauth_callback", CallbackHandler, {"hub_auth": hub_auth})
    served.add_handlers(r".*", [callback])
