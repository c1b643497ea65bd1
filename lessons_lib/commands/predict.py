"""`lessons predict`: label one text while you wait (real-time), or a whole file (batch).

For example:
  lessons predict "I love sunny days"
  lessons predict --file texts.txt --out labels.txt
  lessons predict --file reviews.csv --column review --out labeled.csv
  cat texts.txt | lessons predict --file - | sort | uniq -c
  lessons predict --model transformer --workers 2 --resume --file texts.csv --out labeled.csv
  lessons predict --engine ray --model transformer --file s3://bucket/texts --out labeled

Files are UTF-8. A txt file gets one label per line; csv and jsonl keep their data and also get
label, negative, neutral and positive. In jsonl, decimals are rounded to 17 significant digits, and
if a key occurs twice, its last value is kept. In csv, a text of more than 131,072 characters is
taken for a quote that never closes; jsonl has no such limit. Lines that cannot be labeled are
reported by number.

--workers N labels with N processes on this machine. OUT has the same bytes, and a killed process is
replaced. Starting takes a quarter of a second with the small model and two to three seconds with
the transformer. So on two free cores, two processes pay off from about 300 texts on with the
transformer; with the small model, from about 60,000 rows of csv or jsonl on, and never for a txt of
labels, because one process has to read the lines for all of them.

--resume keeps finished parts in a folder, OUT.parts, until OUT is complete. If the run is stopped,
repeat the command: it continues after the parts that are there. IN, the model and the options must
be the same, except --workers.

--engine ray labels with many machines, or from and to object stores (extra: scale). IN is a file, a
folder or an address such as s3://bucket/texts, of txt, csv, jsonl or parquet. OUT is a new folder:
its parts, in order of their names, have the texts in the order of IN's files and lines, in the same
format (csv for txt). _SUCCESS is written last; a failed run removes what it wrote. Rows that cannot
be labeled are only counted. Lines of txt and jsonl end wherever Python's str.splitlines does, such
as at U+2028, and each such file must fit into a worker's memory.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from functools import partial
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Any, BinaryIO, Never

from tqdm import tqdm

from lessons_lib import __version__
from lessons_lib.commands import text_files as files
from lessons_lib.commands.prepare import load_pipeline
from lessons_lib.console import CommandError, print_to_stderr, say
from lessons_lib.extras import require_extra
from lessons_lib.files import whole_file
from lessons_lib.pipeline.inference.pool import (
    Results,
    Start,
    call_in_processes,
    keep_results,
    open_results,
)
from lessons_lib.pipeline.inference.prediction import PREFERRED_SIZES
from lessons_lib.pipeline.text.label import LABELS

RAY = "ray"
STANDARD_OUTPUT = ("-", "/dev/stdout")
KEPT_FOR = ("column", "format", "model", "sort_by_length")  # --resume refuses other values
LABELS_WITH_RAY = "lessons_lib.annexes.cluster.predict_ray"  # an annex
SORTED_BATCHES = 64  # how many batches are read and sorted together with --sort-by-length
PART_TEXTS = 128  # at least; what another process labels in one call, and what --resume keeps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: one text, or the files of texts and labels."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = (__doc__ or "").partition("\n\n")[2]
    add = parser.add_argument
    add("text", metavar="TEXT", nargs="*", help="one text, in quotes; -- before a leading dash")
    add("--file", metavar="IN", help="label the texts in this file; - reads standard input")
    add("--out", metavar="OUT", help="where to write the labels; - prints them (default: -)")
    column_help = "the column or key with the text (default: text, or the only column of a csv)"
    add("--column", metavar="NAME", help=column_help)
    formats = (*dict.fromkeys(files.FORMATS.values()), "parquet")
    add("--format", choices=formats, help="the format of IN (default: by its name, or txt)")
    models = ("small", "transformer")
    add("--model", choices=models, default="small", help="which model labels (default: small)")
    sort_help = "texts of similar length share a batch, which saves the transformer some padding"
    add("--sort-by-length", action="store_true", help=sort_help)
    engine_help = "plain: on this machine (default); ray: on many, from files or folders, see below"
    add("--engine", choices=("plain", RAY), help=engine_help)
    workers_help = "label in N processes (default: 1; with --engine ray, one per core)"
    add("--workers", metavar="N", type=int, help=workers_help)
    resume_help = "keep finished parts in OUT.parts until OUT is complete, and use those there"
    add("--resume", action="store_true", default=None, help=resume_help)


def run(options: argparse.Namespace) -> int:
    """Label one text or a file."""
    if options.file is None:
        return _label_text(options)
    if options.text:
        raise CommandError("Pass either one text or --file IN, not both.")
    if options.workers is not None and options.workers < 1:
        raise CommandError(f"--workers must be an integer ≥ 1, got {options.workers}.")
    if options.engine == RAY:
        if options.resume:
            raise CommandError("--engine ray cannot resume: omit --resume, or use --workers N.")
        require_extra("--engine ray", "scale")
        code: int = import_module(LABELS_WITH_RAY).label_with_ray(options)
        return code
    return _label_file(options)


def _label_text(options: argparse.Namespace) -> int:
    from lessons_lib.pipeline.inference.realtime import RealTimePredictor

    for flag in ("out", "column", "format", "engine", "workers", "resume"):
        if getattr(options, flag) is not None:
            raise CommandError(f"--{flag} requires --file IN: add it, or omit --{flag}.")
    if len(options.text) != 1:
        raise CommandError(
            f"Expected one text, got {len(options.text)}. Put it in quotes: lessons predict "
            f'"{" ".join(options.text) or "I love sunny days"}". To label a file, add --file IN.'
        )
    predictor = RealTimePredictor(load_pipeline(options.model))
    start = perf_counter()
    prediction = predictor.predict(options.text[0])
    duration_ms = (perf_counter() - start) * 1000
    say(prediction.label)
    for label, probability in zip(LABELS, prediction.probabilities, strict=True):
        say(f"  {label:<8} {probability:.3f}")
    say(f"{duration_ms:.2f} ms for this one text, not counting the time to load the model")
    return 0


def _label_file(options: argparse.Namespace) -> int:
    """Label every text of a file in parts, so that memory does not grow with the file."""
    name, out = options.file, options.out or "-"
    format_in, format_out = files.file_formats(name, out, options.format)
    if options.resume and (out in STANDARD_OUTPUT or not os.path.isfile(name)):
        raise CommandError("--resume needs files: name them with --file IN and --out OUT.")
    with _open(name) as source, _bar(source, out) as bar:
        lines = files.Lines(source, "Standard input" if name == "-" else name, bar.update)
        columns, key, records = files.read_records(lines, format_in, options.column)
        if format_out != "txt":
            files.refuse_clashes(columns)
        elif format_in != "txt":
            records = (one and {key: one[key]} for one in records)  # what a process needs
        how = options.model, options.sort_by_length, columns, key, format_out
        start = partial(files.part_labeler, *how)
        size = PREFERRED_SIZES[options.model] * (SORTED_BATCHES if options.sort_by_length else 1)
        chunks = files.chunks(records, size, lines)
        with _output(out) as file, closing(_results(options, start, chunks, size)) as results:
            first = next(results, b"")  # before anything is written: the model may be missing
            if format_out == "csv" and columns:
                file.write(files.table([[*columns, *files.ADDED]]))
            for result in chain([first], results):
                file.write(result)
                file.flush()  # the reader of a pipe gets whole chunks
            summary = files.summary(lines.labeled, lines.skipped)
            if lines.skipped and not lines.labeled:
                raise CommandError(summary)
    if options.resume:
        rmtree(f"{out}.parts")
    print_to_stderr(summary)
    return 0


def _results(
    options: argparse.Namespace, start: Start, chunks: Iterator[Any], size: int
) -> Results:
    """Yield the output of one part after the other, labeled here or by other processes."""
    workers = options.workers or 1
    chunks_each = max(1, PART_TEXTS // size) if options.resume or workers > 1 else 1
    parts: Iterator[Any] = iter(lambda: list(islice(chunks, chunks_each)), [])
    if options.resume:
        with open(options.file, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        job = {"input": [digest, Path(options.file).suffix]}
        job |= {name: vars(options)[name] for name in KEPT_FOR}
        folder = Path(f"{options.out}.parts")
        open_results(folder, {**job, "version": __version__})
        start, parts = partial(keep_results, start, folder), enumerate(parts)
    if workers > 1:
        yield from call_in_processes(start, parts, workers)
    else:
        yield from map(start(), parts)


def _open(name: str) -> BinaryIO:
    if name != "-":
        return open(name, "rb")
    if sys.stdin.isatty():
        print_to_stderr("Type one text per line; Ctrl-D on an empty line ends the input.")
    return sys.stdin.buffer


def _output(out: str) -> AbstractContextManager[BinaryIO]:
    """Return standard output, or a file that is replaced only if the block succeeds."""
    return nullcontext(sys.stdout.buffer) if out in STANDARD_OUTPUT else whole_file(out)


def _bar(source: BinaryIO, out: str) -> tqdm[Never]:
    """Return a progress bar over the input's bytes, hidden if it would mix with the labels."""
    is_hidden = sys.stderr is None or source.isatty() or (out == "-" and sys.stdout.isatty())
    disable = is_hidden or None  # None hides it, too, unless stderr is a terminal
    size = os.fstat(source.fileno()).st_size or None
    return tqdm(total=size, unit="B", unit_scale=True, leave=False, disable=disable)
