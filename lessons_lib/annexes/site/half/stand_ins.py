"""What our widgets use of packages that are not in the browser, under the names of those."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import traitlets

# Selects variants: a page shows everyone the same numbers before Python has started.
LEARNER = "site"


class AnyWidget(traitlets.HasTraits):
    """A widget whose model is a page's script instead of a kernel's message channel.

    Attributes
    ----------
    changed : set of str
        The traits that have changed since `changes` was called; at first, all that a page shows.
    """

    def __init__(self, **state: object) -> None:
        self.changed = set(self.traits(sync=True))
        self._handlers: list[Callable[..., None]] = []
        super().__init__(**state)

    def on_msg(self, handler: Callable[..., None]) -> None:
        """Call a function with the messages that a page sends."""
        self._handlers.append(handler)

    def receive(self, content: object) -> None:
        """Pass a page's message on."""
        for handler in self._handlers:
            handler(self, content, [])

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Set the traits that a page may set; others are ignored."""
        for name, value in sync_data.items():
            if name in self.traits(sync=True):
                self.set_trait(name, value)

    def changes(self) -> dict[str, Any]:
        """Return the values of the changed traits, and forget that they have changed."""
        names, self.changed = sorted(self.changed), set()
        return {name: getattr(self, name) for name in names}

    def notify_change(self, change: Any) -> None:
        """Remember which trait has changed."""
        if self.traits(sync=True).get(change["name"]):
            self.changed.add(change["name"])
        super().notify_change(change)


def _no_widget(*_: object) -> None:
    raise NotImplementedError("This widget needs Jupyter.")


def install() -> None:
    """Make the stand-ins importable, before the modules that need them are imported."""
    from lessons_lib.annexes.site.half import log

    os.environ["JUPYTERHUB_USER"] = LEARNER
    stand_ins: dict[str, dict[str, object]] = {
        "anywidget": {"AnyWidget": AnyWidget},
        "ipywidgets": {"HTML": _no_widget, "VBox": object},
        "IPython": {},
        "IPython.core": {},
        "IPython.core.getipython": {"get_ipython": lambda: None},
    }
    for name, contents in stand_ins.items():
        sys.modules[name] = module = ModuleType(name)
        vars(module).update(contents)
    sys.modules["lessons_lib.classroom.record.log"] = log
