"""A class's questions on the results page: which ones to discuss, and what went wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import shorten

from lessons_lib.annexes.instructor.collect.collect import FEWEST_ANSWERED
from lessons_lib.annexes.instructor.collect.item_statistics import TableRow
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.placeholders import fill
from lessons_lib.classroom.quiz.question import NumberQuestion, Question

FEWEST_WRONG = 3  # one or two learners are no reason to stop a class
LONGEST_SUMMARY = 120


def discussed(rows: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows of the questions that most learners got `wrong`, which is a new column."""
    found = [row | {"wrong": row["n"] - row["first_try_right"]} for row in rows]
    found = [one for one in found if one["wrong"] >= max(FEWEST_WRONG, one["n"] / 3)]
    found.sort(key=lambda one: -one["wrong"])
    return [one for one in found if one["n"] >= FEWEST_ANSWERED]


def filled_question(bank: QuizBank, row: TableRow) -> Question:
    """Return the question of a row, filled with its first row of numbers if it has several."""
    question = bank.question(row["question"])
    return fill(question, question.variants[0]) if question.variants else question


def in_short(stem: str) -> str:
    """Return the beginning of a question as plain text on one line, without tables."""
    lines = (line for line in stem.splitlines() if not line.startswith("|"))
    return shorten(re.sub("[*`]", "", " ".join(lines)), LONGEST_SUMMARY, placeholder=" …")


def mistake(question: Question, row: TableRow) -> tuple[str, str, str]:
    """Return the most common wrong answer, what is wrong with it, and the right one, as Markdown.

    Parameters
    ----------
    question : Question
        As `filled_question` returns it.
    row : TableRow
        Its statistics.
    """
    chosen, why = row["most_chosen_wrong"], "".join(question.common_mistakes[:1])
    if isinstance(question, NumberQuestion):
        answer = f"{question.answer.value:g}" if question.answer else ""
        return f"{chosen} {question.unit}", why, f"{answer} {question.unit}"
    options = question.options.items()
    keys = [one.text for letter, one in options if letter in (question.answer or ())]
    right = keys[0] if len(keys) == 1 else "".join(f"- {text}\n" for text in keys)
    wrong = next((one for letter, one in options if letter == chosen), None)
    return (wrong.text, wrong.feedback, right) if wrong else ("", why, right)
