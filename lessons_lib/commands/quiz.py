"""`lessons quiz`: check a quiz file, preview a question, or answer a quiz in plain text."""

import argparse
import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lessons_lib.classroom.copy.place import expected_folder
from lessons_lib.classroom.course import COURSE_VARIABLE, course
from lessons_lib.classroom.quiz.bank import (
    QUIZZES_VARIABLE,
    QuizBank,
    is_bank,
    load_bank,
    read_quiz,
    read_quizzes,
)
from lessons_lib.classroom.quiz.check import warnings_in
from lessons_lib.classroom.quiz.question import Question, fill
from lessons_lib.classroom.record.folder import DATA_VARIABLE, learner_id
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.plain_text import ask, key_as_text, prompt_of, question_as_text
from lessons_lib.classroom.tables.problems import Problem
from lessons_lib.classroom.tables.yaml_file import YamlFile
from lessons_lib.console import CommandError, read_line, say
from lessons_lib.formats import counted

DASHES = "─" * 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands check, preview and ask."""
    tasks = parser.add_subparsers(dest="task", metavar="task", title="tasks", required=True)

    def added(name: str, about: str) -> argparse.ArgumentParser:
        return tasks.add_parser(name, help=about, description=f"{about}.", allow_abbrev=False)

    task = added("check", "list every problem in quiz files")
    task.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a quiz file (*.yaml)")
    task = added("preview", "show one question in plain text, as the learner will see it")
    task.add_argument("file", metavar="FILE", type=Path, help="a quiz file (*.yaml)")
    task.add_argument("question", metavar="ID", help="the id of a question in it")
    about = "the row of variants to fill in, counted from 1 (default: the first)"
    task.add_argument("--variant", metavar="N", type=int, help=about)
    task = added("ask", "answer a quiz in plain text; your answers are saved in your record")
    task.add_argument("name", metavar="NAME", help="the quiz, or the start of its name: 06")


def run(options: argparse.Namespace) -> int:
    """Run the chosen subcommand and return its exit code."""
    if options.task == "check":
        return check_files(options.files)
    if options.task == "preview":
        return preview(options.file, options.question, options.variant)
    return ask_in_the_terminal(options.name)


def check_files(files: Sequence[Path]) -> int:
    """Print every problem and warning; return 1 if there is a problem."""
    plan = course()
    files = list(dict.fromkeys(files))
    banks: list[YamlFile] = []
    for file in map(YamlFile, files):
        if is_bank(file):
            banks.append(file)
        else:
            say(f"{file.path}: skipped: it is not a quiz bank, because it has no key `quiz`.")
    problems: list[Problem] = []
    warnings: list[Problem] = []
    questions = 0
    for file, quiz in read_quizzes(banks):
        problems += _named(file, file.problems)
        if quiz is not None:
            questions += len(quiz.questions)
            faults = warnings_in(quiz, list(plan.stage_titles), plan.about)
            found = (file.problem((place, f"warning: {text}")) for place, text in faults)
            warnings += sorted(_named(file, found), key=lambda one: one.line)
    say(*map(str, problems), *map(str, warnings))
    if problems:
        say(f"{counted(len(problems), 'problem')} in {counted(len(files), 'file')}.")
        return 1
    rest = counted(len(warnings), "warning") if warnings else "no warnings"
    say(f"{counted(questions, 'question')}, no problems, {rest}")
    return 0


def preview(path: Path, name: str, variant: int | None = None) -> int:
    """Print a question as the learner sees it, then its answer and explanations below a line.

    Parameters
    ----------
    path : Path
        A quiz file.
    name : str
        The id of a question in it.
    variant : int, optional
        The row of its variants, counted from 1.

    Raises
    ------
    CommandError
        If the file has problems, or has no such question or row.
    """
    file = YamlFile(path)
    quiz = read_quiz(file)
    if quiz is None:
        listed = "\n".join(map(str, _named(file, file.problems)))
        raise CommandError(f"Fix these problems before previewing a question:\n{listed}")
    try:
        question = QuizBank((quiz,)).question(name)
    except ValueError as error:
        raise CommandError(str(error)) from error
    row = _row(question, variant)
    filled = question if row is None else fill(question, question.variants[row])
    about = f"{question.id} · {question.difficulty} · {question.stage} · {question.objective}"
    say(about if row is None else f"{about} · variant {row + 1} of {len(question.variants)}")
    say(f"\n{question_as_text(filled)}\n  {prompt_of(filled)}: ____\n{DASHES}{key_as_text(filled)}")
    return 0


def ask_in_the_terminal(name: str) -> int:
    """Ask the questions of a quiz; return 0 if every answer was saved.

    Raises
    ------
    CommandError
        If there is no such quiz, its file is broken, or answers could not be saved.
    """
    bank = course_bank()
    try:
        quiz = bank.quiz(name)
    except ValueError as error:
        raise CommandError(str(error)) from error
    log = JsonlEventLog()
    try:
        ask(quiz, bank, LearnerRecord(log, learner_id()), read=read_line, write=say)
    finally:
        if not log.save():  # what is unsaved would be lost with this process
            raise CommandError(
                f"Your last answers could not be saved in {log.folder} and are lost: make that "
                f"folder writable, or set {DATA_VARIABLE} to one that is, and answer again."
            )
    return 0


def _named(file: YamlFile, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with the path as the user typed it, not only the file's name."""
    return [dataclasses.replace(one, file=str(file.path)) for one in problems]


def _row(question: Question, variant: int | None) -> int | None:
    count = len(question.variants)
    if variant is None:
        return 0 if count else None
    if not count:
        raise CommandError(f"{question.id} has no variants: omit --variant.")
    if not 1 <= variant <= count:
        raise CommandError(f"{question.id}: --variant must be from 1 to {count}, got {variant}.")
    return variant - 1


def broken_quizzes(bank: QuizBank) -> Iterator[str]:
    """Yield a phrase for each broken quiz, with the location of its first problem."""
    for name, problems in bank.broken.items():
        first = f"{problems[0].file}:{problems[0].line}" if problems else f"{name}.yaml"
        yield f"the quiz {name} is broken (see {first})"


def course_bank(folder: Path | None = None) -> QuizBank:
    """Return the questions in a folder; by default those that the notebooks use.

    Raises
    ------
    QuizBankError
        If the folder cannot be read, or has no quiz.
    """
    copied = expected_folder() / "quizzes"
    is_named = os.environ.get(QUIZZES_VARIABLE) or os.environ.get(COURSE_VARIABLE)
    if folder is None and not is_named and copied.is_dir():
        folder = copied
    return load_bank(folder)
