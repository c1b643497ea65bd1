"""The learner's half: nothing is lost while the server is away, and nothing arrives twice."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

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
from tests.support.class_stub import REVISION, ClassStub, Holder, answer

WEEK_1, WEEK_2 = "graded/week_1", "graded/week_2"


def session(server: ClassStub, home: Path) -> RemoteSession:
    return RemoteSession(WEEK_1, server, Outbox(home))


def test_answers_wait_while_the_server_is_down_and_arrive_once_in_order(tmp_path: Path) -> None:
    server = ClassStub()
    here = session(server, tmp_path)
    before = here.submit(QuizAction("start"))
    server.is_down = True
    for letter in ("B", "A"):
        page = here.submit(answer(letter))
        assert page["question"] == before["question"]
        assert KEPT_HERE in page["notices"][0]
    server.is_down = False
    page = session(server, tmp_path).page()  # another kernel
    assert page["question"]["given"]["letters"] == ["A"]
    assert session(server, tmp_path).page()["notices"] == []
    assert server.letters == ["B", "A"]


def test_an_action_follows_the_answers_that_waited(tmp_path: Path) -> None:
    server = ClassStub()
    here = session(server, tmp_path)
    here.page()
    server.is_down = True
    here.submit(answer("A"))
    server.is_down = False
    assert here.submit(QuizAction("review"))["view"] == "review"
    assert server.letters == ["A"]


def test_an_answer_whose_reply_was_lost_counts_once(tmp_path: Path) -> None:
    server = ClassStub()
    here = session(server, tmp_path)
    here.submit(QuizAction("start"))
    server.loses_replies = True
    assert KEPT_HERE in here.submit(answer("A"))["notices"][0]
    server.loses_replies = False
    session(server, tmp_path).page()
    assert server.letters == ["A"]


def test_what_is_refused_for_good_is_said_and_does_not_stop_what_follows(tmp_path: Path) -> None:
    server = ClassStub()
    server.refused = {"x": 400}
    here = session(server, tmp_path)
    reply = here.submit(answer("A", number="x"))["reply"]
    assert reply == {"what": "problem", "text": "It is refused."}
    here.submit(answer("A"))
    assert server.letters == ["A"]
    assert here.page()["notices"] == []


@pytest.mark.parametrize("status", [404, 423])
def test_an_answer_waits_for_its_quiz_and_others_go_on(tmp_path: Path, status: int) -> None:
    server = ClassStub()
    server.refused[WEEK_2] = status
    other, card = RemoteSession(WEEK_2, server, Outbox(tmp_path)), Holder()
    other.follow(lambda: card)  # type: ignore[arg-type,return-value]
    assert other.submit(answer("B"))["text"] == f"It is refused. {KEPT_HERE}"
    assert other._asking.is_alive()  # since something waits, it is asked again
    card.close()
    session(server, tmp_path).submit(answer("A"))
    assert server.answers == [(WEEK_1, "A")]
    del server.refused[WEEK_2]
    RemoteSession(WEEK_2, server, Outbox(tmp_path)).page()
    assert server.answers == [(WEEK_1, "A"), (WEEK_2, "B")]


@pytest.mark.parametrize(("status", "is_asked_again"), [(404, False), (423, True)])
def test_a_quiz_that_the_class_does_not_have_is_not_asked_again(
    tmp_path: Path, status: int, *, is_asked_again: bool
) -> None:
    server, card = ClassStub(), Holder()
    server.refused[WEEK_1] = status
    here = session(server, tmp_path)
    here.page()
    here.follow(lambda: card)  # type: ignore[arg-type,return-value]
    assert here._asking.is_alive() == is_asked_again
    card.close()


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
            line(WEEK_1, b"{}")
    assert not raised.value.is_final
    assert _Elsewhere.came == ["/api/graded/week_1"]


def test_what_has_arrived_is_not_in_the_home_any_more(tmp_path: Path) -> None:
    server = ClassStub()
    server.is_down = True
    session(server, tmp_path).submit(answer("B"))
    (waiting,) = tmp_path.iterdir()
    assert waiting.stat().st_mode & 0o077 == 0
    server.is_down = False
    session(server, tmp_path).submit(answer("A"))
    assert list(tmp_path.iterdir()) == []


def test_an_answer_cut_off_by_a_killed_kernel_hides_no_other(tmp_path: Path) -> None:
    server = ClassStub()
    server.is_down = True
    for letter in ("B", "A"):
        session(server, tmp_path).submit(answer(letter))
    first = min(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:-1])
    server.is_down = False
    session(server, tmp_path).page()
    assert server.letters == ["A"]


def test_an_answer_that_cannot_be_kept_is_sent_at_once_or_not_called_kept(tmp_path: Path) -> None:
    (tmp_path / "full").touch()
    server = ClassStub()
    here = session(server, tmp_path / "full")
    assert here.submit(answer("A"))["reply"]["text"] == "Answer saved."
    server.is_down = True
    assert here.submit(answer("B"))["notices"] == ["The class's server can't be reached."]
    assert server.letters == ["A"]


def test_an_answer_says_which_revision_was_answered(tmp_path: Path) -> None:
    server = ClassStub()
    here = session(server, tmp_path)
    here.page()
    here.submit(answer("A", number="\udc80"))
    assert server.bodies[-1]["revision"] == REVISION


def test_going_on_needs_the_server_and_says_so(tmp_path: Path) -> None:
    server = ClassStub()
    here = session(server, tmp_path)
    here.submit(QuizAction("start"))
    server.is_down = True
    page = here.submit(QuizAction("next"))
    assert page["notices"] == ["The class's server can't be reached."]
    assert page["number"] == 1


def test_nobody_at_the_address_is_said_in_a_sentence() -> None:
    with pytest.raises(UnreachedError, match="can't be reached") as raised:
        HttpLine("http://127.0.0.1:9/services/class/", "token")(WEEK_1)
    assert not raised.value.is_final


def test_outside_a_class_it_says_where_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSONS_CLASS_URL", raising=False)
    assert "hub of your class" in show_graded("week_1").page["text"]


def test_the_card_shows_what_the_server_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    server, card = ClassStub(), Holder()
    here = session(server, tmp_path)
    here.follow(lambda: card)  # type: ignore[arg-type,return-value]
    server.is_down = True
    assert KEPT_HERE in here.submit(answer("A"))["text"]
    server.is_down = False
    here._asking.join(30)
    (page,) = card.pages
    assert (page["reply"]["text"], page["notices"]) == ("Answer saved.", [])
    assert server.letters == ["A"]


def test_an_answer_does_not_wait_for_a_request_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "LONGEST_S", remote.TIMEOUT_S + 0.01)
    monkeypatch.setattr(remote, "AGAIN_S", (0.01,))
    server, is_free, card = ClassStub(), threading.Event(), Holder()

    def hangs(name: str, body: bytes | None = None, *, seen: str = "") -> Page:
        is_free.wait(30)
        return server(name, body)

    here = RemoteSession(WEEK_1, hangs, Outbox(tmp_path))
    here.follow(lambda: card)  # type: ignore[arg-type,return-value]
    first = threading.Thread(target=here.page)
    first.start()
    while not here._turn.locked():
        pass
    assert KEPT_HERE in here.submit(answer("A"))["text"]
    is_free.set()
    first.join()
    here._asking.join(30)
    assert server.letters == ["A"]
    assert card.pages[-1]["question"]["given"]["letters"] == ["A"]
