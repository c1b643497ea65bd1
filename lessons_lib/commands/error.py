"""The one exception that a command ends with when it cannot do what was asked."""

from __future__ import annotations


class CommandError(Exception):
    """Expected trouble: the message says what is wrong and what to do; no traceback is shown."""
