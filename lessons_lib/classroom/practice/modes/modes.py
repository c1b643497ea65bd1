"""A learner's answers to the questions of the mode finder."""

from __future__ import annotations

from collections.abc import Iterable

from lessons_lib.classroom.course import course
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import WISH


def latest_wish(events: Iterable[Event]) -> dict[str, str]:
    """Return the latest valid answers by question, "" where there is none."""
    questions = course().finder.questions
    wish = {one.field: "" for one in questions}
    for event in events:
        answers = {field: event.payload.get(field) or "" for field in wish}
        if event.kind == WISH and all(
            answers[one.field] in ("", *one.answers) for one in questions
        ):
            wish = {field: str(answer) for field, answer in answers.items()}
    return wish
