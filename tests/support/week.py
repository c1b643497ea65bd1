"""An answer to the graded quiz of a made-up class."""

from datetime import UTC, datetime

from lessons_lib.classroom.record.event import Event, new_event

TIME = datetime(2026, 12, 2, tzinfo=UTC)


def answer(letter: str, **more: object) -> Event:
    payload = {"letters": [letter], "quiz": "week_1", "test": "graded week_1"} | more
    return new_event("answer", "how-many-passes-1", payload, clock=lambda: TIME)
