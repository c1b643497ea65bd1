"""A class as two tables: one row for each learner, one for each question."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeAlias

from lessons_lib.hub.collect import ClassResults, Learner
from lessons_lib.hub.item_statistics import QuestionStatistics
from lessons_lib.quiz.export import to_csv

Row: TypeAlias = dict[str, Any]

UNDEFINED = "n/a: nobody answered it"


def class_csv(results: ClassResults) -> str:
    """Return one row for each learner; no name in it is taken for a formula."""
    rows = [_learner_row(one) for one in results.learners]
    return to_csv(list(rows[0]), rows)


def questions_csv(results: ClassResults) -> str:
    """Return one row for each question."""
    rows = [_question_row(one) for one in results.questions]
    fields = list(rows[0]) if rows else list(QuestionStatistics.__struct_fields__)
    return to_csv(fields, rows)


def _learner_row(learner: Learner) -> Row:
    result = learner.result
    row: Row = {"learner": learner.name, "directory": learner.directory, "record": learner.status}
    for quiz, tally in result.progress.by("quiz").items():
        row |= {
            f"{quiz}_answered": tally.attempted,
            f"{quiz}_right": tally.right_last,
            f"{quiz}_of": tally.questions,
        }
    overall = result.progress.overall
    row |= {
        "total_answered": overall.attempted,
        "total_right": overall.right_last,
        "total_of": overall.questions,
        "first_try_right": overall.right_first,
        "hints_used": overall.hints_used,
        "solutions_opened_before_answering": result.opened_before,
        "answers_to_changed_or_removed": result.changed,
        "last_active_utc": _utc(result.last_active),
        "test": result.test,
    }
    if learner.status == "unreadable":  # what is not known is no nought
        row |= dict.fromkeys(list(row)[3:], "")
    return row | {
        "may_need_help": f"may need help: {learner.help_reason}" if learner.help_reason else "",
        "problems": " ".join(learner.problems),
    }


def _question_row(one: QuestionStatistics) -> Row:
    return {
        "question": one.id,
        "notebook": one.quiz,
        "n": one.n,
        "facility": _rounded(one.facility),
        "discrimination": one.discrimination
        if isinstance(one.discrimination, str)
        else round(one.discrimination, 3),
        "most_chosen_wrong": one.wrong_option,
        "most_chosen_wrong_share": "" if one.wrong_share is None else round(one.wrong_share, 3),
        "median_hints": _rounded(one.median_hints),
    }


def _utc(time: datetime | None) -> str:
    """Return a time to the second; a forged one may lie beyond what can be told in UTC."""
    if time is None:
        return ""
    with suppress(OverflowError):
        time = time.astimezone(UTC)
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _rounded(value: float | None) -> float | str:
    return UNDEFINED if value is None else round(value, 3)
