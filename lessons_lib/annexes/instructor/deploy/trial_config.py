"""JupyterHub configuration for `lessons hub`: a trial class on one machine.

The first line of stdin is JSON from that command. Stdin stays open while the command runs; when
it closes for any reason, the hub stops, along with everything it started.
"""

import json
import os
import signal
import sys
import threading
import time
from secrets import compare_digest
from typing import Any

from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from jupyterhub.utils import random_port

HOST = "127.0.0.1"
# The proxy sends a response on when it is complete. By default, it has ten requests in flight and
# drops each after 20 s; the page that shows how a server starts stays open until it has started.
PROXY = (
    "from configurable_http_proxy.cli import main; from tornado.httpclient import AsyncHTTPClient;"
    "AsyncHTTPClient.configure(None, max_clients=1000); main()"
)

c = get_config()  # type: ignore[name-defined] # noqa: F821
settings = json.loads(sys.stdin.readline())


class OwnPassword(Authenticator):  # type: ignore[misc]
    """Log in each member of the class with their own password."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the username if the password is correct, else None."""
        name, password = data["username"], data["password"].encode()
        expected = settings["passwords"].get(name, "").encode()
        return name if expected and compare_digest(expected, password) else None


def ignore_signal(*_: object) -> None:
    """Ignore a signal that arrives before JupyterHub can shut down cleanly."""


def stop_with_the_command() -> None:
    """Wait until stdin closes, then stop JupyterHub."""
    while os.read(0, 1):
        pass
    while signal.getsignal(signal.SIGTERM) is ignore_signal:
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, ignore_signal)
threading.Thread(target=stop_with_the_command, daemon=True).start()

# Accept connections only from this machine.
c.JupyterHub.bind_url = settings["url"]
c.JupyterHub.hub_bind_url = f"http://{HOST}:{random_port()}"
c.ConfigurableHTTPProxy.api_url = f"http://{HOST}:{random_port()}"
# In ms: more than a spawner's start_timeout and http_timeout, which follow each other.
c.ConfigurableHTTPProxy.command = [sys.executable, "-c", PROXY, "--proxy-timeout=660000"]
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.concurrent_spawn_limit = 0  # no limit: a class logs in all at once
c.JupyterHub.authenticator_class = OwnPassword
c.Authenticator.allowed_users = set(settings["passwords"])

# The instructor sees who is logged in, and starts and stops servers, but cannot open them: that
# would need the scope `access:servers`, which JupyterHub's admins have.
scopes = ["admin-ui", "list:users", "read:users", "servers"]
instructor = {"name": "lessons-instructor", "scopes": scopes, "users": [settings["instructor"]]}
c.JupyterHub.load_roles = [instructor]

# A class that counts: learners' servers may answer, and only the instructor's browser may teach.
if "class" in settings:
    ANSWER, TEACH = "custom:class:answer", "custom:class:teach"
    REACH = "access:services!service=class"
    c.JupyterHub.custom_scopes = {
        ANSWER: {"description": "Answer the questions of the class."},
        TEACH: {"description": "Ask the class, and see its results."},
    }
    c.JupyterHub.services = [
        {
            "name": "class",
            "url": settings["class"]["url"],
            "command": settings["class"]["command"],
            "oauth_no_confirm": True,
            "oauth_client_allowed_scopes": [ANSWER, TEACH],  # as far as somebody has them
        }
    ]
    scopes += [TEACH, REACH]
    at_the_browser = {"name": "user", "scopes": ["self", REACH, ANSWER]}
    of_a_server = ["users:activity!user", "access:servers!server", REACH, ANSWER]
    at_a_kernel = {"name": "server", "scopes": of_a_server}
    c.JupyterHub.load_roles = [instructor, at_the_browser, at_a_kernel]

# Every server runs as the user who started the command. The limits are shown, not enforced.
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = settings["homes"] + "/{username}"
c.Spawner.notebook_dir = settings["homes"] + "/{username}/" + settings["course"]
c.Spawner.default_url = f"/lab/tree/{settings['start']}"
# It starts in the home, where a learner's `random.py` must not replace Python's own: -P.
c.Spawner.cmd = [sys.executable, "-P", "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.ip = HOST
c.Spawner.environment = settings["environment"]
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
