"""Read one word or text of a quiz file as a text, a number or one of a few known words.

YAML turns unquoted `no`, `1_0`, `2024-01-01` or `1:30` into something else than text. Here such
words are refused where a text is asked for, and numbers are plain decimal digits.
"""

from __future__ import annotations

import re

import yaml
from msgspec import inspect as kinds

from lessons_lib.quiz.nodes import ListNode, Node, ScalarNode
from lessons_lib.quiz.problems import did_you_mean, shortened

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,2})?")
_NUMBERLIKE = re.compile(r"[-+]?\.?[0-9][0-9_.,:]*([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+")
_MEANINGS = {
    "tag:yaml.org,2002:bool": "true or false",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:merge": "a merge of keys",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:value": "a default value",
}
_RULES = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case words joined by hyphens, like choose-a-mode",
    "^[a-z0-9]+(_[a-z0-9]+)*$": "lower-case words joined by underscores, like 02_raw_text",
    "^[a-z][a-z0-9_]*$": "a lower-case name, like n_texts",
    r"^\$\{[a-z][a-z0-9_]*\}$": "a number or one placeholder, like '${n_texts}'",
}


class MisfitError(Exception):
    """A node does not fit its type; the message goes on after the node's place."""


def must_be(rule: str, came: str) -> MisfitError:
    """Return the error of a node that breaks a rule."""
    return MisfitError(f"must be {rule}, got {came}.")


def meaning_of(text: str) -> str | None:
    """Return what YAML makes of an unquoted word ("a date"), or None where it stays text."""
    for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return _MEANINGS.get(str(tag), str(tag))
    return "a number" if _NUMBERLIKE.fullmatch(text) else None


def is_number(node: Node) -> bool:
    """Say whether a node is an unquoted number, well written or not."""
    return isinstance(node, ScalarNode) and node.plain and meaning_of(node.text) == "a number"


def came(node: Node) -> str:
    """Say what a node is, for messages: `a list`, `a date (2024-01-01)`, `the text 'B'`."""
    if not isinstance(node, ScalarNode):
        return "a list" if isinstance(node, ListNode) else "keys and values"
    meaning = meaning_of(node.text) if node.plain else None
    if meaning == "nothing" or not node.text.strip():
        return "nothing"
    return f"{meaning} ({node.text[:40]})" if meaning else f"the text {shortened(node.text)}"


def read_text(node: Node, kind: kinds.StrType) -> str:
    """Return a text that YAML and its author read alike."""
    if not isinstance(node, ScalarNode):
        raise must_be("text", came(node))
    meaning = meaning_of(node.text) if node.plain else None
    if meaning == "nothing" or (kind.min_length and not node.text.strip()):
        raise must_be("text", "nothing")
    if meaning is not None:
        raise must_be("text", f"{came(node)}: put it in quotes")
    if kind.pattern is not None and re.fullmatch(kind.pattern, node.text) is None:
        raise must_be(_RULES.get(kind.pattern, f"like {kind.pattern}"), came(node))
    if kind.max_length is not None and len(node.text) > kind.max_length:
        raise must_be(f"at most {kind.max_length} characters long", str(len(node.text)))
    return node.text


def read_literal(node: Node, kind: kinds.LiteralType) -> str:
    """Return one of a few known words."""
    known = [str(value) for value in kind.values]
    if isinstance(node, ScalarNode) and node.text in known:
        return node.text
    advice = did_you_mean(node.text, known) if isinstance(node, ScalarNode) else ""
    raise MisfitError(f"must be one of {', '.join(known)}, got {came(node)}.{advice}")


def read_number(node: Node, kind: kinds.IntType | kinds.FloatType) -> int | float:
    """Return a number in plain decimal digits: 2, 0.05, 1e-3."""
    whole = isinstance(kind, kinds.IntType)
    rule = "a whole number" if whole else "a number"
    if not isinstance(node, ScalarNode) or not node.plain:
        raise must_be(f"{rule} without quotes", came(node))
    match = (_WHOLE if whole else _DECIMAL).fullmatch(node.text)
    if match is None:
        raise must_be(f"{rule} in plain decimal digits", came(node))
    value = int(node.text) if whole else float(node.text)
    if kind.ge is not None and value < kind.ge:
        raise must_be(f"{kind.ge} or more", node.text)
    return value
