"""A trial hub as a child process: started, waited for, and stopped with all it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
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


def run_trial_hub(
    settings: TrialSettings, *, on_start: Callable[[], None], on_ready: Callable[[], None]
) -> None:
    """Run a hub until Ctrl-C or SIGTERM; all that it started ends with it.

    Parameters
    ----------
    settings : TrialSettings
        What the hub is told.
    on_start, on_ready : callable
        Called once, as soon as a Ctrl-C is heard, and as soon as the hub answers.

    Raises
    ------
    TrialHubError
        If the hub does not start, or ends by itself.
    """
    log = Path(settings.homes) / LOG_NAME
    with (
        _hearing() as told,
        tempfile.TemporaryDirectory(prefix="lessons-hub-") as state,
        _private(log) as output,
    ):
        on_start()
        with _started(state, output) as process:
            _serve(process, settings, log, told, on_ready)


def _serve(
    process: subprocess.Popen[bytes],
    settings: TrialSettings,
    log: Path,
    told: Sequence[int],
    on_ready: Callable[[], None],
) -> None:
    if process.stdin is not None:
        process.stdin.write(msgspec.json.encode(settings) + b"\n")
        process.stdin.flush()
    if _comes_up(process, settings.url, log, told):
        on_ready()
    while not told:
        if (code := _code(process)) is not None:
            raise TrialHubError(f"The hub ended by itself (code {code}).\n{_end_of(log)}")


@contextmanager
def _private(log: Path) -> Iterator[int]:
    """Open a log that nobody else may read: addresses in it may hold tokens."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _hearing() -> Iterator[list[int]]:
    """Give a list that holds each SIGINT and SIGTERM from now on, in place of what they do."""
    told: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        told.append(number)

    before = {one: signal.signal(one, hear) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _started(state: str, output: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a hub that waits for its settings, and leave none behind."""
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
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _comes_up(process: subprocess.Popen[bytes], url: str, log: Path, told: Sequence[int]) -> bool:
    """Wait until the hub answers; False if we are told to stop before."""
    for _ in range(int(START_TIMEOUT_S / POLL_S)):
        code = _code(process)
        if told:
            return False
        if code is not None:
            raise TrialHubError(f"The hub did not start (code {code}).\n{_end_of(log)}")
        if _answers(f"{url}hub/api/"):
            return True
    raise TrialHubError(f"The hub did not answer in {START_TIMEOUT_S} s.\n{_end_of(log)}")


def _code(process: subprocess.Popen[bytes]) -> int | None:
    """Wait a moment; return the exit code if the hub has ended by then."""
    try:
        return process.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return None


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
