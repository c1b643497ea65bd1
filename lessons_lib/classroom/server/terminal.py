"""What `lessons lab` prints from JupyterLab: its address and problems. A file has the rest."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

# Set by `lessons lab` for the server that it starts.
STARTED_BY_US = "LESSONS_LAB"
# Warnings and critical messages of every session, about which a learner need not do anything.
ROUTINE = (
    "To access the server",  # `announce` says it in one line
    "is not trusted",  # the learner's own notebooks, until they have run
    "websocket_ping_timeout",
    "received signal",
    "Shutting down",
)


class ProblemFilter(logging.Filter):
    """Passes messages that a learner should see on the terminal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a message is about a problem."""
        text = record.getMessage()
        return record.levelno >= logging.WARNING and not any(one in text for one in ROUTINE)


def log_flag(file: Path) -> str:
    """Return the flag for JupyterLab that sends its log to a file, and problems to the terminal."""
    config = {
        "filters": {"problems": {"()": f"{__name__}.{ProblemFilter.__name__}"}},
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "console": {"filters": ["problems"]},
            "file": {
                "class": "logging.FileHandler",
                "level": "INFO",
                "filename": str(file),
                "encoding": "utf-8",
                "formatter": "plain",
            },
        },
        "loggers": {name: {"handlers": ["console", "file"]} for name in ("ServerApp", "LabApp")},
    }
    return f"--Application.logging_config={config!r}"


def announce(app: ServerApp) -> None:
    """Print the address of the lessons when a server started by `lessons lab` is ready.

    Extensions are loaded before Jupyter looks for a free port, and its loop first listens there.
    """
    if os.environ.get(STARTED_BY_US):
        app.io_loop.add_callback(app.io_loop.add_callback, _print_address, app)


def _print_address(app: ServerApp) -> None:
    print(f"The lessons are running at {app.public_url}. Press Ctrl-C to stop them.", flush=True)
