"""`lessons collect`: collect a class's results from homes or exports, and regrade them."""

import argparse
import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from lessons_lib.annexes.instructor.collect import demo
from lessons_lib.annexes.instructor.collect.collect import RULE, ClassResults, class_tables, collect
from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, list_homes, printable
from lessons_lib.annexes.instructor.collect.page import class_notebook, results_page
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.record.folder import DATA_VARIABLE
from lessons_lib.commands.quiz import broken_quizzes, course_bank
from lessons_lib.console import CommandError, print_to_stderr, say
from lessons_lib.files import write_whole
from lessons_lib.formats import counted

MOST_LISTED = 30
DEMO_FOLDER = "demo-class"
NAMES_COLUMNS = ("directory", "learner")
ENDINGS = {"notebook": ("--notebook", ".ipynb"), "page": ("--notebook", ".html")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the homes, where to write, and options for special deployments."""
    parser.epilog = (
        "The exit code is 0 even if something in a home was skipped: that is reported here with "
        "learner, file and line, and in the column `problems`. It is 1 if no record could be read "
        "at all."
    )
    add = parser.add_argument
    homes_help = "a folder with a home, a file NAME.jsonl or files NAME/*.jsonl per learner"
    add("homes", metavar="HOMES", type=Path, nargs="?", help=homes_help)
    out_help = "gets one row per learner; questions, groups and guesses go into files next to it"
    add("--out", metavar="FILE", type=Path, help=out_help)
    demo_help = (
        f"show the results of an invented class of {len(demo.NAMES)}; --out is a folder then"
    )
    add("--demo", action="store_true", help=demo_help)
    add("--map", metavar="FILE", type=Path, help="a CSV file with the columns directory, learner")
    notebook_help = "also write a notebook with the results on one page, and the page as HTML"
    add("--notebook", metavar="FILE", type=Path, help=notebook_help)
    add("--bank", metavar="DIR", type=Path, help="grade by the quizzes in this folder")
    records_help = f"the hub's {DATA_VARIABLE}, relative to a home (default: {DEFAULT_DATA})"
    add("--records", metavar="RELATIVE", type=_relative, default=DEFAULT_DATA, help=records_help)
    left_out_help = "a name in HOMES that is not a learner's, such as your own; can be repeated"
    add("--leave-out", metavar="NAME", action="append", default=[], help=left_out_help)


def run(options: argparse.Namespace) -> int:
    """Read and regrade the records, write the tables, and print a summary."""
    if not options.demo:
        if options.homes is None or options.out is None:
            raise CommandError("Pass HOMES and --out FILE, or --demo to see an invented class.")
        return _run(options, _bank(options.bank), utc_now())
    folder, bank = options.out or Path(DEMO_FOLDER), _bank(options.bank)
    folder.mkdir(parents=True, exist_ok=True)
    options.out, options.notebook = folder / "class.csv", folder / "class.ipynb"
    with tempfile.TemporaryDirectory(prefix="lessons-demo-") as homes:
        options.homes = Path(homes)
        demo.write_class(options.homes, bank)
        return _run(options, bank, demo.END, demo.INVENTED)


def _run(options: argparse.Namespace, bank: QuizBank, now: datetime, note: str = "") -> int:
    targets = _targets(options)
    names: dict[str, str] = {}
    leftover: list[str] = []
    homes = list_homes(options.homes, leave_out=options.leave_out)
    if options.map is not None:
        names, leftover = read_names(options.map, [printable(one.name) for one in homes])
    _refuse_homes(targets, homes)
    results = collect(homes, bank, now=now, data=options.records, names=names)
    for one in results.learners:
        print_to_stderr(*(f"{one.directory}: {problem}" for problem in one.problems))
    print_to_stderr(*(f"{options.map}: {problem}" for problem in leftover))
    if not results.count("read", "in part"):
        raise CommandError(
            f"Nothing in {options.homes} has a readable record, in {options.records}/record, or as "
            "NAME.jsonl or NAME/*.jsonl, so nothing was written. Is HOMES the folder with the "
            f"learners' homes or files? If the hub sets {DATA_VARIABLE}, pass that folder with "
            "--records."
        )
    _write(results, bank, targets, note)
    say(*report_lines(results), *(f"Wrote {path}" for path in targets.values()))
    return 0


def _relative(text: str) -> PurePosixPath:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise argparse.ArgumentTypeError(
            f"must be relative to a home, such as {DEFAULT_DATA}, without a leading / or ..; "
            f"got {text!r}"
        )
    return path


def _targets(options: argparse.Namespace) -> dict[str, Path]:
    """Return the path of each output file; raise an error for a path that cannot be right."""
    out: Path = options.out
    targets = {"class": out}
    for name in ("questions", "groups", "guesses"):
        targets[name] = out.with_stem(f"{out.stem}_{name}")
    if options.notebook is not None:
        targets |= {"notebook": options.notebook, "page": options.notebook.with_suffix(".html")}
    for name, path in targets.items():
        flag, ending = ENDINGS.get(name, ("--out", ".csv"))
        if path.suffix.casefold() != ending:
            raise CommandError(f"{flag} must be a file that ends in {ending}, got {path}.")
        if not path.parent.is_dir():
            message = f"There is no folder {path.parent}: create it, or choose another file."
            raise CommandError(message)
        if options.map is not None and options.map.resolve() == path.resolve():
            raise CommandError(f"{flag} would overwrite the table of names, {path}: change it.")
    return targets


def _refuse_homes(targets: dict[str, Path], homes: list[Path]) -> None:
    """Refuse to write into a learner's home, where its owner could read everyone's results."""
    for path in targets.values():
        written = Path(os.path.realpath(path))
        for home in homes:
            # A home that is a link is never read.
            name = printable(home.name)
            if not home.is_symlink() and written.is_relative_to(os.path.realpath(home)):
                raise CommandError(
                    f"{path} is in the home {name}, whose owner would see everyone's "
                    "results: choose another folder, or if this home is yours, add "
                    f"--leave-out {name}."
                )


def read_names(path: Path, directories: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return names by directory, and one sentence per unusable row or unnamed home.

    Parameters
    ----------
    path : Path
        A CSV file with the columns `directory` and `learner`.
    directories : iterable of str
        The directories of the existing homes.

    Raises
    ------
    CommandError
        If the file is not CSV, not in UTF-8, or lacks one of the columns.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not in UTF-8: save it as 'CSV UTF-8'.") from None
    rows = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    names: dict[str, str] = {}
    known, problems, unknown = set(directories), [], []
    try:
        rows.fieldnames = [one.strip().casefold() for one in rows.fieldnames or ()]
        if missing := [one for one in NAMES_COLUMNS if one not in rows.fieldnames]:
            first = printable(", ".join(rows.fieldnames)) or "nothing"
            rule = f"its first line must be {','.join(NAMES_COLUMNS)}, got {first}."
            raise CommandError(f"{path} has no column {' and no column '.join(missing)}: {rule}")
        for row in rows:
            directory, learner = (printable((row[one] or "").strip()) for one in NAMES_COLUMNS)
            if not directory or not learner or directory in names:
                fault = f"{directory} is repeated" if directory in names else "a name is empty"
                problems.append(f"line {rows.line_num}: {fault}; skipped.")
                continue
            names[directory] = learner
            if directory not in known:
                unknown.append(f"line {rows.line_num}: no home is named {directory}.")
    except csv.Error as error:
        raise CommandError(f"{path}, line {rows.line_num}, is not valid CSV: {error}.") from None
    nameless = [f"no row names the home {one}." for one in sorted(known - names.keys())]
    return names, [*problems, *unknown, *nameless]


def _bank(folder: Path | None) -> QuizBank:
    bank = course_bank(folder)
    for problem in broken_quizzes(bank):
        print_to_stderr(f"warning: {problem}, so its answers are not counted.")
    if not bank.quizzes:
        raise CommandError("No quiz can be read, so nothing can be graded: fix the quizzes first.")
    return bank


def _write(results: ClassResults, bank: QuizBank, targets: dict[str, Path], note: str) -> None:
    texts = class_tables(results)
    if "page" in targets:
        path = targets["page"]
        texts["page"] = results_page(results, bank, path.resolve().parent, note)
        texts["notebook"], problem = class_notebook(path, texts["page"])
        if problem:
            advice = "choose Trust Notebook in JupyterLab's list of commands to see all of it"
            print_to_stderr(f"warning: {targets['notebook']} is not signed ({problem}): {advice}.")
    before = os.umask(0o077)  # on a shared server, learners are other users of the machine
    try:
        for name, path in targets.items():
            write_whole(path, texts[name])
    finally:
        os.umask(before)


def report_lines(results: ClassResults) -> Iterator[str]:
    """Yield a short summary of the class, and who may need help."""
    learners = results.learners
    yield (
        f"{counted(len(learners), 'learner')}: {results.count('read', 'in part')} with a record, "
        f"{results.count('no record')} with no record yet, "
        f"{results.count('unreadable')} that could not be read."
    )
    answers = sum(one.answers for one in learners)
    changed = sum(one.changed for one in learners)
    yield (
        f"{counted(answers, 'answer')} regraded; not counted: {changed:,} to questions that have "
        "changed or no longer exist."
    )
    questions = max(one.progress.overall.questions for one in learners)
    answered = f"{results.median_answered:g} of {questions} questions"
    yield f"Those who have started answered {answered} (median)."
    if results.unanswered:
        hidden = f"{counted(results.unanswered, 'question')} that nobody answered"
        yield f"The table of questions leaves out {hidden}."
    if wrong := sum(bool(one.problems) for one in learners):
        yield f"{counted(wrong, 'record')} had problems: see above, or the column `problems`."
    needing = [one for one in learners if one.help_reason]
    if needing:
        yield f"\n{RULE}"
    for one in needing[:MOST_LISTED]:
        yield f"  {one.name}: {one.help_reason}"
    if len(needing) > MOST_LISTED:
        yield f"  and {len(needing) - MOST_LISTED:,} more; see the column `may_need_help`."
    yield ""
