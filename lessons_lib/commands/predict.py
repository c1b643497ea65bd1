"""`lessons predict`: label one text while you wait (real-time), or a whole file (batch)."""

from __future__ import annotations

import argparse
import sys
from time import perf_counter

from lessons_lib.commands.console import CommandError, say
from lessons_lib.commands.predict_format import FORMATS
from lessons_lib.text.label import LABELS

SUMMARY = "label one text while you wait (real-time), or every text of a file (batch)"

MS_PER_S = 1000.0

EXAMPLES = """
examples:
  lessons predict "I love sunny days"
  lessons predict -- "-5 degrees and no coat"
  lessons predict --file texts.txt --out labels.txt
  lessons predict --file reviews.csv --column review --out labelled.csv
  cat texts.txt | lessons predict --file - | sort | uniq -c

what is written:
  txt    one label a line: line n of OUT answers line n of IN
  csv    the columns of IN, then label, negative, neutral, positive
  jsonl  the objects of IN as they came, with the same four keys added
From jsonl to csv only the text goes along. An empty line of txt is a text; in csv and jsonl
it is nothing.

A line that cannot be read (bytes that are no UTF-8, broken csv or JSON, a missing text, more
than 1 MB) is told with its number on standard error and passed over; in txt an empty line
stands in its place.

The format of OUT is told by its name (txt, csv, jsonl, ndjson); without an ending it is that of
IN. OUT is written whole or not at all: until the end, an old OUT stays as it was. Standard output,
pipes and devices are written to as the labels come: in chunks of 4,096 texts or 4 MB, the rest
when IN ends. Behind `tail -f` nothing is seen before a chunk is full.

exit code: 0 if a text was labelled or IN is empty; 1 if not, or if something failed or does not
go together; 2 for a flag that there is not, or one without its value; 130 after Ctrl-C.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take one text, or where the texts are and where the labels go."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="*",
        help="one text, in quotes; write -- before a text that starts with a dash",
    )
    parser.add_argument("--file", metavar="IN", help="label the texts of this file; - reads a pipe")
    parser.add_argument(
        "--out", metavar="OUT", help="where the labels go; - prints them (default: -)"
    )
    parser.add_argument(
        "--column",
        metavar="NAME",
        help="csv and jsonl: the column or key that holds the text (default: text, "
        "or the only column of a csv)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="the format of IN (default: by its name, or txt where it has no ending)",
    )
    parser.add_argument(
        "--prefix",
        metavar="WORD",
        help="put WORD before the four added names, where IN has a label of its own",
    )


def run(options: argparse.Namespace) -> int:
    """Answer one text, or label a file."""
    _refuse_odd(options)
    if options.file is None:
        return _answer(options.text[0])
    from lessons_lib.commands.predict_batch import BatchTask, label_file

    out = "-" if options.out is None else options.out
    prefix = options.prefix or ""
    return label_file(BatchTask(options.file, out, options.column, options.format, prefix))


def _refuse_odd(options: argparse.Namespace) -> None:
    if options.file is not None and options.text:
        raise CommandError("Give one text or --file IN, not both.")
    if len(options.text) > 1:
        told = " ".join(options.text)
        raise CommandError(
            f"One text at a time, got {len(options.text)} words. Put the text in quotes: "
            f'lessons predict "{told}". For many texts use --file IN.'
        )
    if options.file is not None:
        return
    for flag in ("out", "column", "format", "prefix"):
        if getattr(options, flag) is not None:
            raise CommandError(f"--{flag} belongs to --file IN: add it, or leave --{flag} out.")
    if not options.text:
        raise CommandError(
            'There is no text. Name one, as in lessons predict "I love sunny days", '
            "or label a file with --file IN; --file - reads standard input."
        )


def _answer(text: str) -> int:
    if sys.stdout is None:
        raise CommandError("There is no standard output, where the label would be printed.")
    from lessons_lib.commands.predict_model import loaded_pipeline
    from lessons_lib.inference.realtime import RealTimePredictor

    predictor = RealTimePredictor(loaded_pipeline())
    start = perf_counter()
    prediction = predictor.predict(text)
    duration_ms = (perf_counter() - start) * MS_PER_S
    say(prediction.label)
    for label, probability in zip(LABELS, prediction.probabilities, strict=True):
        say(f"  {label:<8} {probability:.3f}")
    say(f"{duration_ms:.2f} ms for this one text, with the model loaded before")
    return 0
