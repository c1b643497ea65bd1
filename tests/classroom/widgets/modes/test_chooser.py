"""The mode chooser without a browser."""

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.modes import NOT_BEGUN
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import EventLog, new_event
from lessons_lib.classroom.record.kinds import Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.widgets.modes import ModeChooser, ModeFinder
from tests.classroom.sessions.small_bank import SMALL_BANK
from tests.classroom.widgets.pretend_browser import Outline

EMPTY = QuizBank(())


class NotingLog(InMemoryLog):
    """A log with a notice, like one on a full disk."""

    def notices(self) -> list[str]:
        return ["Your answers cannot be saved."]


def html(log: EventLog | None = None, bank: QuizBank = EMPTY) -> str:
    return ModeChooser(InMemoryLog() if log is None else log, bank=bank)._repr_html_()


def test_ten_cards_link_to_their_notebooks_and_cells() -> None:
    outline = Outline(html())
    assert outline.items == 10
    links = {title: link["href"] for title, link in outline.links.items()}
    assert links == {one.title: one.link() for one in course().modes}


def test_each_card_has_a_description_a_task_and_a_duration() -> None:
    page = html()
    for one in course().modes:
        assert all(text in page for text in (one.idea, one.does, f"{course().minutes(one)} min"))


def test_with_an_empty_record_the_page_does_not_depend_on_the_bank() -> None:
    assert html(bank=SMALL_BANK) == html()
    assert NOT_BEGUN not in html()


def test_progress_is_read_each_time_the_chooser_is_shown() -> None:
    log = InMemoryLog()
    chooser = ModeChooser(log, bank=EMPTY)
    before = chooser._repr_html_()
    log.append(event_of("one-by-one", Guess(2.0, 3.0, "s")))
    assert "1 guess checked" not in before
    assert "1 guess checked" in chooser._repr_html_()


def test_the_content_of_a_record_never_becomes_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    kinds = ("answer", "card", "guess", "exercise", "position", "test", "mode-wish")
    log = InMemoryLog(new_event(kind, evil, {"note": evil, "quiz": evil}) for kind in kinds)
    assert html(log) == html()


def test_a_notice_of_the_log_is_shown() -> None:
    assert "cannot be saved" in html(NotingLog())
    assert "cannot be saved" in str(ModeFinder(NotingLog()).page)
    assert "cannot be saved" not in html()


def test_the_repr_names_all_ten_modes_and_does_not_depend_on_the_record() -> None:
    log = InMemoryLog([event_of("one-by-one", Guess(2.0, 3.0, "s"))])
    text = repr(ModeChooser(log))
    assert all(f"{one.number}. {one.title}: {one.idea}" in text for one in course().modes)
    assert text == repr(ModeChooser(InMemoryLog()))
