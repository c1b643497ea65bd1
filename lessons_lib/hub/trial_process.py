"""A trial hub as a child process: started, waited for, and stopped with all it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from lessons_lib.hub.trial_settings import HOST, TrialSettings

LOG_NAME = "hub.log"
LOG_LINES_SHOWN = 12
POLL_S = 0.2
ANSWER_TIMEOUT_S = 5
START_TIMEOUT_S = 120
# A server gets 20 s before it is killed; then come the proxy and the hub itself.
STOP_TIMEOUT_S = 60


class TrialHubError(RuntimeError):
    """A trial hub that could not be started, or ended by itself; the message says what to do."""


def check_port(port: int) -> None:
    """Raise `TrialHubError` if something listens on a port already, or it may not be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise TrialHubError(
                f"Port {port} cannot be used ({error.strerror}): another program, or another "
                f"`lessons hub`, may listen on it. Choose another one: --port {port + 1}"
            ) from error


def run_trial_hub(settings: TrialSettings, on_ready: Callable[[], None]) -> None:
    """Run a hub until Ctrl-C or SIGTERM; all that it started ends with it.

    Parameters
    ----------
    settings : TrialSettings
        What the hub is told.
    on_ready : callable
        Called once, as soon as the hub answers.

    Raises
    ------
    TrialHubError
        If the hub does not start, or ends by itself.
    """
    log = Path(settings.homes) / LOG_NAME
    with tempfile.TemporaryDirectory(prefix="lessons-hub-") as state, _private(log) as output:
        # A session of its own: on a terminal Ctrl-C reaches us alone, and the hub hears it once.
        process = subprocess.Popen(
            [sys.executable, "-m", "lessons_lib.hub.trial_app"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=state,
            env=_hub_environment(),
            start_new_session=True,
        )
        with _stopping(process) as was_told:
            if process.stdin is not None:
                process.stdin.write(msgspec.json.encode(settings) + b"\n")
                process.stdin.flush()
            try:
                _wait_until_it_answers(process, settings.url, log)
                if not was_told():
                    on_ready()
                code = process.wait()
                raise TrialHubError(f"The hub ended by itself (code {code}).\n{_end_of(log)}")
            except TrialHubError:
                if not was_told():
                    raise


@contextmanager
def _private(log: Path) -> Iterator[int]:
    """Open a log that nobody else may read: addresses in it may hold tokens."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _stopping(process: subprocess.Popen[bytes]) -> Iterator[Callable[[], bool]]:
    """Pass SIGINT and SIGTERM on to the hub, and leave no hub behind."""
    told: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if not told:
            process.terminate()
        told.append(number)

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(told)
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
        for one, handler in before.items():
            signal.signal(one, handler)


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(int(START_TIMEOUT_S / POLL_S)):
        try:
            code = process.wait(POLL_S)
        except subprocess.TimeoutExpired:
            if _answers(f"{url}hub/api/"):
                return
            continue
        raise TrialHubError(f"The hub did not start (code {code}).\n{_end_of(log)}")
    raise TrialHubError(f"The hub did not answer in {START_TIMEOUT_S} s.\n{_end_of(log)}")


def _answers(url: str) -> bool:
    try:
        # No proxy of the environment stands between a machine and itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(url, timeout=ANSWER_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def _hub_environment() -> dict[str, str]:
    """Return our environment without what would make this hub part of another one."""
    foreign = ("JUPYTERHUB_", "JPY_", "CONFIGPROXY_")
    return {name: text for name, text in os.environ.items() if not name.startswith(foreign)}


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join([f"Its log, {log}, ends like this:", *lines[-LOG_LINES_SHOWN:]])
