"""JupyterHub for `lessons hub`: a class on one machine, to try out.

The first line of its input is JSON from that command. The input stays open while the command runs;
when it ends, however that happens, the hub stops and takes all that it started with it.
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

c = get_config()  # type: ignore[name-defined] # noqa: F821
settings = json.loads(sys.stdin.readline())


class OwnPassword(Authenticator):  # type: ignore[misc]
    """Lets each member of the class in with a password of their own."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the name if the password is that member's."""
        name, password = data["username"], data["password"].encode()
        expected = settings["passwords"].get(name, "").encode()
        return name if expected and compare_digest(expected, password) else None


def too_early(*_: object) -> None:
    """Ignore a signal that comes before JupyterHub can clean up after itself."""


def stop_with_the_command() -> None:
    """Wait for the end of the input, then tell JupyterHub to stop."""
    while os.read(0, 1):
        pass
    while signal.getsignal(signal.SIGTERM) is too_early:
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGTERM)


signal.signal(signal.SIGTERM, too_early)
threading.Thread(target=stop_with_the_command, daemon=True).start()

# Only this machine can reach any of it.
c.JupyterHub.bind_url = settings["url"]
c.JupyterHub.hub_bind_url = f"http://{HOST}:{random_port()}"
c.ConfigurableHTTPProxy.api_url = f"http://{HOST}:{random_port()}"
no_node = "from configurable_http_proxy.cli import main; main()"
c.ConfigurableHTTPProxy.command = [sys.executable, "-c", no_node]
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.concurrent_spawn_limit = 0  # a class comes all at once; none is turned away
c.JupyterHub.authenticator_class = OwnPassword
c.Authenticator.allowed_users = set(settings["passwords"])

# The instructor sees who is there, starts and stops servers, and opens none; for that JupyterHub's
# own admins have `access:servers`.
scopes = ["admin-ui", "list:users", "read:users", "servers"]
instructor = {"name": "lessons-instructor", "scopes": scopes, "users": [settings["instructor"]]}
c.JupyterHub.load_roles = [instructor]

# Every server runs as the user who started the command. The limits are shown, not enforced.
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = settings["homes"] + "/{username}"
c.Spawner.notebook_dir = settings["homes"] + "/{username}/" + settings["course"]
c.Spawner.default_url = f"/lab/tree/{settings['start']}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.ip = HOST
c.Spawner.environment = settings["environment"]
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
