"""`lessons predict`: label one text while you wait (real-time), or a whole file (batch)."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, BinaryIO, Never

from tqdm import tqdm

from lessons_lib.commands.console import CommandError, print_to_stderr, say
from lessons_lib.commands.prepare import SMALL, TRANSFORMER, load_pipeline
from lessons_lib.files import whole_file
from lessons_lib.formats import counted
from lessons_lib.text.label import LABELS

if TYPE_CHECKING:
    from lessons_lib.inference.batch import BatchPredictor

SUMMARY = "label one text while you wait (real-time), or every text of a file (batch)"
EXAMPLES = """
examples:
  lessons predict "I love sunny days"
  lessons predict --file texts.txt --out labels.txt
  lessons predict --file reviews.csv --column review --out labeled.csv
  cat texts.txt | lessons predict --file - | sort | uniq -c

Files are UTF-8. A txt file gets one label per line; csv and jsonl keep their data and also get
label, negative, neutral and positive. Lines that cannot be labeled are reported by number.
"""
FORMATS = {".txt": "txt", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
ADDED = ("label", *map(str, LABELS))
MOST_REPORTED = 20

Record = dict[str, Any]
Records = Iterator[Record | None]  # None stands for a record that cannot be labeled


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: one text, or the files of texts and labels."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("text", metavar="TEXT", nargs="*", help="one text, in quotes; -- before a leading dash")
    add("--file", metavar="IN", help="label the texts in this file; - reads standard input")
    add("--out", metavar="OUT", help="where to write the labels; - prints them (default: -)")
    column_help = "the column or key with the text (default: text, or the only column of a csv)"
    add("--column", metavar="NAME", help=column_help)
    formats = dict.fromkeys(FORMATS.values())
    add("--format", choices=formats, help="the format of IN (default: by its name, or txt)")
    models = (SMALL, TRANSFORMER)
    add("--model", choices=models, default=SMALL, help=f"which model labels (default: {SMALL})")


def run(options: argparse.Namespace) -> int:
    """Label one text or a file."""
    texts = options.text
    if options.file is not None:
        if texts:
            raise CommandError("Pass either one text or --file IN, not both.")
        out = "-" if options.out is None else options.out
        return _label_file(options.file, out, options.format, options.column, options.model)
    for flag in ("out", "column", "format"):
        if getattr(options, flag) is not None:
            raise CommandError(f"--{flag} requires --file IN: add it, or omit --{flag}.")
    if not texts:
        raise CommandError(
            'There is no text. Pass one, as in lessons predict "I love sunny days", '
            "or label a file with --file IN; --file - reads standard input."
        )
    if len(texts) > 1:
        raise CommandError(
            f"Expected one text, got {len(texts)} arguments. Put the text in quotes: "
            f'lessons predict "{" ".join(texts)}". For many texts use --file IN.'
        )
    return _answer(texts[0], options.model)


def _answer(text: str, model: str) -> int:
    from lessons_lib.inference.realtime import RealTimePredictor

    predictor = RealTimePredictor(load_pipeline(model))
    start = perf_counter()
    prediction = predictor.predict(text)
    duration_ms = (perf_counter() - start) * 1000
    say(prediction.label)
    for label, probability in zip(LABELS, prediction.probabilities, strict=True):
        say(f"  {label:<8} {probability:.3f}")
    say(f"{duration_ms:.2f} ms for this one text, not counting the time to load the model")
    return 0


def _label_file(name: str, out: str, format_in: str | None, column: str | None, model: str) -> int:
    """Label every text of a file in chunks, so that memory does not grow with the file."""
    from lessons_lib.inference.batch import BatchPredictor

    advice = "If the file has one of these formats, add --format txt|csv|jsonl."
    format_in = format_in or _format_of(name, "--file must end in", "txt", advice)
    advice = f"Without an extension, OUT has the format of IN ({format_in})."
    format_out = _format_of(out, "--out must end in", format_in, advice)
    if os.path.isfile(name) and os.path.exists(out) and os.path.samefile(name, out):
        raise CommandError(f"{name} and {out} are the same file. Choose another one with --out.")
    with _open(name) as source, _bar(source, out) as bar:
        lines = _Lines(source, "Standard input" if name == "-" else name, bar)
        columns, key, records = _read(lines, format_in, column)
        if format_out != "txt":
            _refuse_clashes(columns)
        predictor = BatchPredictor(load_pipeline(model))
        is_standard = out in ("-", "/dev/stdout")
        with nullcontext(sys.stdout.buffer) if is_standard else whole_file(out) as file:
            if format_out == "csv" and columns:
                file.write(_encoded(_table([[*columns, *ADDED]])))
            while chunk := list(islice(records, predictor.batch_size)):
                file.write(_encoded(_labeled(chunk, columns, key, format_out, predictor)))
                file.flush()  # the reader of a pipe gets whole chunks
                lines.labeled += len(chunk) - chunk.count(None)
            if lines.skipped and not lines.labeled:
                raise CommandError(lines.summary())
    print_to_stderr(lines.summary())
    return 0


def _format_of(name: str, use: str, default: str, advice: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in FORMATS:
        raise CommandError(f"{use} {', '.join(FORMATS)}, got {name}. {advice}")
    return FORMATS.get(suffix, default)


def _open(name: str) -> BinaryIO:
    if name != "-":
        return open(name, "rb")
    if sys.stdin.isatty():
        print_to_stderr("Type one text per line; Ctrl-D on an empty line ends the input.")
    return sys.stdin.buffer


def _bar(source: BinaryIO, out: str) -> tqdm[Never]:
    """Return a progress bar over the input's bytes, hidden if it would mix with the labels."""
    off = sys.stderr is None or not sys.stderr.isatty() or source.isatty()
    off = off or (out == "-" and sys.stdout.isatty())
    size = os.fstat(source.fileno()).st_size or None
    return tqdm(total=size, unit="B", unit_scale=True, file=sys.stderr, leave=False, disable=off)


@dataclass
class _Lines:
    """The lines of the input, with counts of labeled texts and skipped lines."""

    source: BinaryIO
    name: str
    bar: tqdm[Never]
    number: int = 0  # of the last line read
    labeled: int = 0
    skipped: int = 0

    def __iter__(self) -> Iterator[str]:
        for raw in self.source:
            self.number += 1
            self.bar.update(len(raw))
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

    def summary(self) -> str:
        """Return how many texts were labeled and how many lines skipped."""
        skipped = f", {counted(self.skipped, 'line')} skipped" if self.skipped else ""
        return f"{counted(self.labeled, 'text')} labeled{skipped}."


def _read(lines: _Lines, format_in: str, column: str | None) -> tuple[list[str], str, Records]:
    """Return the columns, the one with the text, and an iterator over the records."""
    key = "text" if column is None else column
    if format_in == "txt":
        if column is not None:
            raise CommandError("A txt file has no columns: omit --column, or add --format.")
        return [key], key, ({key: line.rstrip("\r\n")} for line in lines)
    if format_in == "jsonl":
        objects = map(partial(_parsed_object, key), map(str.strip, lines))
        return [key], key, _records(lines, objects, format_in)
    rows = csv.reader(lines, strict=True)
    try:
        header = next(filter(None, rows), [])
    except csv.Error as error:
        message = f"The first row must name the columns, but it is not valid csv ({error})."
        raise CommandError(message) from error
    if header:
        key = _text_column(header, column)
    return header, key, _records(lines, map(partial(_parsed_row, header), rows), format_in)


def _records(lines: _Lines, parsed: Iterator[Record], format_in: str) -> Records:
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


def _parsed_object(key: str, line: str) -> Record:
    record: Record = json.loads(line) if line else {}
    if line and not (isinstance(record, dict) and isinstance(record.get(key), str)):
        raise ValueError(f"expected an object with a text under {key!r}, got {line}")
    return record


def _parsed_row(header: list[str], row: list[str]) -> Record:
    if row and len(row) != len(header):
        raise ValueError(f"{counted(len(row), 'field')}, but the header has {len(header)}")
    return dict(zip(header, row, strict=False))


def _text_column(columns: list[str], column: str | None) -> str:
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


def _refuse_clashes(names: Collection[str]) -> None:
    """Raise an error if an added column has the name of another one, which would lose values."""
    if len({*names, *ADDED}) < len(names) + len(ADDED):
        listed = str([*names])[1:-1]
        raise CommandError(
            f"The input has {listed:.300}, and {', '.join(ADDED)} are added: each name must be "
            "unique. Rename a column, or write the labels alone with --out NAME.txt."
        )


def _labeled(
    chunk: list[Record | None], columns: list[str], key: str, kind: str, predictor: BatchPredictor
) -> str:
    """Return a chunk as text in the output format; in txt, a skipped line becomes an empty one."""
    records = [record for record in chunk if record is not None]
    texts = [record[key] for record in records]
    if kind == "txt":
        labels = iter(predictor.labels(texts).tolist())
        return "".join(f"{'' if record is None else LABELS[next(labels)]}\n" for record in chunk)
    as_number = str if kind == "csv" else float
    for record, one in zip(records, predictor.predict(texts), strict=True):
        _refuse_clashes(record)
        figures = (as_number(f"{probability:.6f}") for probability in one.probabilities)
        record.update(zip(ADDED, (one.label, *figures), strict=True))
    if kind == "csv":
        return _table(map(record.get, (*columns, *ADDED)) for record in records)
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def _table(rows: Iterable[Iterable[object]]) -> str:
    lines: list[str] = []
    # Python 3.11 quotes a field with a lone \r only if rows end in \r\n.
    csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n").writerows(rows)
    return "".join(f"{line[:-2]}\n" for line in lines)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate in JSON stays an escape
