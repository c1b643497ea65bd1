"""Pages and actions as plain data: what a session receives and returns."""

from __future__ import annotations

from typing import Any, TypeAlias

Page: TypeAlias = dict[str, Any]


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates with U+FFFD, so that UTF-8 can encode it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
