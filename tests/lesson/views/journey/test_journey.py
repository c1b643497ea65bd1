"""The way through the course: what was done, and where to go next."""

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.lesson.views.journey import show_journey
from tests.classroom.widgets.pretend_browser import Outline
from tests.support.answers import finished

BATCH = "06_batch_inference"


def test_each_notebook_with_questions_is_a_stop_and_a_newcomer_sees_none_done() -> None:
    journey = show_journey(log=InMemoryLog())
    html = journey._repr_html_()
    stops = [one for one in course().lessons if not one.is_free]
    links = Outline(html).links
    assert {one.heading for one in stops} <= set(links)
    assert "take the test" in links
    assert html.count('class="stop-open"') == len(stops)
    assert journey.in_words().startswith("Each notebook")


def test_a_notebook_is_begun_with_its_first_answer_and_done_with_its_last() -> None:
    bank = load_bank()
    events = finished(BATCH, bank)
    questions = sum(one.place != "pool" for one in bank.quiz(BATCH).questions)
    for some, state, words in (
        (events[:1], "begun", f"… 1 of {questions} answered"),
        (events, "done", f"✓ {questions} of {questions} right"),
    ):
        journey = show_journey(log=InMemoryLog([*some, event_of("best-epoch", Guess(3.0))]))
        stop = journey._repr_html_().split(f'class="stop-{state}"')[1].split("</li>")[0]
        assert course().lesson(BATCH).heading in stop
        assert words in stop
        assert "guessed 1 result." in journey.in_words()


def test_its_words_do_not_depend_on_the_record() -> None:
    done = show_journey(log=InMemoryLog(finished(BATCH, load_bank())))
    assert repr(done) == repr(show_journey(log=InMemoryLog()))
