"""The scripts and style sheets beside the widgets, read as text."""

from __future__ import annotations

import importlib.resources
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import anywidget
import traitlets


def read_static(*names: str) -> str:
    """Return scripts or style sheets, named from this folder, joined into one text."""
    folder = importlib.resources.files("lessons_lib.widgets")
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


Action = TypeVar("Action")
Taken = TypeVar("Taken", contravariant=True)


class KernelOwned(anywidget.AnyWidget):
    """A widget that takes nothing that a browser sets in what is its own."""

    _own: ClassVar[tuple[str, ...]] = ("page",)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sets, but for the widget's own: that is written here alone."""
        super().set_state({key: value for key, value in sync_data.items() if key not in self._own})


class Session(Protocol[Taken]):
    """What stands behind a card."""

    def take(self, action: Taken) -> None:
        """Do what the learner asked for, or nothing if that is not possible now."""

    def page(self) -> dict[str, Any]:
        """Return all that the page may know and show at the moment."""
        ...


class PageCard(KernelOwned, Generic[Action]):
    """Shows the pages of a session.

    Notes
    -----
    The browser sends actions as messages; the whole page comes back in `page`, with a serial
    number. What a browser sets there itself is not taken.
    """

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session[Action]) -> None:
        self._session = session
        self._serial = 0
        super().__init__(page=self._next_page())
        self.on_msg(self._take)

    def _action(self, message: object) -> Action | None:
        """Return a message as an action, or None if it is none."""
        raise NotImplementedError

    def _take(self, _: object, content: object, buffers: object) -> None:
        action = self._action(content)
        if action is not None:
            self._session.take(action)
        self.page = self._next_page()

    def _next_page(self) -> dict[str, Any]:
        self._serial += 1
        return {"serial": self._serial, **self._session.page()}
