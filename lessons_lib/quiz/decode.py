"""Read a tree of nodes as the types of `question.py` ask, collecting every fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from msgspec import inspect as kinds

from lessons_lib.quiz.nodes import ListNode, MappingNode, Node, ScalarNode
from lessons_lib.quiz.problems import did_you_mean, shortened
from lessons_lib.quiz.scalars import (
    MisfitError,
    came,
    is_number,
    must_be,
    read_literal,
    read_number,
    read_text,
)

REPORTED = object()  # stands for a value that could not be read
Tell: TypeAlias = Callable[[str, int, str], None]  # place, line, message


class Decoder:
    """Turns nodes into plain data for `msgspec.convert`; tells every fault as it goes.

    `lines` keeps where each place (`questions[1].options.B.text`) was written.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.lines: dict[str, int] = {}

    def read(self, node: Node, kind: kinds.Type, place: str = "") -> Any:
        """Return plain data, with `REPORTED` wherever something did not fit."""
        self.lines[place] = node.line
        try:
            return self._read(node, _bare(kind), place)
        except MisfitError as error:
            self._tell(place, node.line, f"{place} {error}".strip())
            return REPORTED

    def _read(self, node: Node, kind: kinds.Type, place: str) -> Any:
        match kind:
            case kinds.StrType():
                return read_text(node, kind)
            case kinds.LiteralType():
                return read_literal(node, kind)
            case kinds.IntType() | kinds.FloatType():
                return read_number(node, kind)
            case kinds.VarTupleType():
                return self._read_list(node, kind, place)
            case kinds.DictType():
                return self._read_dict(node, kind, place)
            case kinds.StructType():
                return self._read_struct(node, kind, place)
            case kinds.UnionType():
                return self._read_union(node, [_bare(one) for one in kind.types], place)
        raise TypeError(f"The quiz format has no way to read {kind}.")

    def _read_list(self, node: Node, kind: kinds.VarTupleType, place: str) -> list[Any]:
        if not isinstance(node, ListNode):
            raise must_be("a list", came(node))
        _check_length(len(node.items), kind, "items")
        return [
            self.read(item, kind.item_type, f"{place}[{number}]")
            for number, item in enumerate(node.items, start=1)
        ]

    def _read_dict(self, node: Node, kind: kinds.DictType, place: str) -> dict[str, Any]:
        pairs = _pairs(node)
        _check_length(len(pairs), kind, "entries")
        for key, _ in pairs.values():
            self.read(key, kind.key_type, f"{place}, the key")
        return {
            name: self.read(value, kind.value_type, _join(place, name))
            for name, (_, value) in pairs.items()
        }

    def _read_struct(self, node: Node, kind: kinds.StructType, place: str) -> dict[str, Any]:
        pairs = _pairs(node)
        fields = {one.encode_name: one for one in kind.fields}
        tag = {} if kind.tag_field is None else {kind.tag_field: kind.tag}
        for name in [name for name in pairs if name not in fields and name not in tag]:
            advice = did_you_mean(name, fields) or f" Known are {', '.join(fields)}."
            message = f"{_join(place, name)} is not a key of the format: delete it.{advice}"
            self._tell(place, pairs[name][0].line, message)
        for name in (one.encode_name for one in kind.fields if one.required):
            if name not in pairs:
                message = f"{_join(place, name)} is missing: add it."
                self._tell(place, node.line, message)
        return tag | {
            name: self.read(pairs[name][1], one.type, _join(place, name))
            for name, one in fields.items()
            if name in pairs
        }

    def _read_union(self, node: Node, types: list[kinds.Type], place: str) -> Any:
        structs = [one for one in types if isinstance(one, kinds.StructType)]
        if len(structs) > 1:
            return self._read_tagged(node, structs, place)
        return self.read(node, _chosen(node, types), place)

    def _read_tagged(self, node: Node, structs: Iterable[kinds.StructType], place: str) -> Any:
        pairs = _pairs(node)
        known = {str(one.tag): one for one in structs}
        field = next(iter(known.values())).tag_field or ""
        if field not in pairs:
            advice = did_you_mean(field, pairs)
            raise MisfitError(f"has no {field}: write one of {', '.join(known)}.{advice}")
        tag = pairs[field][1]
        words = kinds.LiteralType(tuple(known))
        name = self.read(tag, words, _join(place, field))
        return REPORTED if name is REPORTED else self._read_struct(node, known[name], place)


def _pairs(node: Node) -> dict[str, tuple[ScalarNode, Node]]:
    if not isinstance(node, MappingNode):
        raise must_be("keys and values", came(node))
    return node.pairs


def _chosen(node: Node, types: Iterable[kinds.Type]) -> kinds.Type:
    """Pick the member of a union that a node asks for."""
    numbers = [one for one in types if isinstance(one, kinds.IntType | kinds.FloatType)]
    others = [one for one in types if one not in numbers and not isinstance(one, kinds.NoneType)]
    if not numbers or not (isinstance(node, ScalarNode) and is_number(node)):
        return (others or numbers)[0]
    return numbers[0 if node.text.lstrip("+-").isdigit() else -1]


def _check_length(length: int, kind: kinds.VarTupleType | kinds.DictType, noun: str) -> None:
    if length < (kind.min_length or 0):
        raise must_be(f"{kind.min_length} or more {noun}", str(length))
    if kind.max_length is not None and length > kind.max_length:
        raise must_be(f"{kind.max_length} or fewer {noun}", str(length))


def _bare(kind: kinds.Type) -> kinds.Type:
    return _bare(kind.type) if isinstance(kind, kinds.Metadata) else kind


def _join(place: str, name: str) -> str:
    shown = name if len(name) <= 40 and name.isprintable() else shortened(name)
    return f"{place}.{shown}" if place else shown
