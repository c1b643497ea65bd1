"""The learner's half: nothing is lost while the server is away, and nothing arrives twice."""

import queue
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz import remote
from lessons_lib.classroom.widgets.quiz.remote import (
    KEPT_HERE,
    HttpLine,
    RemoteSession,
    UnreachedError,
    show_graded,
)
from tests.classroom.service.test_graded import QUIZ, SINGLE, Learner, right, wrong


class Server:
    """A class's server that can be down, or lose its replies."""

    def __init__(self, *learners: Learner) -> None:
        self.ann = Learner()
        self.is_down = self.loses_replies = False
        self.refused: set[str] = set()
        self.seen: list[str] = []

    def __call__(self, name: str, body: bytes | None = None) -> Page:
        if self.is_down:
            raise UnreachedError("The class's server can't be reached.")
        if body is None:
            return self.ann.quiz().page()
        request: dict[str, Any] = msgspec.json.decode(body)
        action = msgspec.convert(request["action"], QuizAction)
        if action.number in self.refused:
            raise UnreachedError("The class's server can't read this request.", 400)
        page = self.ann.quiz().page()
        if request["id"] not in self.seen:
            self.seen.append(request["id"])
            page = self.ann.act(action)
        if self.loses_replies:
            raise UnreachedError("The class's server can't be reached.")
        return page

    @property
    def answers(self) -> list[str]:
        return [one.payload["letters"][0] for one in self.ann.answers]


def answer(letter: str) -> QuizAction:
    return QuizAction("answer", question=SINGLE.id, letters=(letter,))


def session(server: Server, log: EventLog) -> RemoteSession:
    return RemoteSession("week_1", server, log)


@pytest.fixture
def log() -> Iterator[InMemoryLog]:
    yield InMemoryLog()


def test_an_answer_is_sent_and_its_page_is_shown(log: InMemoryLog) -> None:
    server = Server()
    page = session(server, log).submit(answer(right()))
    assert page["reply"]["text"] == "Answer saved."
    assert server.answers == [right()]


def test_answers_wait_while_the_server_is_down_and_arrive_once_in_order(log: InMemoryLog) -> None:
    server = Server()
    here = session(server, log)
    before = here.submit(QuizAction("start"))
    server.is_down = True
    for letter in (wrong(), right()):
        page = here.submit(answer(letter))
        assert page["question"] == before["question"]
        assert KEPT_HERE in page["notices"][0]
    server.is_down = False
    page = session(server, log).page()  # another kernel
    assert page["question"]["given"]["letters"] == [right()]
    assert session(server, log).page()["notices"] == []
    assert server.answers == [wrong(), right()]


def test_an_action_follows_the_answers_that_waited(log: InMemoryLog) -> None:
    server = Server()
    here = session(server, log)
    here.page()
    server.is_down = True
    here.submit(answer(right()))
    server.is_down = False
    assert here.submit(QuizAction("review"))["view"] == "review"
    assert server.answers == [right()]


def test_an_answer_whose_reply_was_lost_counts_once(log: InMemoryLog) -> None:
    server = Server()
    here = session(server, log)
    here.submit(QuizAction("start"))
    server.loses_replies = True
    assert KEPT_HERE in here.submit(answer(right()))["notices"][0]
    server.loses_replies = False
    session(server, log).page()
    assert server.answers == [right()]


def test_what_the_server_refuses_for_good_does_not_stop_what_follows(log: InMemoryLog) -> None:
    server = Server()
    server.refused = {"x"}
    here = session(server, log)
    here.submit(QuizAction("answer", question=SINGLE.id, number="x"))
    here.submit(answer(right()))
    assert server.answers == [right()]
    assert here.page()["notices"] == []


def test_an_answer_that_is_refused_for_good_is_not_dropped_without_a_word(log: InMemoryLog) -> None:
    server = Server()
    server.refused = {"x"}
    action = QuizAction("answer", question=SINGLE.id, number="x")
    reply = session(server, log).submit(action)["reply"]
    assert reply == {"what": "problem", "text": "The class's server can't read this request."}


def test_an_answer_waits_while_its_quiz_is_not_on_the_plan_and_others_go_on(
    log: InMemoryLog,
) -> None:
    server = Server()

    def only_week_1(name: str, body: bytes | None = None) -> Page:
        if name != "week_1":
            raise UnreachedError("The class has no such quiz.", 404)
        return server(name, body)

    other = RemoteSession("week_2", only_week_1, log)
    text = other.submit(answer(wrong()))["text"]
    assert text == f"The class has no such quiz. {KEPT_HERE}"
    assert RemoteSession("week_1", only_week_1, log).submit(answer(right()))["reply"]["text"]
    assert server.answers == [right()]
    RemoteSession("week_2", server, log).page()
    assert server.answers == [right(), wrong()]


def test_an_answer_says_which_revision_was_answered(log: InMemoryLog) -> None:
    server, bodies = Server(), list[Any]()

    def kept(name: str, body: bytes | None = None) -> Page:
        bodies.append(msgspec.json.decode(body) if body else {})
        return server(name, body)

    here = RemoteSession("week_1", kept, log)
    here.submit(QuizAction("start"))
    here.submit(QuizAction("go", to=1 + QUIZ.questions.index(SINGLE)))
    here.submit(QuizAction("answer", question=SINGLE.id, letters=(right(),), number="\udc80"))
    assert bodies[-1]["revision"] == SINGLE.revision


def test_going_on_needs_the_server_and_says_so(log: InMemoryLog) -> None:
    server = Server()
    here = session(server, log)
    here.submit(QuizAction("start"))
    server.is_down = True
    page = here.submit(QuizAction("next"))
    assert page["notices"] == ["The class's server can't be reached."]
    assert page["number"] == 1


def test_nobody_at_the_address_is_said_in_a_sentence() -> None:
    with pytest.raises(UnreachedError, match="can't be reached") as raised:
        HttpLine("http://127.0.0.1:9/services/class/", "token")("week_1")
    assert not raised.value.is_final


def test_outside_a_class_the_card_says_where_it_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LESSONS_CLASS_URL", raising=False)
    assert "hub of your class" in show_graded("week_1").page["text"]


def test_once_the_server_is_back_the_card_shows_what_it_saved(
    log: InMemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    server, shown = Server(), queue.Queue[Page]()
    here = session(server, log)
    here.on_page = shown.put
    here.submit(QuizAction("start"))
    server.is_down = True
    assert KEPT_HERE in here.submit(answer(right()))["notices"][0]
    server.is_down = False
    page = shown.get(timeout=30)
    assert (page["reply"]["text"], page["notices"]) == ("Answer saved.", [])
    assert server.answers == [right()]


def test_an_answer_does_not_wait_for_a_request_that_hangs(
    log: InMemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "LONGEST_S", remote.TIMEOUT_S + 0.01)
    server, is_free, shown = Server(), threading.Event(), queue.Queue[Page]()

    def hangs(name: str, body: bytes | None = None) -> Page:
        is_free.wait(30)
        return server(name, body)

    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    here = RemoteSession("week_1", hangs, log)
    here.on_page = shown.put
    first = threading.Thread(target=here.page)
    first.start()
    assert KEPT_HERE in here.submit(answer(right()))["text"]
    is_free.set()
    first.join()
    while not server.answers:
        shown.get(timeout=30)
    assert server.answers == [right()]
