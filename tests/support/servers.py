"""Processes that tests start, and ports that nobody else can take meanwhile."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lessons_lib.commands.lab import jupyter_paths
from tests.support.environment import private_environment
from tests.support.waiting import LIMIT_S, wait_for


@contextmanager
def held_port() -> Iterator[int]:
    """Hold a free port, on which a server with `SO_REUSEADDR` can listen and nobody else can.

    Only Linux lets a server listen where another socket is bound; elsewhere the port is free again.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
        if sys.platform != "linux":
            holder.close()
        yield port


@contextmanager
def served(
    folder: Path, *command: str, settings: dict[str, object], environment: dict[str, str]
) -> Iterator[str]:
    """Run a Python module as a server in a folder, and yield its address once it answers."""
    private = private_environment(folder) | jupyter_paths() | environment
    with held_port() as port:
        flags = [f"--{name}={value}" for name, value in (settings | {"port": port}).items()]
        command = (sys.executable, "-P", "-m", *command, *flags)
        with started(folder, *command, environment=private) as process:
            wait_for_port(process, port)
            yield f"http://127.0.0.1:{port}"


@contextmanager
def started(
    folder: Path, *command: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a folder, with its output in a log there; print that if a test fails."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        try:
            yield process
        except BaseException:
            print(log.read_text("utf-8", "replace")[-3000:])
            raise
        finally:
            process.terminate()
            process.wait(LIMIT_S)


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a process answers on a port."""

    def answers() -> bool:
        assert process.poll() is None, "the server ended"
        with socket.socket() as connection:
            return not connection.connect_ex(("127.0.0.1", port))

    wait_for(answers)


def needed(what: str, *commands: str) -> str:
    """Return the path of a command; without it a test is skipped, but fails in CI."""
    found = next(filter(None, map(shutil.which, commands)), None)
    if found is None:
        reason = f"needs {what}: none of {', '.join(commands)} is on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
