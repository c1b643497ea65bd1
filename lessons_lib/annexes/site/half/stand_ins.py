"""What our widgets use of packages that are not in the browser, under the names of those."""

import os
import sys
from types import ModuleType, SimpleNamespace

# Selects variants: a page shows everyone the same numbers before Python has started.
LEARNER = "site"


class AnyWidget:
    """A card's about and page, which a page's script asks for; nothing is synchronized."""

    def __init__(self, **shown: object) -> None:
        vars(self).update(shown)

    def on_msg(self, handler: object) -> None:
        """Do nothing: messages go to the card itself."""


def _no_widget(*_: object) -> None:
    raise NotImplementedError("This widget needs Jupyter.")


def install() -> None:
    """Make the stand-ins importable, before the modules that need them are imported."""
    from lessons_lib.annexes.site.half import log

    os.environ["JUPYTERHUB_USER"] = LEARNER
    stand_ins: dict[str, dict[str, object]] = {
        "anywidget": {"AnyWidget": AnyWidget},
        "traitlets": {"Dict": lambda: SimpleNamespace(tag=lambda **_: None)},
        "ipywidgets": {"HTML": _no_widget, "VBox": object},
        "IPython": {},
        "IPython.core": {},
        "IPython.core.getipython": {"get_ipython": lambda: None},
    }
    for name, contents in stand_ins.items():
        sys.modules[name] = module = ModuleType(name)
        vars(module).update(contents)
    sys.modules["lessons_lib.classroom.record.log"] = log
