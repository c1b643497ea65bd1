"""The files of `lessons predict`: read their records, and write them with labels."""

import csv
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from lessons_lib.commands.prepare import load_pipeline
from lessons_lib.console import CommandError, print_to_stderr
from lessons_lib.formats import counted
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.text.label import LABELS

FORMATS = {".txt": "txt", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
ADDED = ("label", *map(str, LABELS))
MOST_REPORTED = 20

Record = dict[str, Any]
Records = Iterator[Record | None]  # None stands for a record that cannot be labeled


def file_formats(name: str, out: str, format_in: str | None) -> tuple[str, str]:
    """Return the formats of the input and the output, by their names or as requested."""
    advice = "If the file has one of these formats, add --format; for parquet, add --engine ray."
    format_in = format_in or _format_of(name, "--file must end in", "txt", advice)
    advice = f"Without an extension, OUT has the format of IN ({format_in})."
    format_out = _format_of(out, "--out must end in", format_in, advice)
    if os.path.isfile(name) and os.path.exists(out) and os.path.samefile(name, out):
        raise CommandError(f"{name} and {out} are the same file. Choose another one with --out.")
    return format_in, format_out


def _format_of(name: str, use: str, default: str, advice: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in FORMATS:
        raise CommandError(f"{use} {', '.join(FORMATS)}, got {name}. {advice}")
    return FORMATS.get(suffix, default)


@dataclass
class Lines:
    """The lines of the input, with counts of labeled texts and skipped lines."""

    source: BinaryIO
    name: str
    advance: Callable[[int], object]  # called with the number of bytes read
    number: int = 0  # of the last line read
    labeled: int = 0
    skipped: int = 0

    def __iter__(self) -> Iterator[str]:
        for raw in self.source:
            self.number += 1
            self.advance(len(raw))
            try:
                if line := raw.decode("utf-8-sig" if self.number == 1 else "utf-8"):
                    yield line
            except UnicodeDecodeError as error:
                raise CommandError(
                    f"{self.name}, line {self.number:,} is not UTF-8 (byte {raw[error.start]:#04x})"
                    ". Save the file as UTF-8 and try again."
                ) from error

    def skip(self, first: int, problem: str) -> None:
        """Count the lines from `first` to the last one read as skipped; report the first twenty."""
        if self.skipped < MOST_REPORTED:
            until = f" to {self.number:,}" if self.number > first else ""
            print_to_stderr(f"line {first:,}{until}: {problem:.300}; skipped")
        self.skipped += self.number - first + 1


def summary(labeled: int, skipped: int, unit: str = "line") -> str:
    """Return a sentence with the number of labeled texts and of skipped lines or rows."""
    rest = f", {counted(skipped, unit)} skipped" if skipped else ""
    return f"{counted(labeled, 'text')} labeled{rest}."


def read_records(
    lines: Lines, format_in: str, column: str | None
) -> tuple[list[str], str, Records]:
    """Return the columns, the one with the text, and an iterator over the records."""
    key = "text" if column is None else column
    if format_in == "txt":
        if column is not None:
            raise CommandError("A txt file has no columns: omit --column, or add --format.")
        return [key], key, ({key: line.rstrip("\r\n")} for line in lines)
    if format_in == "jsonl":
        return [key], key, _records(lines, map(partial(parsed_object, key), lines), format_in)
    rows = csv.reader(lines, strict=True)
    try:
        header = next(filter(None, rows), [])
    except csv.Error as error:
        message = f"The first row must name the columns, but it is not valid csv ({error})."
        raise CommandError(message) from error
    if header:
        key = text_column(header, column)
    return header, key, _records(lines, map(partial(_parsed_row, header), rows), format_in)


def _records(lines: Lines, parsed: Iterator[Record], format_in: str) -> Records:
    """Yield each record, or None for one that cannot be parsed."""
    while True:
        first = lines.number + 1
        try:
            if record := next(parsed):
                yield record
        except StopIteration:
            return
        except (csv.Error, ValueError, RecursionError) as error:
            lines.skip(first, f"not valid {format_in} ({error})")
            yield None


def parsed_object(key: str, line: str) -> Record:
    """Return the object in a line of JSON, or an empty one for a blank line.

    Raises
    ------
    ValueError, RecursionError
        If the line is anything but an object with a text under the key.
    """
    record: Record = json.loads(line, parse_float=_finite) if (line := line.strip()) else {}
    if line and not (isinstance(record, dict) and isinstance(record.get(key), str)):
        raise ValueError(f"expected an object with a text under {key!r}, got {line}")
    return record


def _finite(number: str) -> float:
    if abs(value := float(number)) == float("inf"):
        raise ValueError(f"expected numbers within ±1.8e308, got {number}")
    return value


def _parsed_row(header: list[str], row: list[str]) -> Record:
    if row and len(row) != len(header):
        raise ValueError(f"{counted(len(row), 'field')}, but the header has {len(header)}")
    return dict(zip(header, row, strict=False))


def text_column(columns: list[str], column: str | None) -> str:
    """Return the column with the texts; raise an error if it is missing or ambiguous."""
    hint = ""
    if any(sign in name for name in columns for sign in ";\t"):
        hint = " Columns must be separated by commas: save the file again with commas."
    if column is None and len(columns) == 1 and not hint:
        return columns[0]
    key = "text" if column is None else column
    if (count := columns.count(key)) != 1:
        raise CommandError(
            f"There must be one column {key!r} with the texts, but there are {count or 'none'}. "
            f"Found: {str(columns)[1:-1]:.300}. Choose with --column NAME.{hint}"
        )
    return key


def refuse_clashes(names: Collection[str]) -> None:
    """Raise an error if an added column has the name of another one, which would lose values."""
    if len({*names, *ADDED}) < len(names) + len(ADDED):
        listed = str([*names])[1:-1]
        raise CommandError(
            f"The input has {listed:.300}, and {', '.join(ADDED)} are added: each name must be "
            "unique. Rename a column, or write the labels alone: --engine plain --out NAME.txt."
        )


def chunks(records: Records, size: int, lines: Lines) -> Iterator[list[Record | None]]:
    """Yield the records that are labeled together, and count their texts."""
    while chunk := list(islice(records, size)):
        lines.labeled += len(chunk) - chunk.count(None)
        yield chunk


def part_labeler(
    model: str, sort_by_length: bool, columns: list[str], key: str, kind: str
) -> Callable[[list[list[Record | None]]], bytes]:
    """Load a model, and return what labels a part of a file, a list of chunks."""
    predictor = BatchPredictor(load_pipeline(model), sort_by_length=sort_by_length)
    return lambda part: b"".join(labeled_chunk(one, columns, key, kind, predictor) for one in part)


def labeled_chunk(
    chunk: list[Record | None], columns: list[str], key: str, kind: str, predictor: BatchPredictor
) -> bytes:
    """Return a chunk in the output format; in txt, a skipped line becomes an empty one."""
    records = [record for record in chunk if record is not None]
    texts = [record[key] for record in records]
    if kind == "txt":
        labels = iter(predictor.labels(texts).tolist())
        return encoded(f"{'' if record is None else LABELS[next(labels)]}\n" for record in chunk)
    as_number = str if kind == "csv" else float
    for record, one in zip(records, predictor.predict(texts), strict=True):
        refuse_clashes(record)
        record.update(zip(ADDED, (one.label, *map(as_number, decimals(one))), strict=True))
    if kind == "csv":
        return table(map(record.get, (*columns, *ADDED)) for record in records)
    return encoded(map(json_line, records))


def decimals(prediction: Prediction) -> list[str]:
    """Return the probabilities with six decimals: the one place where they are rounded."""
    return [f"{probability:.6f}" for probability in prediction.probabilities]


def json_line(record: Record) -> str:
    """Return an object as a line of JSON."""
    return f"{json.dumps(record, ensure_ascii=False, default=str)}\n"


def table(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as csv."""
    lines: list[str] = []
    # Python 3.11 quotes a field with a lone \r only if rows end in \r\n.
    csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n").writerows(rows)
    return encoded(f"{line[:-2]}\n" for line in lines)


def encoded(lines: Iterable[str]) -> bytes:
    """Return lines as UTF-8; a lone surrogate in JSON stays an escape."""
    return "".join(lines).encode("utf-8", "backslashreplace")
