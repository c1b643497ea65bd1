"""A widget's scripts are joined into one module."""

from pathlib import Path

import pytest

from lessons_lib.classroom.widgets import page
from lessons_lib.classroom.widgets.page import script

LEFT = """import { shared } from "./shared.js";
/** @type {string} */
const own = "left";
/**
 * Not sent to a browser.
 * @type {string}
 */
export const left = own + shared;
"""
RIGHT = """import {
  shared,
} from "../shared.js";
export function right() {
  return (
    /** @type {string} */ (shared)
  );
}
"""
ENTRY = """import { left } from "./left.js";
import { right } from "./deep/right.js";

export default { render: () => left + right() };
"""


def _written(folder: Path, **changed: str) -> Path:
    """Write an entry and its modules, one of them imported twice."""
    texts = {
        "entry": ENTRY,
        "left": LEFT,
        "deep/right": RIGHT,
        "shared": "export const shared = 1;\n",
    }
    (folder / "deep").mkdir()
    for name, text in (texts | changed).items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder


def test_each_file_appears_once_after_its_imports_without_its_types(tmp_path: Path) -> None:
    assert script("entry.js", _written(tmp_path)) == (
        "const $modules = {};\n"
        '$modules["shared.js"] = (() => {\nconst shared = 1;\nreturn { shared };\n})();\n'
        '$modules["left.js"] = (() => {\nconst { shared } = $modules["shared.js"];\n'
        'const own = "left";\nconst left = own + shared;\nreturn { left };\n})();\n'
        '$modules["deep/right.js"] = (() => {\nconst {\n  shared,\n} = $modules["shared.js"];\n'
        "function right() {\n  return (\n    /** @type {string} */ (shared)\n  );\n}\n"
        "return { right };\n})();\n"
        'const { left } = $modules["left.js"];\nconst { right } = $modules["deep/right.js"];\n\n'
        "export default { render: () => left + right() };\n"
    )


def test_a_missing_file_is_named_with_the_files_that_import_it(tmp_path: Path) -> None:
    folder = _written(tmp_path, left=LEFT.replace("shared.js", "shred.js"))
    with pytest.raises(ValueError, match=r"entry\.js imports left\.js imports shred\.js: no such"):
        script("entry.js", folder)


@pytest.mark.parametrize(
    "line",
    [
        'import * as all from "./shared.js";',
        'import { lit } from "lit";',
        "export { shared };",
        "export default shared;",
    ],
)
def test_other_forms_of_import_and_export_are_rejected(tmp_path: Path, line: str) -> None:
    folder = _written(tmp_path, left=f"{line}\n{LEFT}")
    with pytest.raises(ValueError, match=r"left\.js: .* cannot be joined: write import"):
        script("entry.js", folder)


def test_a_package_without_scripts_draws_nothing_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.script("classroom/widgets/quiz/card.js") and page.styles(page._FRAME)
    monkeypatch.setattr(page, "_IS_DRAWN_HERE", False)
    assert page.script("no/such/file.js") == page.framed_styles("no/such/file.css") == ""
