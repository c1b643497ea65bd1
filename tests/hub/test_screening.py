from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from lessons_lib.hub.printable import printable
from lessons_lib.hub.screening import KNOWN_KINDS

LIBRARY = Path(__file__).parents[2] / "lessons_lib"


def kinds_written() -> Iterator[str]:
    """Yield each kind that the library makes events of, by its constants."""
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in ("new_event", "_event"):
                assert isinstance(node, ast.Call)
                kind = node.args[0]
                if isinstance(kind, ast.Constant):
                    yield str(kind.value)
                elif isinstance(kind, ast.Name) and kind.id.isupper():
                    name = ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts)
                    yield getattr(importlib.import_module(name), kind.id)


def test_every_kind_of_event_that_the_lessons_write_is_known() -> None:
    written = set(kinds_written())
    assert {"answer", "hint", "test", "test-end"} <= written
    assert written - KNOWN_KINDS == set(), "add them to OTHER_KINDS in lessons_lib/hub/screening.py"


def test_what_cannot_be_printed_is_an_escape_and_letters_stay() -> None:
    assert printable("Zoë 李 \x1b[31m\n\u202e") == "Zoë 李 \\x1b[31m\\n\\u202e"


def test_no_formula_starts_behind_a_separator() -> None:
    assert printable("a;=1+1, @x") == "a;'=1+1, '@x"
