from __future__ import annotations

from itertools import product

import pytest

from lessons_lib.classroom.course import Proposal, course
from lessons_lib.classroom.practice.modes.modes import latest_wish
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import WISH

# The longest mode that each answer about time allows.
MOST_MINUTES = {"ten": 12, "twenty": 20, "hour": 80}
QUESTIONS = course().finder.questions
ALL = [
    dict(zip([one.field for one in QUESTIONS], answers, strict=True))
    for answers in product(*(one.answers for one in QUESTIONS))
]


def proposed(wish: dict[str, str]) -> list[Proposal]:
    answers = " ".join(wish.values())
    return [one for one in course().finder.proposals if answers in one.fits]


@pytest.mark.parametrize("wish", ALL, ids=lambda one: "-".join(one.values()))
def test_each_combination_proposes_one_mode_that_fits_the_time_with_one_reason(
    wish: dict[str, str],
) -> None:
    (proposal,) = proposed(wish)
    assert course().minutes(course().mode(proposal.mode)) <= MOST_MINUTES[wish["time"]]
    assert proposal.reason.endswith(".")
    assert proposal.reason.count(".") == 1


def test_each_of_the_ten_modes_is_proposed_for_some_answers() -> None:
    modes = {found.mode for wish in ALL for found in proposed(wish)}
    assert modes == {one.slug for one in course().modes}


def test_learners_who_want_to_check_their_knowledge_never_get_a_mode_for_reading() -> None:
    for wish in ALL:
        if wish["want"] == "check":
            (found,) = proposed(wish)
            assert found.mode not in ("concept", "pipeline")


def test_the_last_valid_answers_in_the_record_count() -> None:
    first, last = ALL[0], ALL[-1]
    bad = [new_event(WISH, "modes", {"want": one}) for one in ("sleep", 3, ["do"], None)]
    other = new_event("choice", "modes", {"want": "do"})
    kept = [new_event(WISH, "modes", one) for one in (first, last)]
    assert latest_wish([*kept, *bad[:3], other]) == last
    none = {"want": "", "time": "", "way": ""}
    assert latest_wish([*kept, new_event(WISH, "modes", {})]) == none
    assert latest_wish([]) == none
