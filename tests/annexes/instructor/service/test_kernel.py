"""A learner's kernel and the service: what one sends, the other counts and collects."""

import asyncio
from pathlib import Path

import pytest

from lessons_lib.annexes.instructor.collect.homes import DEFAULT_DATA, read_home
from lessons_lib.annexes.instructor.collect.learner import graded_learner
from lessons_lib.annexes.instructor.service.live.room import HOLDS_S, Command
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.record.kinds import Done, event_of
from lessons_lib.classroom.record.log import session_log
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.remote import (
    LIVE,
    OPENED,
    TIMEOUT_S,
    HttpLine,
    Outbox,
    RemoteSession,
    show_graded,
)
from tests.annexes.instructor.service.served_class import serving
from tests.annexes.instructor.service.test_graded import OPENS, SINGLE, right
from tests.annexes.instructor.service.test_live_room import LATER


@pytest.mark.anyio
async def test_a_kernel_s_answer_to_a_graded_quiz_counts(store: ClassStore, tmp_path: Path) -> None:
    async with serving(store, lambda: OPENS) as client:
        line = HttpLine(client.served.url, "ann's")
        session = RemoteSession("graded/week_1", line, Outbox(tmp_path / "unsent"))
        assert (await asyncio.to_thread(session.page))["button"] == "Begin"
        action = QuizAction("answer", question=SINGLE.id, letters=(right(),))
        page = await asyncio.to_thread(session.submit, action)
    assert page["reply"]["text"] == "Answer saved."
    assert [one.payload["letters"] for one in store.events("ann")] == [[right()]]


@pytest.mark.anyio
async def test_a_kernel_waits_for_a_live_question_and_answers_it(
    store: ClassStore, tmp_path: Path
) -> None:
    async with serving(store, lambda: LATER) as client:
        line = HttpLine(client.served.url, "ann's")
        session = RemoteSession(LIVE, line, Outbox(tmp_path / "unsent"))
        await asyncio.to_thread(session.page)
        waiting = asyncio.create_task(asyncio.to_thread(session.next_page))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await client.served.room.lead("ada", Command("open", question=SINGLE.id))
        page = await waiting
        assert page
        assert page["reply"]["text"] == OPENED
        action = QuizAction("answer", question=page["question"]["id"], letters=(right(),))
        page = await asyncio.to_thread(session.submit, action)
        assert page["reply"]["text"] == "Answer saved."
        assert await asyncio.to_thread(session.next_page) is None
    assert [one.payload["letters"] for one in store.events("ann")] == [[right()]]


def test_the_server_answers_long_requests_before_the_card_gives_up() -> None:
    assert HOLDS_S + 0.5 <= TIMEOUT_S


def test_graded_answers_are_no_problem_for_the_record_of_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / DEFAULT_DATA))
    monkeypatch.setenv("LESSONS_CLASS_URL", "http://127.0.0.1:9/services/class/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "token")
    session_log().append(event_of("text-explorer", Done()))
    card = show_graded("week_1")
    card.submit(QuizAction("answer", question=SINGLE.id, letters=(right(),)))
    card.close()
    assert right() in next(tmp_path.rglob("unsent/*")).read_text("utf-8")
    learner = graded_learner("ann", read_home(tmp_path), load_bank(), utc_now())
    assert (learner.status, learner.problems) == ("read", ())
