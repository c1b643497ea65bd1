"""`lessons import`: turn the questions of another system into a quiz file."""

from __future__ import annotations

import argparse
from pathlib import Path

from lessons_lib.annexes.exchange.draft import draft_of, tally
from lessons_lib.annexes.exchange.foreign import ForeignFileError
from lessons_lib.classroom.tables.texts import QuizName
from lessons_lib.classroom.tables.yaml_file import misfits
from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.files import read_file, write_whole
from lessons_lib.formats import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file to read and the file to write."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a .xml, .gift, .txt or .json file")
    about = "the new quiz file: NAME.yaml"
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help=about)


def run(options: argparse.Namespace) -> int:
    """Write the quiz file, and print what was skipped and what is still to do."""
    require_extra("lessons import", "exchange")
    file, out = options.file, options.out
    if out.suffix != ".yaml":
        raise CommandError(f"--out must end in .yaml, got {out}.")
    for _, problem in misfits(out.stem, QuizName, "NAME"):
        raise CommandError(f"--out takes a file NAME.yaml, and {problem}")
    if out.exists():
        raise CommandError(f"{out} already exists: choose another name for --out.")
    try:
        draft = draft_of(read_file(file), file, out)
        write_whole(out, draft.text)
    except ForeignFileError as error:
        problems = (f"{file}:{line}" for line in str(error).split("\n"))
        raise CommandError("\n".join(problems)) from error
    say(*(f"{file}:{note}" for note in draft.notes))
    if draft.skipped:
        say(tally(draft.skipped))
    wrote = f"Wrote {out}: {counted(draft.questions, 'question')}."
    say(f"{wrote} To list what is left to fill in, run", f"  lessons quiz check {out}")
    return 0
