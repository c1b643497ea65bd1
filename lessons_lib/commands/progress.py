"""`lessons progress`: print, export, bring in or reset a learner's progress."""

import argparse
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from lessons_lib.classroom.copy.place import named_folder
from lessons_lib.classroom.course import Mode, course
from lessons_lib.classroom.practice.modes import activities
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.export import export_progress
from lessons_lib.classroom.quiz.progress import Progress, Tally, summarise
from lessons_lib.classroom.record.event import Event, as_lines, utc_now
from lessons_lib.classroom.record.folder import EXPORTED_RECORD, record_folder, set_aside
from lessons_lib.classroom.record.reader import LARGEST_RECORD, FolderReader, bring
from lessons_lib.commands.quiz import broken_quizzes, course_bank
from lessons_lib.console import CommandError, print_to_stderr, read_line, say
from lessons_lib.files import read_file, write_whole
from lessons_lib.formats import counted

NUMBERS = "{:>10} {:>8} {:>12} {:>6}"
HEAD = NUMBERS.format("answered", "right", "first try", "hints")


def progress_lines(progress: Progress, bank: QuizBank) -> Iterator[str]:
    """Yield the counts overall, by notebook, by stage and by difficulty."""
    yield str(progress)
    progress = progress.in_notebooks
    quizzes = {one.name: f"{one.name.split('_')[0]} {one.title}" for one in bank.quizzes}
    lessons = {one.slug: f"{one.slug[:2]} {one.title}" for one in course().lessons}
    yield from _table("By notebook", progress.by("quiz"), quizzes | lessons)
    yield from _table("By stage", progress.by("stage"), course().stage_titles)
    yield from _table("By difficulty", progress.by("difficulty"), {})
    if progress.not_counted:
        verb = "is" if progress.not_counted == 1 else "are"
        which = f"{counted(progress.not_counted, 'answer')} {verb} saved but not counted"
        yield f"\n{which}: the question has changed or no longer exists."


def activity_lines(done: Mapping[Mode, str]) -> Iterator[str]:
    """Yield what was done other than answering the questions of lessons."""
    width = max((len(mode.title) for mode in done), default=0) + 2
    if done:
        yield "\nOther activities"
    for mode, words in done.items():
        yield f"  {mode.title:{width}}{words}"


def _table(title: str, tallies: Mapping[str, Tally], titles: Mapping[str, str]) -> Iterator[str]:
    if not tallies:
        return
    names = [titles.get(name, name.capitalize()) for name in tallies]
    width = max(map(len, (title, *names))) + 2
    yield f"\n{title:{width}}{HEAD}"
    for name, one in zip(names, tallies.values(), strict=True):
        answered = f"{one.attempted} of {one.questions}"
        numbers = NUMBERS.format(answered, one.right_last, one.right_first, one.hints_used)
        yield f"  {name:{width - 2}}{numbers}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that export, bring in or reset the record."""
    task = parser.add_mutually_exclusive_group()
    about = "write progress, answers and guesses into this folder, and the record for your class"
    task.add_argument("--export", metavar="DIR", type=Path, help=about)
    about = "add the answers and guesses in a record that was downloaded or exported elsewhere"
    task.add_argument("--bring", metavar="FILE", type=Path, help=about)
    about = "start a new record; the old one is kept next to it as a backup"
    task.add_argument("--reset", action="store_true", help=about)
    parser.add_argument("--yes", action="store_true", help="with --reset: do not ask to confirm")


def run(options: argparse.Namespace) -> int:
    """Print, export, bring in or reset the progress."""
    if options.reset:
        return _reset(is_confirmed=options.yes)
    if options.bring:
        return _bring(options.bring)
    bank, events, problems = _read()
    if options.export is None:
        say(*progress_lines(summarise(events, bank), bank))
        say(*activity_lines(activities(events, bank, utc_now())))
        verb = "is" if record_folder().exists() else "will be saved"
        say(f"\nYour record {verb} in {record_folder()}")
    else:
        paths = export_progress(named_folder(options.export), events, bank)
        say(*(f"Wrote {path}" for path in paths))
        if not events:
            say("Your record is empty so far: these files contain no answers.")
        else:
            say(
                f"{EXPORTED_RECORD} contains your whole record, unchanged: each answer, guess, and "
                "exercise, with its time. Hand it in if your instructor collects results."
            )
    print_to_stderr(*(f"warning: {problem}" for problem in problems))
    return 0


def _reset(*, is_confirmed: bool) -> int:
    folder = record_folder()
    if not folder.exists():
        say(f"There is no record in {folder}: nothing to do.")
        return 0
    if not (is_confirmed or _confirms(folder)):
        say("Nothing was changed.")
        return 1
    backup = set_aside(folder, utc_now())
    say(f"A new record starts with your next answer. The old one is in {backup}")
    say(f"To restore it, rename it to {folder}")
    return 0


def _bring(path: Path) -> int:
    _, known, problems = _read()
    folder, now = record_folder(), utc_now()
    try:
        brought = bring(read_file(path, LARGEST_RECORD + 1), known)
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error
    if brought.events:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # In a file of their own, and all or none: what was written before stays as it is.
        name = f"{now:%Y%m%dT%H%M%SZ}-brought-{secrets.token_hex(4)}.jsonl"
        write_whole(folder / name, as_lines(brought.events))
    say(f"{path}: {brought}", f"Your record is in {folder}")
    print_to_stderr(*(f"warning: {problem}" for problem in problems))
    return 0


def _confirms(folder: Path) -> bool:
    say(f"This starts a new record. The old one, in {folder}, is kept next to it as a backup.")
    try:
        return read_line("Type yes to continue: ").strip().casefold() == "yes"
    except EOFError:
        say("")
        return False


def _read() -> tuple[QuizBank, list[Event], list[str]]:
    """Return the questions, the learner's events and all problems, without writing anything."""
    bank, folder = course_bank(), record_folder()
    if folder.exists():
        next(folder.iterdir(), None)  # an unreadable record is an error, not an empty record
    reader = FolderReader(folder)
    reader.refresh()
    broken = [f"{one}, so its questions are skipped." for one in broken_quizzes(bank)]
    return bank, reader.events(), broken + reader.problems()
