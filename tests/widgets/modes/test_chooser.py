"""The mode chooser and the mode finder without a browser: what stands in stored outputs."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from lessons_lib.practice.course import course
from lessons_lib.practice.modes.modes import latest_wish, propose
from lessons_lib.practice.modes.progress import NOT_BEGUN
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.record.event import EventLog, new_event
from lessons_lib.record.kinds import Guess, Wish, guess_event
from lessons_lib.record.log import InMemoryLog
from lessons_lib.widgets.modes.chooser import TEST_LINE, ModeChooser, ModeFinder, start_line

EMPTY = QuizBank(())


class Outline(HTMLParser):
    """Collects the links of a page and counts its list items; every tag that opens also closes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.items = 0
        self.open: list[str] = []
        self._address: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.items += tag == "li"
        if tag == "a":
            self._address = dict(attrs)["href"]

    def handle_data(self, data: str) -> None:
        if self._address is not None:
            self.links[data] = self._address

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "a":
            self._address = None


class NotingLog(InMemoryLog):
    """A log with something to say, as one on a full disk has."""

    def notices(self) -> list[str]:
        return ["Your answers cannot be saved."]


def html(log: EventLog | None = None, bank: QuizBank = EMPTY) -> str:
    return ModeChooser(InMemoryLog() if log is None else log, bank=bank)._repr_html_()


def test_ten_cards_link_to_the_notebooks_at_their_places() -> None:
    outline = Outline(html())
    assert outline.items == 10
    assert outline.links == {one.title: one.link() for one in course().modes}
    assert outline.open == []


def test_each_card_says_what_it_is_what_to_do_and_how_long() -> None:
    page = html()
    for one in course().modes:
        assert one.idea in page
        assert one.does in page
        assert f"{course().minutes(one)} min" in page


def test_the_test_is_recommended_and_not_demanded() -> None:
    assert TEST_LINE in html()
    assert "never a duty" in TEST_LINE


def test_how_to_begin_in_the_middle_of_a_notebook_is_told_for_each_mode_that_does() -> None:
    named = [one.title for one in course().modes if one.title in start_line().split(" open ")[0]]
    assert named == [one.title for one in course().modes if one.place]


def test_with_an_empty_record_the_page_does_not_depend_on_the_bank(quiz_bank: QuizBank) -> None:
    assert html(bank=quiz_bank) == html()
    assert html().count(NOT_BEGUN) == 10


def test_progress_is_read_anew_each_time_the_chooser_is_shown() -> None:
    log = InMemoryLog()
    chooser = ModeChooser(log, bank=EMPTY)
    before = chooser._repr_html_()
    log.append(guess_event("one-by-one", Guess(2.0, 3.0, "s")))
    assert "1 guess measured" not in before
    assert "1 guess measured" in chooser._repr_html_()


def test_what_a_record_says_never_becomes_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    kinds = ("answer", "card", "guess", "exercise", "position", "test", "mode-wish")
    log = InMemoryLog(new_event(kind, evil, {"note": evil, "quiz": evil}) for kind in kinds)
    assert html(log) == html()


def test_answers_that_cannot_be_saved_are_told_of() -> None:
    assert "cannot be saved" in html(NotingLog())
    assert "cannot be saved" not in html()


def test_the_text_names_all_ten_modes_and_stays_the_same() -> None:
    log = InMemoryLog([guess_event("one-by-one", Guess(2.0, 3.0, "s"))])
    text = repr(ModeChooser(log))
    assert all(f"{one.number}. {one.title}: {one.idea}" in text for one in course().modes)
    assert text == repr(ModeChooser(InMemoryLog()))


def send(finder: ModeFinder, **answers: object) -> None:
    """Hand the finder what a browser would send."""
    finder._handle_custom_msg(answers, [])


def test_the_finder_knows_a_proposal_for_all_answers_and_where_it_opens() -> None:
    proposals = ModeFinder(InMemoryLog()).page["proposals"]
    assert len(proposals) == 27
    watch = proposals["understand ten watch"]
    assert f"{watch['file']}{watch['fragment']}" == course().mode("watch").link()
    found = propose(Wish("understand", "ten", "watch"))
    assert found is not None
    assert watch["reason"] == found.reason


def test_answers_are_kept_and_are_there_again_in_another_finder() -> None:
    log = InMemoryLog()
    send(ModeFinder(log), want="do", time="hour", way="type")
    assert latest_wish(log.events()) == Wish("do", "hour", "type")
    assert ModeFinder(log).page["wish"] == {"want": "do", "time": "hour", "way": "type"}


def test_the_same_answers_again_are_not_kept_twice() -> None:
    log = InMemoryLog()
    finder = ModeFinder(log)
    for _ in range(3):
        send(finder, want="do")
    assert len(list(log.events())) == 1


def test_every_answer_is_answered_with_a_page_that_differs() -> None:
    finder = ModeFinder(InMemoryLog())
    pages = [finder.page]
    for _ in range(2):
        send(finder, want="do")
        pages.append(finder.page)
    assert len({page["serial"] for page in pages}) == 3


@pytest.mark.parametrize("content", [None, [], "do", {"want": "sleep"}, {"want": 3}, {"way": []}])
def test_what_is_no_answer_is_passed_over(content: Any) -> None:
    log = InMemoryLog()
    finder = ModeFinder(log)
    finder._handle_custom_msg(content, [])
    assert list(log.events()) == []


def test_a_browser_cannot_set_the_page() -> None:
    finder = ModeFinder(InMemoryLog())
    before = finder.page
    finder.set_state({"page": {"wish": {"want": "<b>"}}})
    assert finder.page == before


def test_the_finder_has_a_short_text_that_does_not_depend_on_answers() -> None:
    log = InMemoryLog()
    before = repr(ModeFinder(log))
    send(ModeFinder(log), want="do", time="hour", way="type")
    assert repr(ModeFinder(log)) == before
    assert "three questions" in before
