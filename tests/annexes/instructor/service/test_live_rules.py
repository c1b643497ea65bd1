"""The rounds of a live question: what leads where, and which votes belong to which round."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import given, strategies as st

from lessons_lib.annexes.instructor.service.live.questions import Asked
from lessons_lib.annexes.instructor.service.live.rules import MAY, Do, Round, after
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import NumberAnswer, NumberQuestion

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
_ids = count()


def led(*steps: Do, begin: Round | None = None) -> Round:
    """Return the round after some steps, each of which is possible."""
    current = begin or Round()
    for step in steps:
        assert step in MAY[current.phase]
        current = after(current, step, NOW, sitting=f"sitting{next(_ids)}", question="q")
    return current


def test_every_round_has_a_mark_of_its_own() -> None:
    marks, current = [], Round()
    for step in ("open", "close", "again", "close", "reveal", "open", "close", "end", "open"):
        current = led(step, begin=current)
        if step in ("open", "again"):
            marks.append(current.mark)
    assert len(set(marks)) == len(marks) == 4
    assert marks[0].split(".")[0] == marks[2].split(".")[0] != marks[3].split(".")[0]


def test_rounds_in_a_row_that_ask_the_same_belong_together() -> None:
    again = led("open", "close", "again", "close", "again")
    assert [one.split(".")[1] for one in again.marks] == ["1", "2", "3"]
    other = led("close", "open", begin=again)
    assert other.marks == [other.mark]


FIELDS: dict[str, Any] = {"id": "q", "revision": 1, "difficulty": "easy", "stem": "How many?"}
FIELDS |= {"objective": "o", "stage": "s"}
TYPED = st.lists(st.floats(allow_nan=False, allow_infinity=False).map(str), max_size=40)


@given(st.lists(TYPED, min_size=1, max_size=3), st.floats(-1e300, 1e300), st.booleans())
def test_whatever_numbers_learners_type_each_is_in_one_bar(
    rounds: list[list[str]], key: float, is_revealed: bool
) -> None:
    answer = NumberAnswer(key, unit="ms")
    asked = Asked(NumberQuestion(**FIELDS, answer=answer))
    votes = [[Response(number=one) for one in several] for several in rounds]
    rows = asked.with_bars(votes, is_revealed=is_revealed)["rows"]
    assert len(rows) < 16
    for at, several in enumerate(rounds):
        assert sum(one["counts"][at] for one in rows) == len(several)
    assert sum(one["is_right"] for one in rows) == is_revealed
