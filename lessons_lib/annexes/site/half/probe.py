"""Run the half where the site is built: the first state of each place, and the modules it needs.

``python -m lessons_lib.annexes.site.half.probe`` reads a JSON list of ``[show, arguments]``, and
writes JSON.
"""

import importlib.abc
import json
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

# Packages that are not in the browser; importing one is an error here as well.
NOT_THERE = {
    *("IPython", "anywidget", "ipywidgets", "markdown_it", "matplotlib", "nh3", "numpy"),
    *("platformdirs", "psutil", "safetensors", "torch", "traitlets", "yaml"),
}


class _NotThere(importlib.abc.MetaPathFinder):
    """Refuses to import what a browser does not have."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in NOT_THERE:
            raise ModuleNotFoundError(f"{name} is not in the browser.", name=name)
        return None


def main() -> None:
    """Open every place, and print its state and card, and what has been imported."""
    sys.meta_path.insert(0, _NotThere())
    from lessons_lib.annexes.site.half.serve import opened, serve

    found = []
    for show, arguments in json.load(sys.stdin):
        asked = {"do": "open", "place": "place", "show": show, "arguments": arguments}
        serve(json.dumps(asked))
        card = opened["place"]
        if "own" in card.page:
            card.page["own"]["time"] = ""  # which differs from build to build
        state, kind = {"about": card.about, "page": card.page}, type(card)
        found.append({"state": state, "card": [kind.__module__, kind.__name__]})
        serve('{"do": "close"}')
    modules = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    print(json.dumps({"places": found, "modules": modules}))


if __name__ == "__main__":
    main()
