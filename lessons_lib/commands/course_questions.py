"""The questions that a learner works with: those of their course folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

from lessons_lib.commands.course_folder import expected_folder
from lessons_lib.commands.error import CommandError
from lessons_lib.quiz.bank import QUIZZES_VARIABLE, QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError


def broken_in_words(bank: QuizBank) -> Iterator[str]:
    """Yield, for each quiz that cannot be used, where its first problem is."""
    for name, problems in bank.broken.items():
        first = f"{problems[0].file}:{problems[0].line}" if problems else f"{name}.yaml"
        yield f"the quiz {name} is broken (see {first})"


def course_bank() -> QuizBank:
    """Return the questions as the notebooks show them: of the copy, where this folder is in one.

    Raises
    ------
    CommandError
        If there is no quiz to be read.
    """
    quizzes = None
    if not os.environ.get(QUIZZES_VARIABLE):
        course = expected_folder()
        copied = course.path / "quizzes"
        quizzes = copied if course.is_copy and copied.is_dir() else None
    try:
        return load_bank(quizzes)
    except QuizBankError as error:
        advice = f"Mend {QUIZZES_VARIABLE}, or install the lessons again."
        told = " ".join(one.message for one in error.problems)
        raise CommandError(f"The questions cannot be read: {told} {advice}") from error
