"""`lessons predict`: label one text while you wait (real-time), or a whole file (batch)."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import islice
from time import perf_counter
from typing import BinaryIO, Never

from tqdm import tqdm

from lessons_lib.commands import text_files as files
from lessons_lib.commands.prepare import load_pipeline
from lessons_lib.console import CommandError, print_to_stderr, say
from lessons_lib.pipeline.text.label import LABELS

SUMMARY = "label one text while you wait (real-time), or every text of a file (batch)"
EXAMPLES = """
examples:
  lessons predict "I love sunny days"
  lessons predict --file texts.txt --out labels.txt
  lessons predict --file reviews.csv --column review --out labeled.csv
  cat texts.txt | lessons predict --file - | sort | uniq -c

Files are UTF-8. A txt file gets one label per line; csv and jsonl keep their data and also get
label, negative, neutral and positive. In jsonl, decimals are rounded to 17 significant digits, and
if a key occurs twice, its last value is kept. Lines that cannot be labeled are reported by number.
"""
PLAIN, RAY = "plain", "ray"


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
    formats = dict.fromkeys(files.FORMATS.values())
    add("--format", choices=formats, help="the format of IN (default: by its name, or txt)")
    models = ("small", "transformer")
    add("--model", choices=models, default="small", help="which model labels (default: small)")
    engine_help = (
        "ray labels with several processes or machines, and also reads folders and parquet"
    )
    add("--engine", choices=(PLAIN, RAY), default=PLAIN, help=engine_help)
    add(
        "--workers", metavar="N", type=int, help="processes of --engine ray (default: one per core)"
    )


def run(options: argparse.Namespace) -> int:
    """Label one text or a file."""
    texts = options.text
    if options.file is not None:
        if texts:
            raise CommandError("Pass either one text or --file IN, not both.")
        out = "-" if options.out is None else options.out
        if options.engine == RAY:
            from lessons_lib.commands.predict_ray import label_with_ray

            return label_with_ray(options, out)
        if options.workers is not None:
            raise CommandError("--workers requires --engine ray: add it, or omit --workers.")
        return _label_file(options.file, out, options.format, options.column, options.model)
    for flag in ("out", "column", "format", "workers"):
        if getattr(options, flag) is not None:
            raise CommandError(f"--{flag} requires --file IN: add it, or omit --{flag}.")
    if options.engine == RAY:
        raise CommandError("--engine ray requires --file IN: add it, or omit --engine.")
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
    from lessons_lib.pipeline.inference.realtime import RealTimePredictor

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
    from lessons_lib.pipeline.inference.batch import BatchPredictor

    format_in, format_out = files.file_formats(name, out, format_in)
    if format_in == files.PARQUET:
        raise CommandError(f"{name} is a parquet file: add --engine ray to read it.")
    with _open(name) as source, _bar(source, out) as bar:
        lines = files.Lines(source, "Standard input" if name == "-" else name, bar.update)
        columns, key, records = files.read_records(lines, format_in, column)
        if format_out != "txt":
            files.refuse_clashes(columns)
        predictor = BatchPredictor(load_pipeline(model))
        with files.output_file(out) as file:
            if format_out == "csv" and columns:
                file.write(files.table([[*columns, *files.ADDED]]))
            while chunk := list(islice(records, predictor.batch_size)):
                file.write(files.labeled_chunk(chunk, columns, key, format_out, predictor))
                file.flush()  # the reader of a pipe gets whole chunks
                lines.labeled += len(chunk) - chunk.count(None)
            summary = files.summary(lines.labeled, lines.skipped)
            if lines.skipped and not lines.labeled:
                raise CommandError(summary)
    print_to_stderr(summary)
    return 0


def _open(name: str) -> BinaryIO:
    if name != "-":
        return open(name, "rb")
    if sys.stdin.isatty():
        print_to_stderr("Type one text per line; Ctrl-D on an empty line ends the input.")
    return sys.stdin.buffer


def _bar(source: BinaryIO, out: str) -> tqdm[Never]:
    size = os.fstat(source.fileno()).st_size or None
    return files.progress_bar(size, out, is_hidden=source.isatty())
