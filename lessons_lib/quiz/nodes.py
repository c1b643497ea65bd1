"""From the bytes of a quiz file to a tree of nodes that know their lines.

The tree is built from YAML events, so that nothing is interpreted: every scalar stays the text that
the author wrote. Anchors, aliases, tags, equal keys and deep nesting are refused on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from lessons_lib.quiz.problems import shortened

LARGEST_FILE = 4_000_000  # bytes; a question takes about 2,000
DEEPEST = 12  # levels; a question needs 6
TOO_DEEP = f"lists and keys are nested more than {DEEPEST} levels deep: check the brackets."

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Also refused: line and paragraph separators, and marks that turn the reading direction.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff"
    "\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

Report: TypeAlias = Callable[[int, str], None]


class UnreadableError(Exception):
    """The file cannot be read on from here; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text as written; `plain` if it stood there without quotes."""

    text: str
    plain: bool
    line: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """Items in order."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in order, no key twice."""

    pairs: dict[str, tuple[ScalarNode, Node]]
    line: int


Node: TypeAlias = ScalarNode | ListNode | MappingNode


def decode_text(content: bytes) -> str:
    """Return the text of a file, or raise `UnreadableError` with the line and what to do."""
    if len(content) > LARGEST_FILE:
        limit = f"{LARGEST_FILE:,}"
        raise UnreadableError(1, f"a quiz file has at most {limit} bytes: split it into two banks.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(1, "the file is UTF-16: save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte {error.start + 1} is 0x{content[error.start]:02x}"
        raise UnreadableError(line, f"the file is not UTF-8 ({found}): save it as UTF-8.") from None
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        found = f"U+{ord(bad.group()):04X}"
        raise UnreadableError(line, f"the character {found} is not allowed here: delete it.")
    return text


def compose(text: str, report: Report) -> Node:
    """Return the one document of a YAML text as a tree.

    Faults that can be read past are told to `report`; others raise `UnreadableError`.
    """
    events = iter(_Loader(text).get_event, None)
    try:
        return _document(events, report)
    except yaml.MarkedYAMLError as error:
        raise _translated(error, text) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        line = " ".join(str(error).split())
        raise UnreadableError(1, f"this is not YAML ({line}).") from None


def _document(events: Iterator[Any], report: Report) -> Node:
    root: Node | None = None
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            message = "a quiz file holds one document: delete the line '---' or split the file."
            raise UnreadableError(_line(event), message)
        if isinstance(event, yaml.NodeEvent):
            root = _node(event, events, report, 0)
    if root is None or (isinstance(root, ScalarNode) and not root.text):
        raise UnreadableError(1, "the file is empty: it needs the keys quiz, title and questions.")
    return root


def _node(event: Any, events: Iterator[Any], report: Report, depth: int) -> Node:
    line = _line(event)
    if depth > DEEPEST:
        raise UnreadableError(line, TOO_DEEP)
    _refuse_references(event, line, report)
    if isinstance(event, yaml.ScalarEvent):
        return ScalarNode(event.value, event.style in (None, ""), line)
    if isinstance(event, yaml.SequenceStartEvent):
        return ListNode(list(_items(events, report, depth)), line)
    if isinstance(event, yaml.MappingStartEvent):
        return MappingNode(_pairs(events, report, depth), line)
    return ScalarNode("", False, line)  # an alias, already reported


def _items(events: Iterator[Any], report: Report, depth: int) -> Iterator[Node]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _node(event, events, report, depth + 1)


def _pairs(events: Iterator[Any], report: Report, depth: int) -> dict[str, tuple[ScalarNode, Node]]:
    pairs: dict[str, tuple[ScalarNode, Node]] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, report, depth + 1)
        value = _node(next(events), events, report, depth + 1)
        if not isinstance(key, ScalarNode):
            report(key.line, "a key must be one word, got a list or keys: check the braces.")
        elif key.text in pairs:
            first = pairs[key.text][0].line
            name = shortened(key.text)
            report(key.line, f"the key {name} stands here twice (first in line {first}): keep one.")
        else:
            pairs[key.text] = (key, value)
    return pairs


def _refuse_references(event: Any, line: int, report: Report) -> None:
    if isinstance(event, yaml.AliasEvent):
        report(line, f"aliases (*{event.anchor}) are not used here: write the text out again.")
    elif event.anchor is not None:
        report(line, f"anchors (&{event.anchor}) are not used here: put a text with & in quotes.")
    if getattr(event, "tag", None) not in (None, "!"):
        name = shortened(event.tag)
        report(line, f"tags ({name}) are not used here: put a text that starts with ! in quotes.")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _translated(error: yaml.MarkedYAMLError, text: str) -> UnreadableError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 1
    lines = text.splitlines() or [""]
    line = min(line, len(lines))  # a fault may be found only behind the end
    written = lines[line - 1]
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return UnreadableError(line, "a tab indents this line: YAML indents with spaces only.")
    if "nesting" in (error.problem or ""):
        return UnreadableError(line, TOO_DEEP)
    fault = " ".join(part for part in (error.problem, error.context) if part)
    advice = "Check indentation, and put texts with ': ', '#' or a leading special sign in quotes."
    return UnreadableError(line, f"this is not YAML ({fault}). {advice}")
