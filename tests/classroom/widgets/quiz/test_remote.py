"""The learner's half: nothing is lost while the server is away, and nothing arrives twice."""

import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, read_home
from lessons_lib.annexes.instructor.collect.learner import graded_learner
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.record.kinds import Done, event_of
from lessons_lib.classroom.record.log import session_log
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz import remote
from lessons_lib.classroom.widgets.quiz.remote import (
    KEPT_HERE,
    HttpLine,
    Outbox,
    RemoteSession,
    UnreachedError,
    show_graded,
)
from tests.annexes.instructor.service.test_graded import QUIZ, SINGLE, Learner, right, wrong


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


def session(server: Server, home: Path) -> RemoteSession:
    return RemoteSession("week_1", server, Outbox(home))


def test_an_answer_is_sent_and_its_page_is_shown(tmp_path: Path) -> None:
    server = Server()
    page = session(server, tmp_path).submit(answer(right()))
    assert page["reply"]["text"] == "Answer saved."
    assert server.answers == [right()]


def test_answers_wait_while_the_server_is_down_and_arrive_once_in_order(tmp_path: Path) -> None:
    server = Server()
    here = session(server, tmp_path)
    before = here.submit(QuizAction("start"))
    server.is_down = True
    for letter in (wrong(), right()):
        page = here.submit(answer(letter))
        assert page["question"] == before["question"]
        assert KEPT_HERE in page["notices"][0]
    server.is_down = False
    page = session(server, tmp_path).page()  # another kernel
    assert page["question"]["given"]["letters"] == [right()]
    assert session(server, tmp_path).page()["notices"] == []
    assert server.answers == [wrong(), right()]


def test_an_action_follows_the_answers_that_waited(tmp_path: Path) -> None:
    server = Server()
    here = session(server, tmp_path)
    here.page()
    server.is_down = True
    here.submit(answer(right()))
    server.is_down = False
    assert here.submit(QuizAction("review"))["view"] == "review"
    assert server.answers == [right()]


def test_an_answer_whose_reply_was_lost_counts_once(tmp_path: Path) -> None:
    server = Server()
    here = session(server, tmp_path)
    here.submit(QuizAction("start"))
    server.loses_replies = True
    assert KEPT_HERE in here.submit(answer(right()))["notices"][0]
    server.loses_replies = False
    session(server, tmp_path).page()
    assert server.answers == [right()]


def test_what_the_server_refuses_for_good_does_not_stop_what_follows(tmp_path: Path) -> None:
    server = Server()
    server.refused = {"x"}
    here = session(server, tmp_path)
    here.submit(QuizAction("answer", question=SINGLE.id, number="x"))
    here.submit(answer(right()))
    assert server.answers == [right()]
    assert here.page()["notices"] == []


def test_an_answer_that_is_refused_for_good_is_not_dropped_without_a_word(tmp_path: Path) -> None:
    server = Server()
    server.refused = {"x"}
    action = QuizAction("answer", question=SINGLE.id, number="x")
    reply = session(server, tmp_path).submit(action)["reply"]
    assert reply == {"what": "problem", "text": "The class's server can't read this request."}


@pytest.mark.parametrize("status", [404, 423])
def test_an_answer_waits_while_its_quiz_can_not_be_asked_and_others_go_on(
    tmp_path: Path, status: int
) -> None:
    server = Server()

    def only_week_1(name: str, body: bytes | None = None) -> Page:
        if name != "week_1":
            raise UnreachedError("The class has no such quiz.", status)
        return server(name, body)

    other = RemoteSession("week_2", only_week_1, Outbox(tmp_path))
    text = other.submit(answer(wrong()))["text"]
    assert text == f"The class has no such quiz. {KEPT_HERE}"
    assert other._asking.is_alive()  # since something waits, it is asked again
    assert RemoteSession("week_1", only_week_1, Outbox(tmp_path)).submit(answer(right()))["reply"][
        "text"
    ]
    assert server.answers == [right()]
    RemoteSession("week_2", server, Outbox(tmp_path)).page()
    assert server.answers == [right(), wrong()]


class _Elsewhere(BaseHTTPRequestHandler):
    """Leads every request to another address of its own, and notes each that comes."""

    came: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        """Lead elsewhere."""
        self.came.append(self.path)
        self.send_response(302)
        self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_an_answer_and_its_token_are_led_nowhere_else() -> None:
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        line = HttpLine(f"http://127.0.0.1:{server.server_port}/", "token")
        with pytest.raises(UnreachedError) as raised:
            line("week_1", b"{}")
    assert not raised.value.is_final
    assert _Elsewhere.came == ["/api/graded/week_1"]


def test_what_has_arrived_is_not_in_the_home_any_more(tmp_path: Path) -> None:
    server = Server()
    server.is_down = True
    session(server, tmp_path).submit(answer(wrong()))
    (waiting,) = tmp_path.iterdir()
    assert waiting.stat().st_mode & 0o077 == 0
    server.is_down = False
    session(server, tmp_path).submit(answer(right()))
    assert list(tmp_path.iterdir()) == []


def test_an_answer_cut_off_by_a_killed_kernel_hides_no_other(tmp_path: Path) -> None:
    server = Server()
    server.is_down = True
    for letter in (wrong(), right()):
        session(server, tmp_path).submit(answer(letter))
    first = min(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:-1])
    server.is_down = False
    session(server, tmp_path).page()
    assert server.answers == [right()]


def test_an_answer_that_cannot_be_kept_in_the_home_is_sent_at_once_or_not_called_kept(
    tmp_path: Path,
) -> None:
    (tmp_path / "full").touch()
    server = Server()
    here = session(server, tmp_path / "full")
    assert here.submit(answer(right()))["reply"]["text"] == "Answer saved."
    server.is_down = True
    assert here.submit(answer(wrong()))["notices"] == ["The class's server can't be reached."]
    assert server.answers == [right()]


def test_graded_answers_are_no_problem_for_the_record_of_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / DEFAULT_DATA))
    monkeypatch.setenv("LESSONS_CLASS_URL", "http://127.0.0.1:9/services/class/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token")
    session_log().append(event_of("text-explorer", Done()))
    show_graded("week_1").submit(answer(right()))
    assert right() in next(tmp_path.rglob("unsent/*")).read_text("utf-8")
    learner = graded_learner("ann", read_home(tmp_path), load_bank(), utc_now())
    assert (learner.status, learner.problems) == ("read", ())


def test_an_answer_says_which_revision_was_answered(tmp_path: Path) -> None:
    server, bodies = Server(), list[Any]()

    def kept(name: str, body: bytes | None = None) -> Page:
        bodies.append(msgspec.json.decode(body) if body else {})
        return server(name, body)

    here = RemoteSession("week_1", kept, Outbox(tmp_path))
    here.submit(QuizAction("start"))
    here.submit(QuizAction("go", to=1 + QUIZ.questions.index(SINGLE)))
    here.submit(QuizAction("answer", question=SINGLE.id, letters=(right(),), number="\udc80"))
    assert bodies[-1]["revision"] == SINGLE.revision


def test_going_on_needs_the_server_and_says_so(tmp_path: Path) -> None:
    server = Server()
    here = session(server, tmp_path)
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    server, shown = Server(), queue.Queue[Page]()
    here = session(server, tmp_path)
    here.on_page = shown.put
    here.submit(QuizAction("start"))
    server.is_down = True
    assert KEPT_HERE in here.submit(answer(right()))["notices"][0]
    server.is_down = False
    page = shown.get(timeout=30)
    assert (page["reply"]["text"], page["notices"]) == ("Answer saved.", [])
    assert server.answers == [right()]


def test_an_answer_does_not_wait_for_a_request_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "LONGEST_S", remote.TIMEOUT_S + 0.01)
    server, is_free, shown = Server(), threading.Event(), queue.Queue[Page]()

    def hangs(name: str, body: bytes | None = None) -> Page:
        is_free.wait(30)
        return server(name, body)

    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    here = RemoteSession("week_1", hangs, Outbox(tmp_path))
    here.on_page = shown.put
    first = threading.Thread(target=here.page)
    first.start()
    assert KEPT_HERE in here.submit(answer(right()))["text"]
    is_free.set()
    first.join()
    while not server.answers:
        shown.get(timeout=30)
    assert server.answers == [right()]
