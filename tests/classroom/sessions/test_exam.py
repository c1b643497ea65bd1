"""The test: started, resumed, ended, judged, and repeated."""

import re
import shutil
from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.course import COURSE_VARIABLE, source_folder
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import rule_text
from lessons_lib.classroom.record.log import InMemoryLog
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.page import Page
from tests.classroom.sessions.actions import act, ada
from tests.classroom.sessions.small_bank import SMALL_BANK


def session_of(bank: QuizBank, log: InMemoryLog | None = None) -> ExamSession:
    return ExamSession(bank, ada(log), lambda: 2)


def started(bank: QuizBank, log: InMemoryLog | None = None) -> ExamSession:
    session = session_of(bank, log)
    act(session, "start")
    return session


def answer_all(session: ExamSession, right: int) -> None:
    for index in range(10):
        act(session, "go", to=index + 1)
        letters, number = (["B"], "20") if index < right else (["A"], "1")
        act(session, "answer", letters=letters, number=number)


def end(session: ExamSession) -> Page:
    act(session, "review")
    return act(session, "end")


def test_it_can_be_resumed_and_answers_can_be_changed() -> None:
    log = InMemoryLog()
    session = started(SMALL_BANK, log)
    act(session, "answer", letters=["A"], number="1")
    page = act(session, "next")
    resumed = session_of(SMALL_BANK, log)
    assert resumed.page()["question"] == page["question"]
    assert act(resumed, "back")["question"]["given"]["letters"] == ["A"]
    assert act(resumed, "answer", letters=["B"])["question"]["given"]["letters"] == ["B"]


def test_before_the_end_it_counts_the_questions_without_an_answer() -> None:
    session = started(SMALL_BANK)
    act(session, "answer", letters=["B"], number="20")
    page = act(session, "review")
    assert page["view"] == "check"
    assert page["summary"] == "9 questions have no answer yet and would count as wrong."


def test_turning_the_page_saves_the_answer_on_it() -> None:
    session = started(SMALL_BANK)
    for _ in range(10):
        page = act(session, "next", letters=["B"], number="20")
    assert page["summary"] == "All questions are answered. End the test to see the verdict."
    act(session, "go", to=2)
    first = act(session, "back", letters=["A"], number="1")["question"]
    assert first["attempts"] == 1
    assert act(session, "next")["question"]["attempts"] == 2


def test_an_invalid_answer_keeps_the_page_and_is_explained() -> None:
    session = started(SMALL_BANK)
    turn = session.page()["turn"]
    page = act(session, "next", letters=["Z"], number="many")
    assert (page["reply"]["what"], page["turn"]) == ("problem", turn)
    assert act(session, "review")["summary"].startswith("10 questions have no answer yet")


def test_it_can_only_be_ended_on_the_last_page() -> None:
    session = started(SMALL_BANK)
    assert act(session, "end")["view"] == "question"


def test_the_verdict_comes_with_the_rule_charts_reading_and_review() -> None:
    log = InMemoryLog()
    session = started(SMALL_BANK, log)
    answer_all(session, right=8)
    page = end(session)
    assert (page["view"], page["level"], page["rule"]) == ("result", "strong", rule_text())
    assert page["summary"].startswith("8 of 10 right.")
    by_subject, by_difficulty = page["charts"]
    assert by_subject["rows"] == [{"name": "Calls and shapes", "right": 8, "of": 10}]
    assert [row["of"] for row in by_difficulty["rows"]] == [4, 3, 3]
    assert page["reading"][0]["numbers"] == [9, 10]
    assert page["following"][0]["file"] == "10_latency_and_throughput.ipynb"
    reviewed = act(session, "go", to=9)["question"]
    assert reviewed["is_over"]
    assert reviewed["verdict"]["sentence"] == "Not right."
    assert reviewed["solution"] is not None
    assert session_of(SMALL_BANK, log).page()["view"] == "result"


def test_an_ended_test_accepts_no_more_answers() -> None:
    log = InMemoryLog()
    session = started(SMALL_BANK, log)
    end(session)
    before = list(log.events())
    act(session, "go", to=1)
    page = act(session, "answer", letters=["B"], number="20")
    assert page["question"]["attempts"] == 0
    assert list(log.events()) == before


def test_a_bank_that_is_too_small_is_reported_on_the_page() -> None:
    session = session_of(QuizBank((SMALL_BANK.quiz("01"),)))
    page = act(session, "start")
    assert page["view"] == "start"
    assert "A test needs 4 easy questions" in page["problem"]


def test_a_session_in_another_kernel_continues_the_same_test() -> None:
    log = InMemoryLog()
    one, other = session_of(SMALL_BANK, log), session_of(SMALL_BANK, log)
    act(one, "start")
    act(other, "start")
    assert one.page()["turn"] == other.page()["turn"]
    end(one)
    assert act(other, "next")["view"] == "result"


def test_a_second_verdict_stands_beside_the_first() -> None:
    session = started(SMALL_BANK)
    answer_all(session, right=1)
    first = end(session)
    assert len(first["charts"]) == 2
    act(session, "start")
    answer_all(session, right=10)
    second = end(session)
    assert second["summary"].startswith("10 of 10 right, compared with 1 in the previous test.")
    chart = second["charts"][0]
    assert chart["title"] == "Your tests: 1 → 10 of 10"
    assert [row["right"] for row in chart["rows"]] == [1, 10]
    assert [row["name"].split(": ")[1] for row in chart["rows"]] == ["not yet", "strong"]


def test_five_more_questions_leave_the_level_named_first() -> None:
    log = InMemoryLog()
    session = started(SMALL_BANK, log)
    assert act(session, "more")["view"] == "question"  # too early: nothing happens
    answer_all(session, right=8)
    first = end(session)
    assert first["heading"] == "Your verdict: strong, perhaps developing"
    assert first["doors"] == [{"do": "more", "text": "Answer five more questions"}]
    assert act(session, "more")["of"] == 5
    assert act(session_of(SMALL_BANK, log), "next")["number"] == 2  # it can be resumed
    for _ in range(5):
        act(session, "next", letters=["B"], number="20")
    page = end(session)
    assert (page["heading"], page["level"]) == (first["heading"], "strong")
    assert page["summary"].startswith("8 of 10 right. You also got 5 of 5 more questions right")
    assert (page["doors"], len(page["questions"])) == ([], 15)
    assert act(session, "more")["view"] == "result"


def test_an_unfinished_test_says_which_questions_it_leaves_out() -> None:
    log = InMemoryLog()
    session = started(SMALL_BANK, log)
    answer_all(session, right=10)
    gone = act(session, "go", to=1)["question"]["id"]
    quizzes = tuple(
        structs.replace(quiz, questions=tuple(one for one in quiz.questions if one.id != gone))
        for quiz in SMALL_BANK.quizzes
    )
    resumed = session_of(QuizBank(quizzes), log)
    page = resumed.page()
    assert page["of"] == 9
    assert page["note"] == "1 question has changed since you started, so only the other 9 count."
    result = end(resumed)
    assert result["summary"].startswith("9 of 9 right.")
    assert page["note"] in result["summary"]


def test_a_test_of_one_question_can_be_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks" / "source"
    folder.mkdir(parents=True)
    plan = shutil.copy(source_folder() / "course.yaml", folder)
    text = re.sub(r"\n  more:(\n    .*)+", "", Path(plan).read_text("utf-8"))
    text = re.sub(r"draws: .*", "draws: {easy: 1}", text)
    text = re.sub(r"(strong|developing)_from: .*", r"\1_from: 1", text)
    Path(plan).write_text(re.sub(r"\n  (subjects|titles):(\n    .*)+", "", text), "utf-8")
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path))
    session = started(SMALL_BANK)
    assert session.page()["next"] == "Check and finish"
    act(session, "next", letters=["B"])
    assert act(session, "end")["summary"].startswith("1 of 1 right.")
