"""A graded quiz: what a learner may know and do, before and after everybody has to stop."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import pytest
from msgspec import structs

from lessons_lib.annexes.instructor.service.graded import GradedRun, RequestRecord, Whereabouts
from lessons_lib.annexes.instructor.service.plan import ClassFolder, Plan
from lessons_lib.annexes.instructor.service.rules import GRACE, UNTIL_KEYS
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Question, Quiz
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction

OPENS = datetime(2026, 12, 1, 9, tzinfo=UTC)
DUE = datetime(2026, 12, 8, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)


TEACHES = {"feedback", "hints", "solution", "final_answer", "quick_check", "common_mistakes"}


def marked(node: Any, marks: Iterator[int], *, teaches: bool = False) -> Any:
    """Return a bank's data in which each text that tells a key is a mark of its own."""
    if isinstance(node, dict):
        return {
            key: marked(one, marks, teaches=teaches or key in TEACHES) if key != "value" else one
            for key, one in node.items()
        }
    if isinstance(node, list | tuple):
        return [marked(one, marks, teaches=teaches) for one in node]
    return f"Mark {next(marks)}." if teaches and isinstance(node, str) else node


PLAIN = msgspec.to_builtins(structs.replace(load_bank().quiz("06_batch_inference"), name="week_1"))
QUIZ = msgspec.convert(marked(PLAIN, count()), Quiz)
SINGLE = next(one for one in QUIZ.questions if one.kind == "single")


def class_of(**rules: object) -> ClassFolder:
    """Return a class with one quiz."""
    graded = {"quiz": "week_1", "opens": "2026-12-01 10:00", "due": "2026-12-08 18:00"} | rules
    plan = {"zone": "Europe/Vienna", "purpose": "Grades", "contact": "Ada", "graded": [graded]}
    plan |= {"delete_after": "2027-03-01"}
    return ClassFolder(msgspec.convert(plan, Plan), {"week_1": QUIZ})


class Learner:
    """A learner who goes to a question, answers it, and looks at the pages."""

    def __init__(self, name: str = "ann", **rules: object) -> None:
        self.now = OPENS + timedelta(hours=1)
        self.name, self.plan = name, class_of(**rules).plan
        self.events: list[Event] = []
        self.place: Whereabouts | None = None
        self.pages: list[Page] = []

    def quiz(self) -> GradedRun:
        """Return the quiz as a request finds it that arrives now."""
        self.record = RequestRecord(self.name, self.events, self.now, "from-the-card")
        return GradedRun(QUIZ, self.plan, self.record, self.place)

    def do(self, do: str, *, revision: int = 0, **fields: object) -> Page:
        self.pages.append(self.act(QuizAction(do, **fields), revision))  # type: ignore[arg-type]
        return self.pages[-1]

    def act(self, action: QuizAction, revision: int = 0) -> Page:
        quiz = self.quiz()
        page = quiz.submit(action, revision)
        self.events, self.place = self.record.events, (quiz.index, quiz.in_review)
        return page

    @property
    def answers(self) -> list[Event]:
        return [one for one in self.events if one.kind == "answer"]

    def answer(self, *letters: str, question: Question = SINGLE) -> Page:
        self.do("go", to=1 + QUIZ.questions.index(question))
        return self.do("answer", question=question.id, letters=letters)


def wrong(question: Question = SINGLE) -> str:
    assert isinstance(question, ChoiceQuestion)
    return next(letter for letter in question.options if letter not in (question.answer or ()))


def right(question: Question = SINGLE) -> str:
    return str(question.answer)


@pytest.mark.parametrize("rules", [{}, {"tries": 3}, {"tries": 3, "key": "when-final"}])
def test_no_page_tells_a_key_before_it_may_be_known(rules: dict[str, Any]) -> None:
    ann = Learner(**rules)
    for number, question in enumerate(QUIZ.questions, start=1):
        ann.do("go", to=number)
        if isinstance(question, ChoiceQuestion):
            ann.do("answer", question=question.id, letters=(wrong(question),))
        for action in ("hint", "solution", "review"):
            ann.do(action, question=question.id)
    told = json.dumps(ann.pages)
    assert re.findall(r"Mark \d+", told) == []
    ann.now = DUE + UNTIL_KEYS + SECOND
    told = json.dumps([ann.do("go", to=number) for number in range(1, len(QUIZ.questions) + 1)])
    assert len(set(re.findall(r"Mark \d+", told))) > 50


def test_with_tries_a_page_says_right_or_not_right_and_no_more() -> None:
    ann = Learner(tries=2)
    page = ann.answer(wrong())
    assert page["reply"]["text"] == "Not right."
    assert page["question"]["verdict"]["remarks"] == []
    page = ann.answer(right())
    assert page["question"]["standing"] == "right"
    assert page["question"]["key"] is None
    assert "already answered this question right" in ann.answer(wrong())["reply"]["text"]
    assert len(ann.answers) == 2


def test_homework_that_teaches_explains_a_question_that_is_final() -> None:
    ann = Learner(tries=1, key="when-final")
    page = ann.answer(wrong())
    assert page["question"]["key"]["letters"] == [right()]
    assert page["question"]["solution"]["steps"]
    assert "used all attempts" in ann.answer(right())["reply"]["text"]


def test_an_answer_has_two_minutes_more_than_the_page_says() -> None:
    ann = Learner()
    ann.now = DUE + GRACE
    page = ann.answer(right())
    assert page["reply"]["text"] == "Answer saved."
    assert "Closed on 2026-12-08, 18:00" in page["note"]
    ann.now += SECOND
    assert "closed" in ann.answer(wrong())["reply"]["text"]
    assert [one.time_utc for one in ann.answers] == [DUE + GRACE]


def test_nobody_sees_a_key_until_half_an_hour_after_the_last_learner_had_to_stop() -> None:
    bob = Learner("bob", extra_minutes={"ann": 30})
    bob.answer(wrong())
    bob.now = DUE + timedelta(minutes=60)
    page = bob.do("go", to=1)
    assert page["question"]["solution"] is None
    assert "Right answers are shown on 2026-12-08, 19:00" in page["note"]
    assert "closed" in bob.answer(right())["reply"]["text"]
    bob.now += SECOND
    page = bob.answer(right())
    assert page["question"]["solution"]["steps"]
    assert "shown" not in page["note"]


def test_the_review_counts_first_tries_once_keys_are_shown() -> None:
    ann = Learner()
    ann.answer(right())
    assert "first try" not in ann.do("review")["summary"]
    ann.now = DUE + UNTIL_KEYS + SECOND
    assert "1 on the first try" in ann.do("review")["summary"]


def test_before_it_opens_a_quiz_shows_no_question() -> None:
    ann = Learner()
    ann.now = OPENS - SECOND
    page = ann.do("go", to=1)
    assert "question" not in page
    assert (page["view"], page["button"]) == ("start", "")
    assert "2026-12-01, 10:00 (Europe/Vienna)" in page["problem"]


def test_before_the_first_answer_a_learner_reads_what_is_stored_and_why() -> None:
    ann = Learner()
    page = ann.quiz().page()
    told = " ".join(page["introduction"])
    for one in (ann.plan.purpose, ann.plan.contact, ann.plan.delete_after):
        assert one in told
    assert "question" not in page
    assert ann.do("start")["view"] == "question"
    assert ann.quiz().page()["view"] == "question"
    late = Learner("bob")
    late.now = DUE + SECOND
    assert late.quiz().page()["view"] == "question"


@pytest.mark.parametrize("rules", [{}, {"tries": 1}, {"tries": 2, "key": "when-final"}])
def test_the_rules_of_a_quiz_are_said_before_it(rules: dict[str, Any]) -> None:
    ann = Learner(**rules)
    _, said, *_ = ann.quiz().page()["introduction"]
    assert ("change your answers" in said) == (not rules)
    assert ("1 attempt " in said, "2 attempts" in said) == (
        rules.get("tries") == 1,
        rules.get("tries") == 2,
    )
    assert ("used your attempts" in said) == ("key" in rules)


def test_an_answer_to_a_text_that_was_revised_is_not_taken_for_one_to_the_new_text() -> None:
    ann = Learner()
    seen = ann.answer(right())["question"]["revision"]
    for revision, what in ((seen + 1, "problem"), (seen, "verdict"), (0, "verdict")):
        page = ann.do("answer", revision=revision, question=SINGLE.id, letters=(right(),))
        assert page["reply"]["what"] == what
    gone = ann.do("answer", revision=seen, question="renamed", letters=(right(),))
    assert gone["reply"]["what"] == "problem"
    assert len(ann.answers) == 3
