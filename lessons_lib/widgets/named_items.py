"""Experiments and tasks: named by an id of their own, and described in texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from lessons_lib.arguments import check_text

LONGEST_ID = 80
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class NamedItem:
    """What is kept in the record under an id: lower-case words joined by hyphens.

    Raises
    ------
    TypeError, ValueError
        If the id is no string, or one of another form.
    """

    id: str

    _example: ClassVar[str]

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_text(f"{kind}(id=...)", self.id)
        if not _ID.fullmatch(self.id) or len(self.id) > LONGEST_ID:
            rule = f"lower-case words joined by hyphens, like {self._example}"
            raise ValueError(f"{kind}(id=...) takes {rule}, got {self.id!r}.")


Item = TypeVar("Item", bound=NamedItem)


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
