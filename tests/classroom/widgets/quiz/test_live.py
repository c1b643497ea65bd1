"""The learner's half of a live question: it follows the server, and no vote goes astray."""

import gc
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.quiz.remote import (
    KEPT_LIVE,
    LIVE,
    OPENED,
    TOKEN_VARIABLE,
    UNREACHED,
    URL_VARIABLE,
    Outbox,
    RemoteSession,
    show_live,
)
from tests.support.class_stub import ClassStub, Holder, answer


@pytest.fixture
def server() -> ClassStub:
    return ClassStub()


@pytest.fixture
def session(server: ClassStub, tmp_path: Path) -> RemoteSession:
    """Return a session that has shown its first page."""
    made = RemoteSession(LIVE, server, Outbox(tmp_path))
    assert made.page()["view"] == "start"
    return made


def opened(server: ClassStub, session: RemoteSession, mark: str = "s.1") -> Page:
    """Let the instructor open a round, and return the page that tells of it."""
    server.mark = mark
    page = session.next_page()
    assert page
    return page


def test_it_shows_what_is_opened_and_says_it_once(
    server: ClassStub, session: RemoteSession
) -> None:
    assert session.next_page() is None
    page = opened(server, session)
    assert (page["turn"], page["reply"]["text"]) == ("s.1", OPENED)
    assert session.next_page() is None


def test_a_vote_waits_for_the_server_once(server: ClassStub, session: RemoteSession) -> None:
    opened(server, session)
    server.loses_replies = True
    assert session.submit(answer("A", "s.1"))["notices"] == [f"{UNREACHED} {KEPT_LIVE}"]
    server.is_down = True
    assert session.next_page() is None
    server.is_down = server.loses_replies = False
    page = session.next_page()
    assert page
    assert (page["reply"]["what"], page["notices"]) == ("verdict", [])
    assert server.letters == ["A"]


def test_a_vote_that_is_too_late_is_dropped(server: ClassStub, session: RemoteSession) -> None:
    opened(server, session)
    server.is_down = True
    session.submit(answer("A", "s.1"))
    server.is_down = False
    assert opened(server, session, "s.2")["reply"]["what"] == "problem"
    session.next_page()
    assert server.answers == []


def test_the_notice_goes_when_the_server_is_back(server: ClassStub, session: RemoteSession) -> None:
    server.is_down = True
    page = session.next_page()
    assert page
    assert page["notices"] == [UNREACHED]
    assert session.next_page() is None
    server.is_down = False
    page = session.next_page()
    assert page
    assert page["notices"] == []


def test_a_vote_during_a_long_request_is_not_overwritten(server: ClassStub, tmp_path: Path) -> None:
    server.mark = "s.1"

    def line(name: str, body: bytes | None = None, *, seen: str = "") -> Page:
        page = server(name, body)
        if seen:
            here.submit(answer("A", "s.1"))  # while the page of before is on its way
            page["version"] = "of before"
        return page

    here = RemoteSession(LIVE, line, Outbox(tmp_path))
    here.page()
    page = here.next_page()
    assert page
    assert page["reply"]["what"] == "verdict"


def test_the_card_follows_the_server_until_it_is_closed(
    server: ClassStub, session: RemoteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = Holder()

    def pause(seconds: float) -> None:
        assert seconds > 0
        server.mark = f"s.{len(card.pages) + 1}"
        if len(card.pages) == 3:
            card.close()

    monkeypatch.setattr(time, "sleep", pause)
    session.follow(lambda: card)  # type: ignore[arg-type,return-value]
    session._asking.join(30)
    assert [page["turn"] for page in card.pages] == ["s.1", "s.2", "s.3"]


def test_what_follows_a_card_does_not_keep_it(
    server: ClassStub, session: RemoteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = [Holder()]
    shown: Any = weakref.ref(holder[0])

    def pause(_: float) -> None:
        server.mark = "s.1"
        if holder[0].pages:
            holder.clear()
            gc.collect()

    monkeypatch.setattr(time, "sleep", pause)
    session.follow(shown)
    session._asking.join(30)
    assert not session._asking.is_alive()
    assert shown() is None


def test_a_second_card_ends_the_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:9/")
    monkeypatch.setenv(TOKEN_VARIABLE, "token")
    first, second = show_live(), show_live()
    assert (first.comm, second.comm is None) == (None, False)
    second.close()
    threads = [one for one in threading.enumerate() if one.name == "Live question"]
    for thread in threads:
        thread.join(10)
    assert not any(one.is_alive() for one in threads)


def test_outside_a_class_it_says_where_to_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    card = show_live()
    assert "Live questions are asked on the hub of your class" in card.page["text"]
    card.submit(answer("A", "s.1"))
    assert card.page["view"] == "error"
