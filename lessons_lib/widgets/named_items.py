"""Experiments and tasks: named by an id of their own, and described in texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

LONGEST_ID = 80
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """Lower-case words joined by hyphens."""
        ...


Item = TypeVar("Item", bound=Named)


def check_text(parameter: str, given: object) -> None:
    """Refuse with a TypeError what is no string, as the parameter "LabBook(note=...)"."""
    if not isinstance(given, str):
        raise TypeError(f"{parameter} takes a text (str), got {type(given).__name__}.")


def check_id(kind: str, given: str, example: str) -> None:
    """Refuse an id that is not made of lower-case words joined by hyphens.

    Raises
    ------
    TypeError, ValueError
        If it is no string, or one of another form.
    """
    check_text(f"{kind}(id=...)", given)
    if not _ID.fullmatch(given) or len(given) > LONGEST_ID:
        rule = f"lower-case words joined by hyphens, like {example}"
        raise ValueError(f"{kind}(id=...) takes {rule}, got {given!r}.")


def by_id(widget: str, kind: type[Item], items: Sequence[Item]) -> dict[str, Item]:
    """Return what a widget is given by id, in the same order.

    Raises
    ------
    TypeError, ValueError
        If an item is of another kind, there is none, or two have the same id.
    """
    plural = f"{kind.__name__.lower()}s"
    for one in items:
        if not isinstance(one, kind):
            raise TypeError(f"{widget}() takes {plural}, got {type(one).__name__}.")
    found = {one.id: one for one in items}
    if not found or len(found) < len(items):
        ids = [one.id for one in items]
        raise ValueError(f"{widget}() takes {plural} with ids of their own, got {ids}.")
    return found
