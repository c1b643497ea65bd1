"""How labels are written: alone (txt), as columns of a table (csv), as keys of objects (jsonl)."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lessons_lib.commands.predict_lines import Flaw
from lessons_lib.commands.predict_records import Record
from lessons_lib.text.label import LABELS

if TYPE_CHECKING:
    from lessons_lib.inference.batch import BatchPredictor


@dataclass(slots=True)
class Chunk:
    """Records that are labelled and written together; a flaw stands before the record at a place.

    Attributes
    ----------
    records : list of Record, length n
    texts : list of str, length n
    flaws : list of (int, Flaw)
    """

    records: list[Record] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    flaws: list[tuple[int, Flaw]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.records) + len(self.flaws)

    def add(self, record: Record | Flaw) -> None:
        """Put a record, or what could not become one, behind the others."""
        if isinstance(record, Flaw):
            self.flaws.append((len(self.records), record))
        else:
            self.records.append(record)
            self.texts.append(record[0])


def added_names(prefix: str) -> list[str]:
    """Return the names of what is added to a record: the label and the three probabilities."""
    return [prefix + name for name in ("label", *LABELS)]


class Writer(Protocol):
    """What turns the records of a chunk into the text that is written for them."""

    def head(self) -> str:
        """Return what stands above all records."""
        ...

    def render(self, chunk: Chunk, predictor: BatchPredictor) -> str:
        """Label the records and return what is written for them."""
        ...


class LabelWriter:
    """One label a line; an empty line where a record could not be read."""

    def head(self) -> str:
        """Return nothing: the lines answer those of the input."""
        return ""

    def render(self, chunk: Chunk, predictor: BatchPredictor) -> str:
        """Return a line a record."""
        lines = [LABELS[number] + "\n" for number in predictor.labels(chunk.texts).tolist()]
        for place, _ in reversed(chunk.flaws):
            lines.insert(place, "\n")
        return "".join(lines)


class TableWriter:
    """The columns of the input, and four more."""

    def __init__(self, columns: Sequence[str], added: Sequence[str]) -> None:
        self._names = [*columns, *added] if columns else []
        # Its rows end in \r\n for the writer to put fields with either sign in quotes.
        self._writer = csv.writer(_Echo(), lineterminator=_ROW_END)

    def head(self) -> str:
        """Return the names of the columns."""
        return f"{self._row(self._names)}\n" if self._names else ""

    def render(self, chunk: Chunk, predictor: BatchPredictor) -> str:
        """Return a row a record that could be read."""
        predictions = predictor.predict(chunk.texts)
        return "".join(
            self._row(record[1])
            + ",{},{:.6f},{:.6f},{:.6f}\n".format(one.label, *one.probabilities)
            for record, one in zip(chunk.records, predictions, strict=True)
        )

    def _row(self, fields: Sequence[str]) -> str:
        row: str = self._writer.writerow(fields)  # what the echo returns
        return row.removesuffix(_ROW_END)


_ROW_END = "\r\n"


class _Echo:
    """A file that hands each row back instead of keeping it."""

    def write(self, row: str) -> str:
        return row


class ObjectWriter:
    """The objects of the input as they came, or its rows as objects, with four keys more."""

    def __init__(self, columns: Sequence[str], added: Sequence[str]) -> None:
        self._columns = columns
        label, *rest = [json.dumps(name, ensure_ascii=False).replace("%", "%%") for name in added]
        self._added = f', {label}: "%s"' + "".join(f", {key}: %.6f" for key in rest) + "}\n"

    def head(self) -> str:
        """Return nothing: every object names its own keys."""
        return ""

    def render(self, chunk: Chunk, predictor: BatchPredictor) -> str:
        """Return a line a record that could be read."""
        predictions = predictor.predict(chunk.texts)
        # What came stays as it came, letter by letter: 1.00 stays 1.00, a key keeps its place.
        return "".join(
            self._object(record)[:-1] + self._added % (one.label, *one.probabilities)
            for record, one in zip(chunk.records, predictions, strict=True)
        )

    def _object(self, record: Record) -> str:
        _, fields, as_it_came = record
        if as_it_came:
            return as_it_came
        return json.dumps(dict(zip(self._columns, fields, strict=True)), ensure_ascii=False)
