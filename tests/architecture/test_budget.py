"""The size of the library: budgets for code, files, folders, functions and names."""

import ast
import io
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "lessons_lib"
# Code lines: the house first, then each annex that can be left unread.
MOST_CODE_LINES = {
    "pipeline": 4_057,
    "classroom": 6_806,
    "lesson": 4_548,
    "shell": 985,
    "ground": 318,
    "instructor": 3_021,
    "exchange": 1_000,
    "cluster": 549,
    "site": 1_030,
    "authoring": 1_619,
}
GROUND = {
    f"{name}.py" for name in ("console", "arguments", "downloads", "extras", "files", "formats")
}
MOST_FILES = 264
MOST_FILES_OF_A_FOLDER = 15
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_CODE_LINES_OF_SCRIPTS = 5_374
MOST_COLUMNS_OF_SCRIPTS = 100
MOST_CODE_LINES_OF_TESTS = 32_611  # benchmarks apart
MOST_NAMES_WITH_SEVERAL_MEANINGS = 4

TREES = {
    path.relative_to(LIBRARY): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(LIBRARY.rglob("*.py"))
}
SCRIPTS = {
    path: path.read_text(encoding="utf-8")
    for path in sorted(LIBRARY.rglob("*.js"))
    if path.parent.name != "vendor"  # what others wrote
}
LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
NOT_CODE = {*LAYOUT, tokenize.ENCODING, tokenize.ENDMARKER}
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def code_lines(source: str) -> int:
    """Return how many lines of a source hold code: not docstrings, comments or blank lines."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines.difference_update(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return len(lines)


def code_lines_of_script(source: str) -> int:
    """Return how many lines of a JavaScript source hold code: not comments or blank lines."""
    code = re.sub(r"(?ms)^\s*(/\*.*?\*/|//[^\n]*)", "", source)
    return sum(bool(line.strip()) for line in code.splitlines())


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('"""A module."""\n\nA = 1  # one\n\n# two\nB = (\n    2,\n)\n', 4),
        ('def f():\n    """Return\n\n    nothing."""\n', 1),
        ('TEXT = """\none\n\ntwo\n"""\n', 5),
    ],
)
def test_code_lines_leave_out_docstrings_comments_and_blank_lines(source: str, lines: int) -> None:
    assert code_lines(source) == lines


def test_code_lines_of_a_script_leave_out_comments_and_blank_lines() -> None:
    script = '// One.\n\n/** Two,\n * three. */\nconst a = "// four";  // five\n  // six\nf(a);\n'
    assert code_lines_of_script(script) == 2


def room_of(path: Path) -> str:
    """Return the room or the annex of a file of the library; the shell is the rest."""
    if str(path) in GROUND:
        return "ground"
    top = path.parts[1 if path.parts[0] == "annexes" else 0]
    return top if top in MOST_CODE_LINES else "shell"


def test_no_room_is_larger_than_agreed() -> None:
    lines: Counter[str] = Counter()
    for path in TREES:
        lines[room_of(path)] += code_lines((LIBRARY / path).read_text(encoding="utf-8"))
    assert {name: n for name, n in lines.items() if n > MOST_CODE_LINES[name]} == {}
    assert len(TREES) <= MOST_FILES


def test_the_tests_are_no_larger_than_agreed() -> None:
    tests = LIBRARY.parent / "tests"
    files = set(tests.rglob("*.py")) - set(tests.glob("benchmarks/*"))
    lines = sum(code_lines(path.read_text(encoding="utf-8")) for path in files)
    assert lines <= MOST_CODE_LINES_OF_TESTS


def test_no_folder_has_too_many_files() -> None:
    files = (path for path in LIBRARY.rglob("*") if path.suffix in {".py", ".js", ".css"})
    counts = Counter(str(path.parent.relative_to(LIBRARY)) for path in files)
    assert {name: n for name, n in counts.items() if n > MOST_FILES_OF_A_FOLDER} == {}


def test_no_file_is_too_long() -> None:
    files = [*map(LIBRARY.joinpath, TREES), *SCRIPTS]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {str(path): n for path, n in lengths.items() if n > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    assert {name: n for name, n in _functions() if n > MOST_LINES_OF_A_FUNCTION} == {}


def _functions() -> Iterator[tuple[str, int]]:
    """Yield each function and how many lines its body has, without its docstring."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                yield f"{path}: {node.name}", lines


def test_the_scripts_are_no_larger_than_agreed() -> None:
    assert sum(map(code_lines_of_script, SCRIPTS.values())) <= MOST_CODE_LINES_OF_SCRIPTS
    lines = [line for script in SCRIPTS.values() for line in script.splitlines()]
    assert [line for line in lines if len(line) > MOST_COLUMNS_OF_SCRIPTS] == []


def test_a_name_of_a_type_or_a_constant_has_one_meaning() -> None:
    modules: dict[str, list[str]] = defaultdict(list)
    for path, tree in TREES.items():
        for name in _types_and_constants(tree):
            modules[name].append(str(path))
    several = {name: paths for name, paths in modules.items() if len(paths) > 1}
    assert len(several) <= MOST_NAMES_WITH_SEVERAL_MEANINGS, several


def _types_and_constants(tree: ast.Module) -> set[str]:
    """Return the public types and constants that a module defines, type variables aside."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not _is_type_variable(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for one in targets if isinstance(one, ast.Name)}
    return {name for name in names if name[0].isupper()}


def _is_type_variable(value: ast.expr | None) -> bool:
    called = value.func if isinstance(value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in {"TypeVar", "ParamSpec"}


def test_packages_say_what_they_are_and_import_nothing() -> None:
    busy = []
    for path, tree in TREES.items():  # the library's own is tests/test_facade.py's
        rest = tree.body[1:] if ast.get_docstring(tree) else [tree]
        if path.name == "__init__.py" and len(path.parts) > 1 and not all(map(_is_cheap, rest)):
            busy.append(str(path))
    assert busy == []


def _is_cheap(node: ast.AST) -> bool:
    """Return whether a line of a package's own file imports and runs nothing when it is read."""
    is_future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    return is_future or isinstance(node, ast.Assign | ast.AnnAssign | ast.FunctionDef)
