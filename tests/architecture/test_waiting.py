"""How tests wait: for what they expect, with one limit; and where their helpers are."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = sorted(TESTS.rglob("*.py"))
# What Playwright, or a helper that uses it, reads once from a page that may still change.
READS = {
    *("all_inner_texts", "all_text_contents", "bounding_box", "content", "evaluate"),
    *("evaluate_all", "get_attribute", "inner_html", "inner_text", "input_value", "is_checked"),
    *("is_disabled", "is_enabled", "is_hidden", "is_visible", "text_content"),
    *("cells", "enabled", "figures", "overlap", "run"),
}
WAITING = {"eventually", "now"}
LEFT = "tests.annexes.instructor.service."  # whose helpers are still in its tests


def uses_a_page(file: Path) -> bool:
    """Return whether a file drives a browser, by Playwright or by WebDriver."""
    text = file.read_text("utf-8")
    return "playwright" in text or "engines" in text


def name_of(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def reads_once(node: ast.AST) -> Iterator[int]:
    """Yield the line of each read that is not inside one of the helpers."""
    if isinstance(node, ast.Call):
        name = name_of(node)
        if name in WAITING:
            return
        if name in READS or (name == "count" and not node.args):
            yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from reads_once(child)


def test_no_assert_compares_what_a_page_shows_before_it_is_there() -> None:
    found = {
        f"{file.relative_to(TESTS)}:{line}"
        for file in filter(uses_a_page, FILES)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Assert)
        for line in reads_once(node.test)
    }
    assert sorted(found) == []


def test_no_page_is_waited_for_with_a_limit_of_its_own() -> None:
    found = {
        f"{file.relative_to(TESTS)}:{node.value.lineno}"
        for file in filter(uses_a_page, FILES)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "timeout"
        if not {"LIMIT_S", "LIMIT_MS"} & {getattr(one, "id", "") for one in ast.walk(node.value)}
    }
    assert sorted(found) == []


def imports(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_no_test_file_imports_another_one() -> None:
    found = {
        f"{file.relative_to(TESTS)}: {module}"
        for file in FILES
        for module in imports(file)
        if module.startswith("tests.") and not module.startswith(LEFT)
        if module.rpartition(".")[2].startswith("test_")
    }
    assert sorted(found) == []
