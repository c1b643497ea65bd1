"""What a page may ask for: messages can be forged, so they are decoded and never trusted."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from lessons_lib.quiz.grading import Response

LONGEST_NUMBER = 200


class Action(Struct, frozen=True):
    """One thing that a learner did on a page; `question` is the id of the one they saw."""

    do: Literal[
        "answer",
        "hint",
        "solution",
        "back",
        "next",
        "go",
        "review",
        "start",
        "end",
        "five",
        "endless",
    ]
    question: Annotated[str, Meta(max_length=80)] = ""
    letters: Annotated[tuple[Annotated[str, Meta(max_length=1)], ...], Meta(max_length=8)] = ()
    number: Annotated[str, Meta(max_length=LONGEST_NUMBER)] = ""
    to: Annotated[int, Meta(ge=1, le=1000)] = 1

    @property
    def response(self) -> Response:
        """What was given as an answer."""
        return Response(self.letters, self.number)


def action_of(message: object) -> Action | None:
    """Return a message as an action, or None if it is none."""
    try:
        return msgspec.convert(message, Action)
    except (msgspec.ValidationError, RecursionError):
        return None
