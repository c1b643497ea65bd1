"""`lessons predict --file`: texts read, labelled and written chunk by chunk, in bounded memory."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from lessons_lib.commands.console import CommandError, reason, tell
from lessons_lib.commands.predict_format import STANDARD_STREAM, input_format, output_format
from lessons_lib.commands.predict_lines import Flaw, Lines
from lessons_lib.commands.predict_model import loaded_pipeline
from lessons_lib.commands.predict_records import (
    DEFAULT_COLUMN,
    Record,
    Records,
    json_records,
    refuse_taken,
    text_records,
)
from lessons_lib.commands.predict_report import Report, reporting
from lessons_lib.commands.predict_table import table_records
from lessons_lib.commands.predict_writers import (
    Chunk,
    LabelWriter,
    ObjectWriter,
    TableWriter,
    Writer,
    added_names,
)
from lessons_lib.commands.whole_file import is_standard_output, kills_unwind, output
from lessons_lib.inference.batch import BatchPredictor

# A chunk ends at whichever comes first, so that a million long texts need no more memory.
CHUNK_RECORDS = 4096
CHUNK_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class BatchTask:
    """What is to be labelled, and where the labels go; ``-`` are the standard streams."""

    file: str
    out: str
    column: str | None
    format: str | None
    prefix: str


def label_file(task: BatchTask) -> int:
    """Label every text of a file; return 0.

    Raises
    ------
    CommandError
        If no text could be labelled, or the input or output is not as it must be; a file
        that is to be written is then as it was before.
    """
    with _opened(task.file) as source, kills_unwind():
        _refuse_same(source, task)
        lines = Lines(source, "Standard input" if task.file == STANDARD_STREAM else task.file)
        found, writer = _reader_and_writer(task, lines)
        predictor = BatchPredictor(loaded_pipeline(), batch_size=CHUNK_RECORDS)
        with output(task.out) as file, reporting(source, file) as report:
            file.write(_encoded(writer.head()))
            for chunk in _chunks(found.records, lines):
                file.write(_encoded(writer.render(chunk, predictor)))
                file.flush()  # whoever reads a pipe sees whole chunks
                report.chunk_done(chunk, lines.bytes_read)
            _refuse_nothing_labelled(report)
    for told in (report.told_in_the_end(), report.advice()):
        if told:
            tell(told)
    return 0


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD_STREAM:
        if sys.stdin is None:
            raise CommandError("There is no standard input: name a file with --file.")
        if sys.stdin.isatty():
            tell("One text a line; Ctrl-D on an empty line ends the input.")
        yield sys.stdin.buffer
        return
    if not name:
        raise CommandError("--file has no name: name the file with the texts.")
    with ExitStack() as closing:
        try:
            source = closing.enter_context(open(name, "rb"))
        except OSError as error:
            raise CommandError(f"The texts cannot be read ({reason(error)}).") from error
        yield source


def _refuse_same(source: BinaryIO, task: BatchTask) -> None:
    """Refuse to put labels where the texts are, under whatever names."""
    read = os.fstat(source.fileno())
    try:
        out = sys.stdout.fileno() if is_standard_output(task.out) else task.out
        written = os.stat(out)
    except (OSError, ValueError, AttributeError):
        return  # nothing is there yet, or no file
    if stat.S_ISREG(read.st_mode) and os.path.samestat(read, written):
        raise CommandError(
            f"{task.file} and {task.out} are the same file, and the labels would stand where the "
            "texts were. Name another file with --out."
        )


def _reader_and_writer(task: BatchTask, lines: Lines) -> tuple[Records, Writer]:
    format_in = input_format(task.file, task.format)
    format_out = output_format(task.out, format_in)
    added = added_names(task.prefix)
    if format_in == "txt":
        if task.column is not None:
            raise CommandError("A txt file has no columns: leave --column out, or add --format.")
        found = text_records(lines)
    elif format_in == "csv":
        found = table_records(lines, task.column)
    else:
        taken = added if format_out == "jsonl" else ()
        key = DEFAULT_COLUMN if task.column is None else task.column
        found = json_records(lines, key, taken)
    if format_out == "txt":
        return found, LabelWriter()
    if taken_names := [name for name in added if name in found.columns]:
        refuse_taken(taken_names, task.file)
    if format_out == "csv":
        return found, TableWriter(found.columns, added)
    _refuse_twins(found, task)
    return found, ObjectWriter(found.columns, added)


def _refuse_twins(found: Records, task: BatchTask) -> None:
    if len(set(found.columns)) < len(found.columns):
        raise CommandError(
            f"An object has each key once, but {task.file} has two columns of one name. Rename "
            "one, or write a csv."
        )


def _chunks(records: Iterator[Record | Flaw], lines: Lines) -> Iterator[Chunk]:
    chunk = Chunk()
    begun = lines.bytes_read
    for record in records:
        chunk.add(record)
        if len(chunk) >= CHUNK_RECORDS or lines.bytes_read - begun >= CHUNK_BYTES:
            yield chunk
            chunk = Chunk()
            begun = lines.bytes_read
    if len(chunk):
        yield chunk


def _encoded(text: str) -> bytes:
    r"""Return UTF-8; half a character out of JSON stays the escape \udXXX that it was."""
    return text.encode("utf-8", "backslashreplace")


def _refuse_nothing_labelled(report: Report) -> None:
    if report.passed_over and not report.labelled:
        raise CommandError(f"{report.told_in_the_end()} {report.advice()}".rstrip())
