"""Which proxy a trial hub runs behind: the Node one if it is there, else the pure-Python one."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

PROGRAM = "configurable-http-proxy"
PYTHON_PROXY = "configurable_http_proxy"


def proxy_command(path: str | None = None) -> list[str]:
    """Return the command that starts the proxy.

    Parameters
    ----------
    path : str, optional
        Where to look for the Node one; the environment's `PATH` if not given. The Python package
        installs a program of the same name, so its first line is read.

    Raises
    ------
    ModuleNotFoundError
        If neither is installed.
    """
    folders = (os.environ.get("PATH", "") if path is None else path).split(os.pathsep)
    for program in (Path(folder) / PROGRAM for folder in folders if folder):
        if os.access(program, os.X_OK) and _is_run_by_node(program):
            return [str(program)]
    if importlib.util.find_spec(PYTHON_PROXY) is None:
        raise ModuleNotFoundError("no proxy is installed", name=PYTHON_PROXY)
    return [sys.executable, "-c", f"from {PYTHON_PROXY}.cli import main; main()"]


def _is_run_by_node(program: Path) -> bool:
    try:
        with program.open("rb") as file:
            first = file.readline(200)
    except OSError:
        return False
    return first.startswith(b"#!") and b"node" in first
