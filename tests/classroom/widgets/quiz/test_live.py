"""The learner's half of a live question: it follows the server, and no vote goes astray."""

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lessons_lib.annexes.instructor.service.live.room import HOLDS_S
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.card import QuizCard
from lessons_lib.classroom.widgets.quiz.live import UNSENT, LiveSession, follow, show_live
from lessons_lib.classroom.widgets.quiz.remote import (
    TIMEOUT_S,
    TOKEN_VARIABLE,
    URL_VARIABLE,
    UnreachedError,
)


class Server:
    """A class's server with one learner, which can be down or lose its replies."""

    def __init__(self) -> None:
        self.mark, self.is_down, self.loses_replies = "", False, False
        self.votes: list[tuple[str, str]] = []  # ids and rounds
        self.refuses = False

    def __call__(self, path: str, body: bytes | None = None) -> Page:
        if self.is_down:
            raise UnreachedError("The class's server can't be reached.")
        if self.refuses and body:
            raise UnreachedError("This answer is too long.", 413)
        reply = {"what": "", "text": ""}
        if body:
            reply = self.voted(msgspec.json.decode(body))
        if self.loses_replies:
            raise UnreachedError("The class's server can't be reached.")
        view = {"view": "question", "turn": self.mark} if self.mark else {"view": "start"}
        return view | {
            "note": "",
            "heading": "",
            "version": f"{self.mark} {len(self.votes)}",
            "reply": reply,
        }

    def voted(self, request: dict[str, Any]) -> dict[str, str]:
        vote = request["id"], request["action"]["question"]
        if vote[1] != self.mark:
            return {"what": "problem", "text": "too late"}
        if vote not in self.votes:
            self.votes.append(vote)
        return {"what": "verdict", "text": "Answer saved."}


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def session(server: Server) -> LiveSession:
    return LiveSession(server)


def vote(mark: str) -> QuizAction:
    return QuizAction("answer", question=mark, letters=("A",))


def test_it_shows_what_is_opened_and_says_so_once(server: Server, session: LiveSession) -> None:
    assert session.wait()
    assert session.page()["view"] == "start"
    server.mark = "s.1"
    assert session.wait()
    assert session.page()["turn"] == "s.1"
    assert session.page()["reply"]["text"]
    assert not session.wait()


def test_a_vote_is_sent_at_once(server: Server, session: LiveSession) -> None:
    server.mark = "s.1"
    page = session.submit(vote("s.1"))
    assert (page["reply"]["what"], page["notices"]) == ("verdict", [])
    assert len(server.votes) == 1
    assert not session.wait()


def test_a_vote_waits_for_the_server_and_counts_once(server: Server, session: LiveSession) -> None:
    server.mark = "s.1"
    session.wait()
    server.loses_replies = True
    assert UNSENT in session.submit(vote("s.1"))["notices"][0]
    server.is_down = True
    assert not session.wait()
    server.is_down = server.loses_replies = False
    assert session.wait()
    assert (session.page()["reply"]["what"], session.page()["notices"]) == ("verdict", [])
    assert len(server.votes) == 1


def test_a_vote_that_waited_too_long_is_for_no_other_round(
    server: Server, session: LiveSession
) -> None:
    server.mark = "s.1"
    session.wait()
    server.is_down = True
    session.submit(vote("s.1"))
    server.mark, server.is_down = "s.2", False
    session.wait()
    assert session.page()["reply"]["what"] == "problem"
    session.wait()
    assert server.votes == []


def test_a_vote_that_is_refused_for_good_is_not_sent_again(
    server: Server, session: LiveSession
) -> None:
    server.mark, server.refuses = "s.1", True
    assert UNSENT not in session.submit(vote("s.1"))["notices"][0]
    server.refuses = False
    session.wait()
    assert server.votes == []


def test_the_notice_goes_when_the_server_is_back(server: Server, session: LiveSession) -> None:
    session.wait()
    server.is_down = True
    assert session.wait()
    assert session.page()["notices"]
    assert not session.wait()
    server.is_down = False
    assert session.wait()
    assert session.page()["notices"] == []


def test_a_vote_during_a_long_request_is_not_overwritten_by_its_reply(server: Server) -> None:
    server.mark = "s.1"

    def ask(path: str, body: bytes | None = None) -> Page:
        page = server(path, body)
        if not body:
            here.submit(vote("s.1"))  # while the page of before is on its way
        return page

    here = LiveSession(ask)
    here.wait()
    assert here.page()["reply"]["what"] == "verdict"


def followed(session: LiveSession, on_pause: Callable[[QuizCard], None]) -> None:
    """Follow a card until it ends; something happens at each pause."""
    card = QuizCard(session)
    cards = [card]

    def pause(seconds: float) -> None:
        assert seconds > 0
        on_pause(cards[0]) if cards else None

    def shown() -> QuizCard | None:
        return cards[0] if cards else None

    follow(shown, session, pause)


def test_the_card_follows_the_server_until_it_is_closed(
    server: Server, session: LiveSession
) -> None:
    seen: list[str] = []

    def on_pause(card: QuizCard) -> None:
        seen.append(card.page.get("turn", ""))
        server.mark = f"s.{len(seen)}"
        if len(seen) == 3:
            card.close()

    followed(session, on_pause)
    assert seen == ["", "s.1", "s.2"]


def test_what_follows_a_card_does_not_keep_it(session: LiveSession) -> None:
    class Holder:
        comm = object()
        refreshed = 0

        def refresh(self) -> None:
            Holder.refreshed += 1

    holder = [Holder()]
    shown: Any = weakref.ref(holder[0])

    def pause(_: float) -> None:
        holder.clear()
        gc.collect()

    follow(shown, session, pause)
    assert Holder.refreshed == 1


def test_a_second_card_of_a_kernel_ends_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:9/")
    monkeypatch.setenv(TOKEN_VARIABLE, "token")
    first, second = show_live(), show_live()
    assert (first.comm, second.comm is None) == (None, False)
    second.close()
    threads = [one for one in threading.enumerate() if one.name == "live question"]
    for thread in threads:
        thread.join(10)
    assert not any(one.is_alive() for one in threads)


def test_the_server_answers_long_requests_before_the_card_gives_up() -> None:
    assert HOLDS_S + 0.5 <= TIMEOUT_S


def test_outside_a_class_it_says_where_live_questions_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    card = show_live()
    assert "hub of your class" in card.page["heading"]
    card.submit(vote("s.1"))
    assert card.page["notices"] == []
