"""Read a YAML file as plain data, and explain why data does not fit a type.

JSON is YAML as well. Where there is no yaml, on a web page, each file is JSON that our build wrote.

YAML turns unquoted `no`, `1_0`, `2024-01-01` or `1:30` into something other than text. Such words
are rejected here, and so are anchors, aliases, tags, merges and duplicate keys.

`msgspec.convert` decides what fits a type, but stops at the first fault. So `misfits` splits what
it rejects, and checks each part separately.
"""

import json
import re
from bisect import bisect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct, structs

from lessons_lib.classroom.tables.problems import Fault, Problem, did_you_mean, shortened
from lessons_lib.files import read_file
from lessons_lib.formats import UNPRINTABLE

# Each pattern with its name for authors. In Python, `$` alone would match before a newline.
PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)": "lower-case words joined by hyphens, like choose-a-mode",
    r"^[a-z0-9]+(_[a-z0-9]+)*$(?!\n)": "lower-case words joined by underscores, like 01_tides",
    r"\S": "text",
    r"^\$\{[a-z][a-z0-9_]*\}$": "a number or one placeholder, like '${n_texts}'",
    r"^[a-z][a-z0-9_]*$": "a lower-case name, like n_texts",
    r"^\d{4}-\d\d-\d\d$(?!\n)": "a date in quotes, like '2027-03-01'",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d$(?!\n)": "a local date and time, like 2026-12-08 18:00",
}
_SLUG, _NAME, _TEXT, _PLACEHOLDER, _PLACEHOLDER_NAME, _DATE, _TIME = PATTERNS

Slug = Annotated[str, Meta(pattern=_SLUG, max_length=80)]
QuizName = Annotated[str, Meta(pattern=_NAME, max_length=80)]
Markdown = Annotated[str, Meta(pattern=_TEXT, max_length=4000)]
Line = Annotated[str, Meta(pattern=_TEXT, max_length=400)]
Placeholder = Annotated[str, Meta(pattern=_PLACEHOLDER, max_length=80)]
PlaceholderName = Annotated[str, Meta(pattern=_PLACEHOLDER_NAME, max_length=80)]
Date = Annotated[str, Meta(pattern=_DATE)]
LocalTime = Annotated[str, Meta(pattern=_TIME)]


Node: TypeAlias = Any  # of yaml, which is imported only to compose nodes; `id` is its kind
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,2})?")
_NUMBERLIKE = re.compile(r"[-+]?\.?[0-9][0-9_.,:]*([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+")
_MEANINGS = {
    "bool": "true or false: put it in quotes, or write true or false",
    "float": "a number: put it in quotes, or write plain decimal digits",
    "int": "a number: put it in quotes, or write plain decimal digits",
    "merge": "a merge of keys: put it in quotes",
    "timestamp": "a date: put it in quotes",
    "value": "a default value: put it in quotes",
}
_TYPES = {
    "str": "text",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "keys and values",
}


MOST_BYTES = 1_000_000  # twenty times our largest; loading more would keep a notebook waiting


class UnreadableError(Exception):
    """The file cannot be read: its arguments are the line, counted from 1, and a message."""


class YamlFile:
    """A file's plain data, and the problems found in it so far, each with its line.

    Parameters
    ----------
    path : Path
        The file. If it cannot be read, that becomes a problem, and the data is None.
    items : str
        The key of the file's main list. A problem inside one of its items names the item's
        number and id.
    """

    def __init__(self, path: Path, items: str = "questions") -> None:
        self.path, self.problems = path, list[Problem]()
        self.data: Any = None
        self._items, self._text = items, ""
        try:
            self._text = _text(path)
            self.data = self._plain(_composed(self._text))
        except ImportError:  # a web page has no yaml, and our build writes its files as JSON
            self.data = json.loads(self._text)
        except UnreadableError as error:
            line, message = error.args
            self.problems.append(self._problem(line, 0, message))
        except RecursionError:
            message = "lists and keys are nested too deeply: check the brackets."
            self.problems.append(self._problem(1, 0, message))

    def report(self, fault: Fault) -> None:
        """Add a fault to the problems."""
        self.problems.append(self.problem(fault))

    def problem(self, fault: Fault) -> Problem:
        """Return a fault as a problem, with its line or that of the nearest enclosing element."""
        place, message = fault
        item = re.match(rf"{self._items}\[(\d+)\][. ]?", place)
        line = self._find(place)[0]
        if item is None:
            return self._problem(line, 0, message)
        return self._problem(line, int(item[1]), message.removeprefix(item[0]).lstrip())

    @cached_property
    def _root(self) -> Node | None:
        """The root node, which only problems need; None if the text is not YAML."""
        try:
            return _composed(self._text)
        except UnreadableError:
            return None

    def _report_at(self, line: int, message: str) -> None:
        self.problems.append(self._problem(line, bisect(self._starts, line), message))

    @cached_property
    def _starts(self) -> list[int]:
        """The lines at which the items start."""
        items = self._find(self._items)[1]
        return [_line(one) for one in items.value] if items and items.id == "sequence" else []

    def _problem(self, line: int, number: int, message: str) -> Problem:
        node = self._find(f"{self._items}[{number}].id")[1] if number else None
        name = node.value if node and node.id == "scalar" else ""
        is_id = re.fullmatch("[a-z0-9-]{1,80}", name)
        kind = re.sub(r"(?<=ss)es$|s$", "", self._items)
        return Problem(self.path.name, line, number, name if is_id else "", message, kind)

    def _find(self, place: str) -> tuple[int, Node | None]:
        """Return the line of a place like `questions[1].options.B`, and its node if it exists."""
        node, line = self._root, 1 if self._root is None else _line(self._root)
        for part in re.findall(r"[^.\[\]]+", place):
            pairs: list[tuple[Node, Node]] = []
            if node and node.id == "mapping":
                pairs = [pair for pair in node.value if pair[0].value == part]
            elif node and node.id == "sequence" and part.isdigit():
                pairs = [(item, item) for item in node.value[int(part) - 1 : int(part)]]
            if not pairs:
                return line, None
            line, node = _line(pairs[0][0]), pairs[0][1]
        return line, node

    def _plain(self, node: Node) -> Any:
        """Return a node's plain data; report what is not allowed in it."""
        if self._text[node.start_mark.index : node.start_mark.index + 1] in ("&", "!"):
            message = "anchors (&) and tags (!) are not allowed: put a text like this in quotes."
            raise UnreadableError(_line(node), message)  # aliases could multiply what follows
        if node.id == "scalar":
            return self._scalar(node)
        if node.id == "sequence":
            return [self._plain(item) for item in node.value]
        return self._mapping(node)

    def _mapping(self, node: Node) -> dict[str, Any]:
        data: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, line = self._plain(key_node), _line(key_node)
            value = self._plain(value_node)
            if not isinstance(key, str):
                self._report_at(line, "a key must be one word: put a number in quotes.")
            elif key in data:
                where = f"is repeated (first in line {lines[key]})"
                self._report_at(line, f"the key {shortened(key)} {where}: keep one.")
            else:
                data[key], lines[key] = value, line
        return data

    def _scalar(self, node: Node) -> str | int | float:
        """Return a text, or without quotes a number in plain decimal digits, `true` or `false`."""
        text: str = node.value
        if node.style == '"' and (bad := UNPRINTABLE.search(text)):  # \f of "\frac{1}{2}"
            self._report_at(_line(node), _not_allowed(bad[0]))
        if node.style:
            return text
        if DECIMAL.fullmatch(text):
            return float(text) if re.search("[.eE]", text) else int(text)
        if text in ("true", "false"):
            return text == "true"
        kind = "int" if _NUMBERLIKE.fullmatch(text) else node.tag.rpartition(":")[2]
        if kind == "null":
            message = "the value is missing: write one, or delete the key."
            self._report_at(_line(node), message)
        elif kind != "str":
            self._report_at(_line(node), f"YAML reads {shortened(text)} as {_MEANINGS[kind]}.")
        return text


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _text(path: Path) -> str:
    """Return the text of a file, or raise `UnreadableError` with the line and what to do."""
    try:
        content = read_file(path)
        if len(content) > MOST_BYTES:
            raise UnreadableError(1, "the file is larger than 1 MB: split it into several files.")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableError(1, f"the file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte {error.start + 1} is 0x{content[error.start]:02x}"
        raise UnreadableError(line, f"the file is not UTF-8 ({found}): save it as UTF-8.") from None
    if bad := UNPRINTABLE.search(text):
        raise UnreadableError(text.count("\n", 0, bad.start()) + 1, _not_allowed(bad[0]))
    return text


def _not_allowed(character: str) -> str:
    return f"the character U+{ord(character):04X} is not allowed here: delete it."


def _composed(text: str) -> Node:
    """Return the root node of a YAML text with one document."""
    import yaml

    loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root: Node | None = loader(text).get_single_node()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise _translated(error, text) from None
    if root is None or root.value == "":
        raise UnreadableError(1, "the file is empty.")
    return root


def _translated(error: Exception, text: str) -> UnreadableError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    lines = text.splitlines() or [""]
    line = min(mark.line + 1 if mark else 1, len(lines))  # a fault may be found past the end
    if re.match(" *\t", lines[line - 1]):
        return UnreadableError(line, "a tab indents this line: YAML indents with spaces only.")
    parts = [getattr(error, name, None) or "" for name in ("problem", "context")]
    fault = " ".join(" ".join(parts).split() or str(error).split())
    advice = "Check indentation, and quote texts with ': ', '#' or a special first character."
    return UnreadableError(line, f"the file is not valid YAML ({fault}). {advice}")


def misfits(data: Any, kind: Any, place: str = "") -> Iterator[Fault]:
    """Yield every fault that keeps plain data from fitting a type.

    Parameters
    ----------
    data : object
        As `YamlFile` reads it.
    kind : type
        Composed of structs, tuples, dicts, literals, texts and numbers.
    place : str
        Where the data is in its file, such as `questions[1]`.
    """
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        members = _members(kind)
        tagged = {one.__struct_config__.tag: one for one in members if _is_struct(one)}
        if len(tagged) > 1 and isinstance(data, dict):
            yield from _misfits_of_tagged(data, tagged, place)
            return
        inner = [fault for one in members for fault in _misfits_inside(data, one, place)]
        yield from inner or [(place, f"{place} {_explained(str(error), data, members)}".strip())]


def _misfits_of_tagged(
    data: dict[str, Any], kinds: dict[str, type[Struct]], place: str
) -> Iterator[Fault]:
    """Yield the faults of data that names its type in one of its keys."""
    key = str(next(iter(kinds.values())).__struct_config__.tag_field)
    given, words = data.get(key, ""), ", ".join(kinds)
    if isinstance(given, str) and given in kinds:
        yield from _misfits_of_struct(data, kinds[given], place)
    else:
        known = {one.encode_name for kind in kinds.values() for one in structs.fields(kind)}
        advice = did_you_mean(str(given), kinds) or did_you_mean(key, data.keys() - known - {key})
        message = f"{place}.{key} must be one of {words}, got {_described(given)}.{advice}"
        yield f"{place}.{key}", message


def _misfits_inside(data: Any, kind: Any, place: str) -> Iterator[Fault]:
    """Yield the faults of the parts of a struct, a dict or a tuple."""
    if isinstance(data, dict) and _is_struct(kind):
        yield from _misfits_of_struct(data, kind, place)
    elif isinstance(data, dict) and get_origin(kind) is dict:
        for name, value in data.items():
            yield from misfits(name, get_args(kind)[0], f"{place}, the key")
            yield from misfits(value, get_args(kind)[1], _joined(place, name))
    elif isinstance(data, list) and get_origin(kind) is tuple:
        for number, item in enumerate(data, start=1):
            yield from misfits(item, get_args(kind)[0], f"{place}[{number}]")


def _misfits_of_struct(data: dict[str, Any], kind: type[Struct], place: str) -> Iterator[Fault]:
    fields = {one.encode_name: one for one in structs.fields(kind)}
    for name, value in data.items():
        where = _joined(place, name)
        if name in fields:
            yield from misfits(value, fields[name].type, where)
        elif name != kind.__struct_config__.tag_field:
            advice = did_you_mean(name, fields) or f" Known keys are {', '.join(fields)}."
            yield where, f"{where} is not a known key: delete it.{advice}"
    for name, field in fields.items():
        if field.required and name not in data:
            yield _joined(place, name), f"{_joined(place, name)} is missing: add it."


def _members(kind: Any) -> list[Any]:
    """Return the members of a union, without annotations."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for one in get_args(kind) for member in _members(one)]
    return [kind]


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _explained(error: str, data: Any, members: list[Any]) -> str:
    """Return msgspec's error about one value, reworded for authors."""
    if words := [word for one in members if get_origin(one) is Literal for word in get_args(one)]:
        advice = did_you_mean(data, words) if isinstance(data, str) else ""
        return f"must be one of {', '.join(words)}, got {_described(data)}.{advice}"
    rule = error.removeprefix("Expected ").partition(", got ")[0].replace(" | null", "")
    for pattern, description in PATTERNS.items():
        rule = rule.replace(f"`str` matching regex {pattern!r}", description)
    for name, description in _TYPES.items():
        rule = re.sub(rf"\b{name}\b(?=[^`]*`)", description, rule)
    rule = rule.replace("`", "").replace(" | ", " or ")
    advice = ": put it in quotes" if rule == "text" and isinstance(data, int | float) else ""
    if isinstance(data, str) and DECIMAL.fullmatch(data):
        advice = ": write it without quotes"
    return f"must be {rule}, got {_described(data)}{advice}."


def _described(data: Any) -> str:
    if isinstance(data, str):
        size = f" ({len(data)} characters)" if len(data) > 40 else ""
        return f"the text {shortened(data)}{size}" if data.strip() else "nothing"
    if isinstance(data, list):
        return f"a list of {len(data)}"
    if isinstance(data, bool):
        return str(data).lower()
    return "keys and values" if isinstance(data, dict) else f"the number {data}"


def _joined(place: str, name: str) -> str:
    shown = name if len(name) <= 40 and name.isprintable() else shortened(name)
    return f"{place}.{shown}" if place else shown
