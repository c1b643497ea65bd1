"""A question as one learner sees it: with a row of its variants, or their own figures."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.progress import summarise
from lessons_lib.classroom.quiz.question import (
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.regrade import answer_event, verdict_on
from lessons_lib.classroom.quiz.variants import (
    PersonalQuestion,
    figures_for,
    filled_from,
    filled_with,
    personalize,
    rounded,
    variant_for,
)
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.kinds import Answer, payloads


def test_the_row_of_a_learner_never_changes(single: SingleQuestion) -> None:
    assert [variant_for(single, name) for name in ("ada", "grace", "tim")] == [0, 0, 1]


def test_rows_are_distributed_evenly_among_learners(single: SingleQuestion) -> None:
    counts = Counter(variant_for(single, f"learner-{number}") for number in range(2000))
    assert set(counts) == {0, 1}
    assert abs(counts[0] - 1000) < 5 * math.sqrt(500)


def test_a_row_shown_before_is_kept_and_a_removed_one_replaced(single: SingleQuestion) -> None:
    rows = [personalize(single, "ada", variant=row).variant for row in (0, 1, 7, -1)]
    assert rows == [0, 1, 0, 0]


def test_a_question_without_rows_does_not_change(several: SeveralQuestion) -> None:
    personal = personalize(several, "ada", variant=3)
    assert (personal.question, personal.variant) == (several, None)


def test_a_question_is_filled_only_from_an_existing_row(
    single: SingleQuestion, several: SeveralQuestion
) -> None:
    assert filled_from(several, None) is several
    assert filled_from(single, 1) is not None
    assert (filled_from(several, 0), filled_from(single, None)) == (None, None)
    assert filled_from(single, 2) is None


QUIZ = "10_latency_and_throughput"
RATIO = "own-tail-ratio"
MEASURED = {"p50_ms": 0.0123456, "p99_ms": 0.0456789, "something_else": 7.0}
SHOWN = (("p50_ms", 0.0123), ("p99_ms", 0.0457))


@pytest.fixture(scope="module")
def course() -> QuizBank:
    return load_bank(Path(__file__).parents[3] / "quizzes")


@pytest.fixture(scope="module")
def ratio(course: QuizBank) -> NumberQuestion:
    question = course.question(RATIO)
    assert isinstance(question, NumberQuestion)
    return question


def own(question: Question, measured: Mapping[str, object] = MEASURED) -> PersonalQuestion:
    return personalize(question, "ada", measured=measured)


def key(personal: PersonalQuestion) -> float:
    question = personal.question
    assert isinstance(question, NumberQuestion)
    assert question.answer is not None
    return float(question.answer.value)


def answered(personal: PersonalQuestion, number: str) -> Event:
    return answer_event(personal, Response(number=number), QUIZ)


def regraded(course: QuizBank, event: Event) -> bool | None:
    """Grade an event as the hub does: by the bank, from what the record holds."""
    ((_, answer),) = payloads([msgspec.json.decode(msgspec.json.encode(event), type=Event)], Answer)
    verdict = verdict_on(course, event.subject, answer)
    return None if verdict is None else verdict.is_right


def test_the_answer_follows_from_the_figures_as_they_are_shown(ratio: NumberQuestion) -> None:
    personal = own(ratio)
    assert personal.question.stem.startswith("Your own measurement: ")
    assert (personal.variant, personal.figures) == (None, SHOWN)
    assert key(personal) == rounded(0.0457 / 0.0123)
    assert grade(own(ratio).question, Response(number="3.7")).is_right
    assert not grade(own(ratio).question, Response(number="3")).is_right


@pytest.mark.parametrize(
    "bad",
    [0, 0.0, -1.0, math.nan, math.inf, 1e-9, 1e12, 10**400, None, "0.05", True, np.float64(0.05)],
    ids=repr,
)
def test_with_an_unusable_figure_a_variant_is_asked(ratio: NumberQuestion, bad: object) -> None:
    personal = own(ratio, MEASURED | {"p99_ms": bad})
    assert personal == personalize(ratio, "ada")
    assert not personal.question.stem.startswith("Your own measurement")


def test_a_variant_is_asked_if_figures_are_missing_or_do_not_fit(ratio: NumberQuestion) -> None:
    old = {"p50_ms": 0.0123, "p90_ms": 0.02}  # the figures of an earlier version
    for measured in ({"p50_ms": 0.01}, {}, {"p50_ms": 2.0, "p99_ms": 2.0}, old):
        assert own(ratio, measured) == personalize(ratio, "ada")
    assert filled_with(ratio, tuple(old.items())) is None


def test_figures_are_used_only_by_a_tagged_question_with_the_columns_of_its_formula(
    course: QuizBank, ratio: NumberQuestion
) -> None:
    renamed = tuple({**row, "more": 1} for row in ratio.variants)
    for other in (
        structs.replace(ratio, tags=()),
        structs.replace(ratio, id="own-unknown"),
        structs.replace(ratio, variants=renamed),
        structs.replace(ratio, variants=()),
        course.question("passes-of-an-archive"),
    ):
        assert figures_for(other, MEASURED) == ()


def test_rounding_twice_changes_nothing_and_a_batch_size_stays_exact() -> None:
    for value in (0.0123456, 84321.7, 84321, 812345, 1024, 1024.0, 1e9 / 7, 0.2):
        assert rounded(rounded(value)) == rounded(value)
    assert (rounded(1024.0), rounded(812345), rounded(0.0123456)) == (1024, 812000, 0.0123)


def test_the_record_keeps_the_figures_and_not_the_answer(ratio: NumberQuestion) -> None:
    payload = answered(own(ratio), "3.7").payload
    assert json.loads(json.dumps(payload["figures"])) == [["p50_ms", 0.0123], ["p99_ms", 0.0457]]
    assert payload["variant"] is None
    assert "3.72" not in json.dumps(payload)


@pytest.mark.parametrize(("number", "is_right"), [("3.7", True), ("2.5", False)])
def test_grading_again_computes_the_answer_from_the_recorded_figures(
    course: QuizBank, ratio: NumberQuestion, number: str, is_right: bool
) -> None:
    event = answered(own(ratio), number)
    assert regraded(course, event) is is_right
    progress = {one.id: one for one in summarise([event], course).questions}[RATIO]
    assert (progress.attempts, progress.right_last) == (1, is_right)


@pytest.mark.parametrize(
    "figures",
    [
        [["p50_ms", 0.0123456], ["p99_ms", 0.0456789]],  # never shown like this
        [["p50_ms", 0.0123]],
        [["p99_ms", 0.0457], ["p50_ms", 0.0123]],
        [["p50_ms", 0.0123], ["p99_ms", 0.0457], ["times", 3.7]],
        [["p50_ms", 0.0123], ["p99_ms", -0.0457]],
        [["p50_ms", 2], ["p99_ms", 2]],
    ],
)
def test_figures_that_no_card_has_shown_do_not_count(course: QuizBank, figures: Any) -> None:
    payload = {"number": "3.7", "revision": 1, "quiz": QUIZ, "figures": figures}
    assert regraded(course, new_event("answer", RATIO, payload)) is None


def test_figures_do_not_count_for_other_questions_or_together_with_a_row(course: QuizBank) -> None:
    figures = {"figures": [list(pair) for pair in SHOWN], "revision": 1, "quiz": QUIZ}
    plain = figures | {"letters": ["B"]}
    assert regraded(course, new_event("answer", "what-a-p99-says", plain)) is None
    both = figures | {"number": "3.7", "variant": 0}
    assert regraded(course, new_event("answer", RATIO, both)) is None


@pytest.mark.parametrize("figures", ["p50_ms", [["p50_ms"]], [[1, 2]], [["p", 1]] * 9, {"p": 1}])
def test_figures_of_another_type_make_an_answer_invalid(figures: Any) -> None:
    event = new_event("answer", RATIO, {"number": "1", "figures": figures})
    assert list(payloads([event], Answer)) == []
