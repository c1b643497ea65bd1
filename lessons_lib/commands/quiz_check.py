"""`lessons quiz check`: everything that is wrong with quiz files, as a linter says it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lessons_lib.commands.console import say
from lessons_lib.practice.course import course
from lessons_lib.quiz.bank import is_bank, read_quiz
from lessons_lib.quiz.check import check_against_course, latex_in
from lessons_lib.quiz.problems import Problem
from lessons_lib.quiz.question import Quiz
from lessons_lib.quiz.yaml_file import YamlFile


def check_files(files: Sequence[Path]) -> int:
    """Print every problem and every warning; 1 if there is a problem."""
    paths = list({os.path.realpath(path): path for path in files}.values())
    plan = course()
    problems: list[Problem] = []
    warnings: list[Problem] = []
    quizzes: list[tuple[YamlFile, Quiz]] = []
    for file in map(YamlFile, paths):
        if not is_bank(file):
            say(f"{file.path}: left out, as it is no quiz bank: it has no key quiz.")
        elif (quiz := read_quiz(file)) is None:
            problems += _named(file, file.problems)
        else:
            quizzes.append((file, quiz))
            known = check_against_course(quiz, list(plan.stage_titles), plan.objectives)
            found = (*known, *latex_in(quiz))
            warnings += _named(file, map(file.problem, found))
    # The course loads a folder as one: there a second question with an id is refused.
    repeated = list(_repeated(quizzes))
    problems += [one for one, is_same_folder in repeated if is_same_folder]
    warnings = [one for one, is_same_folder in repeated if not is_same_folder] + warnings
    for problem in problems:
        say(str(problem))
    for warning in warnings:
        say(str(dataclasses.replace(warning, message=f"warning: {warning.message}")))
    if problems:
        say(f"{counted(len(problems), 'problem')} in {counted(len(paths), 'file')}.")
        return 1
    rest = f"in order but for {counted(len(warnings), 'warning')}" if warnings else "all in order"
    say(f"{counted(sum(len(quiz.questions) for _, quiz in quizzes), 'question')}, {rest}")
    return 0


def read(path: Path) -> tuple[Quiz | None, list[Problem]]:
    """Return the quiz of a file and its problems, each with the path as it was given."""
    file = YamlFile(path)
    return read_quiz(file), _named(file, file.problems)


def counted(number: int, noun: str) -> str:
    """Return `1 question`, `2 questions`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _named(file: YamlFile, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with the path as it was given, and not only the file's name."""
    return [dataclasses.replace(one, file=str(file.path)) for one in problems]


def _repeated(quizzes: Iterable[tuple[YamlFile, Quiz]]) -> Iterator[tuple[Problem, bool]]:
    """Yield each id that an earlier file has, and whether that file lies in the same folder."""
    first: dict[str, Path] = {}
    for file, quiz in quizzes:
        for number, question in enumerate(quiz.questions, start=1):
            other = first.setdefault(question.id, file.path)
            if other is not file.path:
                message = f"id {question.id!r} is taken in {other}: give it one of its own."
                problem = file.problem((f"questions[{number}].id", message))
                yield _named(file, [problem])[0], _folder(other) == _folder(file.path)


def _folder(path: Path) -> str:
    return os.path.realpath(path.parent)
