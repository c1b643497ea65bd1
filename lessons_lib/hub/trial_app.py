"""JupyterHub as `lessons hub` runs it: `python -m lessons_lib.hub.trial_app` < settings.

The one module that imports `jupyterhub`, which the extra `hub` installs. Its input stays open while
the command lives: when it ends, however that came about, the hub stops all it started.
"""

from __future__ import annotations

import hmac
import io
import os
import signal
import socket
import sys
import threading
from types import FrameType
from typing import Any

import msgspec
import traitlets
from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets.config import Config

from lessons_lib.hub.trial_settings import HOST, TrialSettings

START_TIMEOUT_S = 300


class ClassAuthenticator(Authenticator):  # type: ignore[misc]
    """Knows a password for each member of the class, and nobody else."""

    passwords: traitlets.Dict[str, str] = traitlets.Dict(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:
        """Return the name if the password is that member's."""
        name = data["username"]
        expected = self.passwords.get(name, "")
        given = data["password"].encode()
        return name if expected and hmac.compare_digest(expected.encode(), given) else None


class TrialHub(JupyterHub):  # type: ignore[misc]
    """A hub that is never stopped half-started, and never outlives who started it."""

    _was_told_to_stop = False

    def hold_signals(self) -> None:
        """Remember a wish to stop that comes before the hub could clean up after itself."""

        def remember(number: int, frame: FrameType | None) -> None:
            self._was_told_to_stop = True

        signal.signal(signal.SIGTERM, remember)

    def init_signal(self) -> None:
        """From now on a signal stops the hub, and so does the end of its input."""
        super().init_signal()
        threading.Thread(target=_stop_at_the_end_of_input, daemon=True).start()
        if self._was_told_to_stop:
            os.kill(os.getpid(), signal.SIGTERM)


def hub_config(settings: TrialSettings) -> Config:
    """Return the configuration of a hub that only this machine can reach."""
    config = Config()
    hub = config.JupyterHub
    hub.bind_url = settings.url
    hub.hub_bind_url = f"http://{HOST}:{free_port()}"
    hub.db_url = "sqlite:///:memory:"
    hub.authenticator_class = ClassAuthenticator
    hub.spawner_class = SimpleLocalProcessSpawner
    # JupyterHub turns those away who come beyond its limit: a class comes all at once, and waits.
    hub.concurrent_spawn_limit = len(settings.passwords)
    config.ConfigurableHTTPProxy.command = settings.proxy_command
    config.ConfigurableHTTPProxy.api_url = f"http://{HOST}:{free_port()}"
    config.ClassAuthenticator.passwords = settings.passwords
    config.ClassAuthenticator.allowed_users = set(settings.passwords)
    hub.load_roles = [instructor_role(settings.instructors)]
    _configure_servers(config.SimpleLocalProcessSpawner, settings)
    return config


def instructor_role(names: list[str]) -> dict[str, Any]:
    """Return the right to see who is there and to start and stop servers, not to open them.

    JupyterHub's own admins may open every learner's server; `access:servers` would add that here.
    """
    scopes = ["admin-ui", "list:users", "read:users", "servers"]
    return {"name": "lessons-instructor", "scopes": scopes, "users": names}


def _configure_servers(spawner: Any, settings: TrialSettings) -> None:
    homes = settings.homes.replace("{", "{{").replace("}", "}}")  # JupyterHub fills these in
    spawner.home_dir_template = f"{homes}/{{username}}"
    spawner.notebook_dir = f"{homes}/{{username}}/{settings.course_name}"
    spawner.default_url = f"/lab/tree/{settings.start}"
    spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
    spawner.args = ["--allow-root"] if settings.allow_root else []
    spawner.ip = HOST
    spawner.environment = settings.environment
    spawner.mem_limit = settings.memory_limit
    spawner.cpu_limit = settings.cpu_limit
    spawner.start_timeout = spawner.http_timeout = START_TIMEOUT_S


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Read the settings and run the hub until it is told to stop."""
    settings = msgspec.json.decode(_input().readline(), type=TrialSettings)
    hub: TrialHub = TrialHub.instance(config=hub_config(settings))
    hub.hold_signals()
    TrialHub.launch_instance([])


def _input() -> io.FileIO:
    """Return our input without a buffer, whose lock a waiting thread would keep to the end."""
    return io.FileIO(sys.stdin.fileno(), closefd=False)


def _stop_at_the_end_of_input() -> None:
    while _input().readline():
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
