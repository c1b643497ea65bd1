"""A quiz without a browser: actions and the pages that follow."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.question import NumberQuestion
from lessons_lib.classroom.quiz.variants import variant_for
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from lessons_lib.classroom.sessions.page import LearnerRecord
from lessons_lib.classroom.sessions.question_page import stored_questions
from lessons_lib.classroom.sessions.quiz_run import QuizSession
from tests.classroom.sessions.actions import act, ada, quiz_session
from tests.classroom.sessions.small_bank import SECRETS, SMALL_BANK, quiz_of, single


def test_a_fresh_page_has_nothing_that_must_be_earned() -> None:
    page = quiz_session(SMALL_BANK, "01").page()
    assert (page["number"], page["of"], page["back"], page["next"]) == (1, 3, "", "Next")
    assert (page["note"], page["standings"]) == ("3 of 3 left here", ["open"] * 3)
    assert page["question"]["stem_html"] == "<p>The stem of one?</p>"
    assert page["question"]["key"] is None
    assert not [secret for secret in SECRETS if secret in json.dumps(page)]


def test_the_stored_form_lists_stems_and_options_and_nothing_that_must_be_earned() -> None:
    stored = quiz_session(SMALL_BANK, "01").stored
    no_math = "tex2jax_ignore mathjax_ignore"  # "$2 or $3" is no formula
    assert stored.startswith(f'<ol><li class="{no_math}"><p>The stem of one?</p><ol')
    assert stored.count("<li><p>Option ") == 8 and "(Answer: ms)" in stored
    assert not [secret for secret in SECRETS if secret in stored]


def test_the_stored_form_has_the_first_variants_numbers_for_everyone_and_escapes_markup() -> None:
    stem, variants = "Is ${a} < 9 <b>?", ({"a": 3}, {"a": 4})
    asked = single("rows", stem=stem, variants=variants)
    quiz = quiz_of("05_rows", asked)
    assert "<p>Is 3 &lt; 9 &lt;b&gt;?</p>" in stored_questions(quiz)


def test_a_wrong_answer_may_be_changed_and_opens_the_solution() -> None:
    page = act(quiz_session(SMALL_BANK, "01"), "answer", letters=["A"])
    assert page["reply"]["text"] == "Not right. Change your answer and submit it again."
    assert page["note"] == "2 of 3 left here"
    assert (page["question"]["key"], page["question"]["may_open_solution"]) == (None, True)


def test_a_right_answer_reveals_the_key_but_not_the_solution() -> None:
    page = act(quiz_session(SMALL_BANK, "01"), "answer", letters=["B"])
    assert page["question"]["key"] == {"letters": ["B"], "number": ""}
    assert page["question"]["solution"] is None
    assert page["reply"]["text"] == "Right."


def test_the_solution_opens_after_an_attempt_and_reveals_everything() -> None:
    session = quiz_session(SMALL_BANK, "01")
    assert act(session, "solution")["question"]["solution"] is None
    act(session, "answer", letters=["A"])
    question = act(session, "solution")["question"]
    assert question["solution"] == {
        "steps": [{"title_html": "Do", "html": "<p>step-one</p>"}],
        "final_html": "<p>final-one</p>",
        "check_html": "<p>check-one</p>",
        "mistakes_html": ["mistake-one"],
    }
    assert question["key"]["letters"] == ["B"]


@pytest.mark.parametrize(
    ("number", "given", "message"),
    [(1, {"letters": ["Z"]}, "got Z"), (3, {"number": "twenty"}, "got 'twenty'")],
)
def test_an_invalid_answer_is_explained_and_not_an_attempt(
    number: int, given: dict[str, object], message: str
) -> None:
    session = quiz_session(SMALL_BANK, "01")
    act(session, "go", to=number)
    page = act(session, "answer", **given)
    assert page["reply"]["what"] == "problem"
    assert message in page["reply"]["text"]
    assert page["question"]["attempts"] == 0


def test_a_number_is_accepted_with_its_unit_and_the_key_shows_it() -> None:
    session = quiz_session(SMALL_BANK, "01")
    act(session, "go", to=3)
    question = act(session, "answer", number=" 20 ms ")["question"]
    assert question["standing"] == "right"
    assert question["given"]["number"] == question["key"]["number"] == "20 ms"


def test_an_action_for_another_question_is_skipped() -> None:
    page = act(quiz_session(SMALL_BANK, "01"), "answer", letters=["A"], question="some")
    assert page["question"]["attempts"] == 0


@pytest.mark.parametrize("name", ["02", "03"])  # without feedback; a survey, which has no key
def test_a_quiz_without_feedback_only_says_that_it_saved(name: str) -> None:
    session = quiz_session(SMALL_BANK, name)
    question = act(session, "answer", letters=["B"])["question"]
    assert (question["verdict"]["sentence"], question["standing"]) == ("Answer saved.", "answered")
    review = act(session, "review")
    assert review["summary"].endswith(" answered.")
    assert review["reading"] == []


def test_the_review_counts_first_attempts_and_lists_what_to_read() -> None:
    session = quiz_session(SMALL_BANK, "01")
    act(session, "answer", letters=["A"])
    act(session, "answer", letters=["B"])
    act(session, "next")
    act(session, "answer", letters=["B"])
    act(session, "next")
    review = act(session, "next")
    assert review["view"] == "review"
    assert review["summary"] == "1 of 3 right, 0 on the first try. 1 not answered yet."
    assert [one["standing"] for one in review["questions"]] == ["right", "wrong", "open"]
    (reading,) = review["reading"]
    assert reading["file"] + reading["fragment"] == "06_batch_inference.ipynb#cell-id=prose-1"
    assert (reading["title"], reading["numbers"]) == ("6. Batch inference", [2])
    assert act(session, "go", to=2)["number"] == 2


@pytest.fixture
def missed_two() -> QuizSession:
    """The review of a quiz whose first two questions were answered wrong, the third correctly."""
    session = quiz_session(SMALL_BANK, "01")
    for answer in ({"letters": ["A"]}, {"letters": ["B"]}, {"number": "20"}):
        act(session, "answer", **answer)
        act(session, "next")
    return session


def test_the_review_asks_only_what_was_missed_and_as_if_new(missed_two: QuizSession) -> None:
    assert missed_two.page()["again"] == "Repeat the missed questions"
    page = act(missed_two, "missed")
    assert (page["question"]["id"], page["number"], page["of"]) == ("one", 1, 2)
    assert (page["question"]["given"]["letters"], page["question"]["attempts"]) == ([], 0)
    assert not [secret for secret in SECRETS if secret in json.dumps(page)]
    assert act(missed_two, "answer", letters=["B"])["question"]["standing"] == "right"
    assert act(missed_two, "next")["question"]["id"] == "some"
    review = act(missed_two, "next")
    assert review["summary"] == "2 of 3 right, 1 on the first try."
    assert review["again"] == "Repeat the missed question"


def test_asking_again_can_be_left_for_the_review(missed_two: QuizSession) -> None:
    doors = act(missed_two, "missed")["doors"]
    assert [one["do"] for one in doors] == ["review"]
    assert act(missed_two, "review")["view"] == "review"
    assert act(missed_two, "go", to=1)["question"]["given"]["letters"] == ["A"]


def test_without_misses_or_feedback_nothing_is_asked_again() -> None:
    fresh, silent = (quiz_session(SMALL_BANK, name) for name in ("01", "02"))
    act(silent, "answer", letters=["A"])
    for session in (fresh, silent):
        assert act(session, "review")["again"] == ""
        assert act(session, "missed")["view"] == "review"


def test_showing_a_quiz_writes_nothing() -> None:
    log = InMemoryLog()
    quiz_session(SMALL_BANK, "01", log).page()
    assert list(log.events()) == []


def test_two_kernels_of_one_learner_see_each_others_actions() -> None:
    log = InMemoryLog()
    one, other = quiz_session(SMALL_BANK, "01", log), quiz_session(SMALL_BANK, "01", log)
    act(one, "answer", letters=["A"])
    assert act(other, "answer", letters=["C"])["question"]["attempts"] == 2
    act(one, "hint")
    assert act(other, "hint")["reply"]["text"] == "Hint 2 of 2:"


def test_a_retry_keeps_the_variant_even_under_another_name() -> None:
    rows = tuple({"n": n} for n in range(20))
    figure = SMALL_BANK.question("figure")
    assert isinstance(figure, NumberQuestion)
    varied = structs.replace(figure, stem="How many are ${n}?", variants=rows)
    quiz = structs.replace(SMALL_BANK.quiz("01"), questions=(varied,))
    log = InMemoryLog()
    session = QuizSession(quiz, ada(log))
    stem = session.page()["question"]["stem_html"]
    assert stem == f"<p>How many are {variant_for(varied, 'ada')}?</p>"
    assert act(session, "answer", number="3")["question"]["stem_html"] == stem
    moved = QuizSession(quiz, LearnerRecord(log, "another name"))
    assert moved.page()["question"]["stem_html"] == stem


def test_a_record_is_reported_until_it_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "record").write_text("a file in place of the folder")
    session = quiz_session(SMALL_BANK, "01", JsonlEventLog(tmp_path / "record"))
    page = act(session, "answer", letters=["A"])
    assert page["reply"]["text"].startswith("Not right.")
    assert page["notices"][0].startswith("Your answers cannot be saved")
    (tmp_path / "record").unlink()
    assert act(session, "answer", letters=["B"])["notices"] == []


def test_an_answer_reads_the_record_once_and_appends_once() -> None:
    class CountingLog(InMemoryLog):
        reads = 0

        def events(self, kind: str | None = None) -> Iterator[Event]:
            self.reads += 1
            return super().events(kind)

    log = CountingLog()
    session = quiz_session(SMALL_BANK, "01", log)
    before = log.reads
    assert act(session, "answer", letters=["B"])["question"]["standing"] == "right"
    assert (log.reads - before, len(list(log.events()))) == (1, 1)


def test_a_card_of_one_question_has_no_review() -> None:
    quiz = SMALL_BANK.quiz("01")
    page = QuizSession(structs.replace(quiz, questions=quiz.questions[:1]), ada()).page()
    assert (page["of"], page["back"], page["next"], page["note"]) == (1, "", "", "")
