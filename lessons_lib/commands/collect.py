"""`lessons collect`: a class's results from the learners' homes, graded again by the bank."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from lessons_lib.commands.collect_report import report_lines
from lessons_lib.commands.console import CommandError, say, tell
from lessons_lib.commands.course import broken_in_words, course_bank
from lessons_lib.files import write_whole
from lessons_lib.hub.class_tables import class_csv, questions_csv
from lessons_lib.hub.collect import ClassResults, collect
from lessons_lib.hub.homes import Home, HomesError, list_homes
from lessons_lib.hub.may_need_help import RULE
from lessons_lib.hub.name_map import NameMap, NameMapError, read_names
from lessons_lib.hub.record_folder import DEFAULT_DATA
from lessons_lib.quiz.bank import QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.event import utc_now
from lessons_lib.record.folder import DATA_VARIABLE

SUMMARY = "gather a class's results from the learners' homes, graded again by the questions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the homes and where to write; the rest is for deployments that differ."""
    parser.epilog = (
        "The exit code is 0 also where something in a home was passed over: that is told, with "
        "learner, file and line, and stands in the column `problems`. It is 1 when no record could "
        "be read at all."
    )
    parser.add_argument(
        "homes", metavar="HOMES", type=Path, help="a folder with one folder for each learner"
    )
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        required=True,
        help="one row for each learner; FILE_questions.csv beside it gets one for each question",
    )
    parser.add_argument(
        "--map", metavar="FILE", type=Path, help="a CSV with the columns directory, learner"
    )
    parser.add_argument(
        "--notebook", metavar="FILE", type=Path, help="also write a notebook that shows the tables"
    )
    parser.add_argument(
        "--bank", metavar="DIR", type=Path, help="grade by the quizzes of this folder"
    )
    parser.add_argument(
        "--records",
        metavar="RELATIVE",
        type=_relative,
        default=DEFAULT_DATA,
        help=f"what {DATA_VARIABLE} is set to on the hub, seen from a home (else {DEFAULT_DATA})",
    )
    parser.add_argument(
        "--leave-out",
        metavar="NAME",
        action="append",
        default=[],
        help="a folder of HOMES that is no learner's, such as your own; may be given again",
    )


def run(options: argparse.Namespace) -> int:
    """Read, grade, write, and say what came of it."""
    targets = _targets(options)
    homes = _homes(options)
    _refuse_homes(targets, homes)
    bank = _bank(options.bank)
    names = _names(options.map)
    results = collect(
        homes,
        bank,
        now=utc_now(),
        data=options.records,
        names=None if names is None else names.names,
    )
    _tell_problems(results, names, options.map)
    if not results.count("read", "in part"):
        raise CommandError(_nothing_read(results, options))
    _write(results, targets)
    for line in report_lines(results):
        say(line)
    for path in targets.values():
        say(f"Wrote {path}")
    return 0


def _relative(text: str) -> PurePosixPath:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise argparse.ArgumentTypeError(
            f"it is seen from a home, such as {DEFAULT_DATA}, without a leading / and without ..; "
            f"got {text!r}"
        )
    return path


def _targets(options: argparse.Namespace) -> dict[str, Path]:
    """Return what is to be written where, after looking for names that cannot be meant."""
    out: Path = options.out
    if out.suffix.casefold() != ".csv":
        raise CommandError(f"--out names a file that ends in .csv, got {out}.")
    targets = {"class": out, "questions": out.with_name(f"{out.stem}_questions{out.suffix}")}
    if options.notebook is not None:
        if options.notebook.suffix.casefold() != ".ipynb":
            raise CommandError(f"--notebook names a file in .ipynb, got {options.notebook}.")
        targets["notebook"] = options.notebook
    for path in targets.values():
        if path.is_dir():
            raise CommandError(f"{path} is a folder: name a file.")
        if not path.parent.is_dir():
            raise CommandError(f"There is no folder {path.parent}: make it, or name another file.")
        if options.map is not None and path.resolve() == options.map.resolve():
            raise CommandError(f"{path} is the table of names: write the results elsewhere.")
    return targets


def _homes(options: argparse.Namespace) -> list[Home]:
    try:
        return list_homes(options.homes, leave_out=options.leave_out)
    except HomesError as error:
        raise CommandError(str(error)) from error


def _refuse_homes(targets: dict[str, Path], homes: list[Home]) -> None:
    """Refuse to write into a learner's home: others' marks would lie there."""
    for path in targets.values():
        written = path.resolve()
        for home in homes:
            if written.is_relative_to(home.path.resolve()):
                raise CommandError(
                    f"{path} lies in the home {home.directory}, whose owner would see the marks of "
                    f"all: name another place, or if it is yours, add --leave-out {home.directory}."
                )


def _bank(folder: Path | None) -> QuizBank:
    try:
        bank = course_bank() if folder is None else load_bank(folder)
    except QuizBankError as error:
        told = " ".join(one.message for one in error.problems)
        raise CommandError(f"The questions cannot be read: {told}") from error
    for told in broken_in_words(bank):
        tell(f"warning: {told}, so its answers are not counted.")
    if not bank.quizzes:
        raise CommandError("No quiz can be read, so there is nothing to grade by: mend them first.")
    return bank


def _names(path: Path | None) -> NameMap | None:
    try:
        return None if path is None else read_names(path)
    except NameMapError as error:
        raise CommandError(str(error)) from error


def _tell_problems(results: ClassResults, names: NameMap | None, path: Path | None) -> None:
    for one in results.learners:
        for problem in one.problems:
            tell(f"{one.directory}: {problem}")
    if names is not None:
        unmatched = names.unmatched(one.directory for one in results.learners)
        for problem in (*names.problems, *unmatched):
            tell(f"{path}: {problem}")


def _nothing_read(results: ClassResults, options: argparse.Namespace) -> str:
    return (
        f"None of the {len(results.learners)} folders in {options.homes} holds a record that can "
        f"be read: it would be in {options.records}/record. Is HOMES the folder of the learners' "
        f"homes? If {DATA_VARIABLE} is set on the hub, say so with --records. Nothing was written."
    )


def _write(results: ClassResults, targets: dict[str, Path]) -> None:
    texts = {"class": class_csv(results), "questions": questions_csv(results)}
    if "notebook" in targets:
        from lessons_lib.hub.class_notebook import class_notebook

        folder = targets["notebook"].resolve().parent
        tables = targets["class"].resolve(), targets["questions"].resolve()
        texts["notebook"] = class_notebook(folder, *tables, RULE)
    with _for_the_owner_only():
        for name, path in targets.items():
            write_whole(path, texts[name])


@contextmanager
def _for_the_owner_only() -> Iterator[None]:
    """Make new files unreadable to others: on a shared server those are the learners."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
