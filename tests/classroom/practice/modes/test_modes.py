"""The proposals of the mode finder, and the answers that a record holds."""

from __future__ import annotations

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.modes.modes import latest_wish
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import WISH

# The longest mode that each answer about time allows.
MOST_MINUTES = {"ten": 12, "twenty": 20, "hour": 80}


def test_every_mode_is_proposed_and_fits_the_time_and_the_aim() -> None:
    fitting = [(one, answers) for one in course().finder.proposals for answers in one.fits]
    for proposal, answers in fitting:
        want, time, _ = answers.split()
        assert course().minutes(course().mode(proposal.mode)) <= MOST_MINUTES[time], answers
        assert want != "check" or proposal.mode not in ("concept", "pipeline"), answers
    assert {one.mode for one, _ in fitting} == {one.slug for one in course().modes}
    assert len(fitting) == 27


def test_the_last_valid_answers_in_the_record_count() -> None:
    last = {"want": "check", "time": "hour", "way": "type"}
    kept = [new_event(WISH, "modes", one) for one in ({**last, "want": "do"}, last)]
    bad = [new_event(WISH, "modes", {"want": one}) for one in ("sleep", 3, ["do"])]
    other = new_event("choice", "modes", {"want": "do"})
    assert latest_wish([*kept, *bad, other]) == last
    none = {"want": "", "time": "", "way": ""}
    assert latest_wish([*kept, new_event(WISH, "modes", {})]) == none
    assert latest_wish([]) == none
