"""The mode finder: answers are recorded and restored, and lead to a mode."""

import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.record.event import new_event
from lessons_lib.classroom.record.kinds import WISH
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.modes import ModeFinder, latest_wish
from tests.classroom.widgets.pretend_browser import ask

# The longest mode that each answer about time allows.
MOST_MINUTES = {"ten": 20, "twenty": 30, "hour": 180}


def test_each_answer_is_saved_and_restored_by_another_finder() -> None:
    log = InMemoryLog()
    first = ModeFinder(log)
    assert first.page["parts"] == []
    (sentence,) = ask(first, want="Do something with it")["parts"]
    assert sentence["text"] == "2 questions left."
    assert latest_wish(log.events()) == {"want": "do", "time": "", "way": ""}
    ask(ModeFinder(log), time="An hour or more", way="By typing")
    assert latest_wish(log.events()) == {"want": "do", "time": "hour", "way": "type"}
    again = ModeFinder(log)
    assert again.page["parts"][0]["title"].endswith(course().mode("code-along").title)
    assert (repr(again), again.saved) == (repr(first), first.saved)
    assert len(list(log.events())) == 2


def test_all_answers_together_lead_to_the_cell_where_their_mode_begins() -> None:
    wish = new_event(WISH, "modes", {"want": "understand", "time": "ten", "way": "watch"})
    (link,) = ModeFinder(InMemoryLog([wish])).page["parts"]
    assert f"{link['file']}{link['fragment']}" == course().mode("watch").link()


@pytest.mark.parametrize("answer", ["sleep", "understand", 3])
def test_an_answer_that_does_not_exist_is_not_saved(answer: object) -> None:
    log = InMemoryLog()
    assert "problem" in ask(ModeFinder(log), want=answer)
    assert list(log.events()) == []


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
    cleared = latest_wish([*kept, new_event(WISH, "modes", {})])
    assert cleared == latest_wish([]) == {"want": "", "time": "", "way": ""}
