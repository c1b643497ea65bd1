"""The questions that a learner works with: those of their course folder."""

from __future__ import annotations

import os

from lessons_lib.commands.course_folder import expected_folder
from lessons_lib.commands.error import CommandError
from lessons_lib.quiz.bank import QUIZZES_VARIABLE, QuizBank, load_bank
from lessons_lib.quiz.problems import QuizBankError


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
