from __future__ import annotations

from itertools import product

import msgspec
import pytest

from lessons_lib.practice.course import course
from lessons_lib.practice.modes.modes import (
    latest_wish,
    propose,
    wish_event,
)
from lessons_lib.record.event import new_event
from lessons_lib.record.kinds import Wish

# The longest mode that each answer about time allows.
MOST_MINUTES = {"ten": 12, "twenty": 20, "hour": 80}
QUESTIONS = course().finder.questions
ALL = [
    msgspec.convert(dict(zip([one.field for one in QUESTIONS], answers, strict=True)), Wish)
    for answers in product(*(one.answers for one in QUESTIONS))
]


def test_three_questions_have_three_answers_each() -> None:
    assert [len(one.answers) for one in QUESTIONS] == [3, 3, 3]
    assert len(set(ALL)) == 27


@pytest.mark.parametrize("wish", ALL, ids=lambda one: f"{one.want}-{one.time}-{one.way}")
def test_each_combination_proposes_one_mode_that_fits_the_time_with_one_reason(wish: Wish) -> None:
    proposal = propose(wish)
    assert proposal is not None
    assert course().minutes(course().mode(proposal.mode)) <= MOST_MINUTES[wish.time]
    assert proposal.reason.endswith(".")
    assert proposal.reason.count(".") == 1


def test_each_of_the_ten_modes_is_proposed_for_some_answers() -> None:
    proposed = {found.mode for wish in ALL if (found := propose(wish))}
    assert proposed == {one.slug for one in course().modes}


def test_learners_who_want_to_check_their_knowledge_never_get_a_mode_for_reading() -> None:
    for wish in ALL:
        if wish.want == "check":
            found = propose(wish)
            assert found is not None
            assert found.mode not in ("concept", "pipeline")


@pytest.mark.parametrize("field", ["want", "time", "way"])
def test_nothing_is_proposed_while_an_answer_is_missing(field: str) -> None:
    assert propose(msgspec.structs.replace(ALL[0], **{field: ""})) is None


def test_the_last_valid_answers_in_the_record_count() -> None:
    first, last = ALL[0], ALL[-1]
    bad = new_event(Wish.kind, "modes", {"want": "sleep"})
    other = new_event("choice", "modes", {"want": "do"})
    assert latest_wish([wish_event(first), wish_event(last), bad, other]) == last
    assert latest_wish([]) == Wish()
