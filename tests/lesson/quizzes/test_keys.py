"""Every key that can be computed is computed, and every row of variants is consistent."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from lessons_lib.classroom.quiz.question import (
    PLACEHOLDER,
    ChoiceQuestion,
    NumberQuestion,
    Question,
    Row,
    strings_of,
)
from lessons_lib.lesson.lesson import OWN_FIGURES
from tests.lesson.quizzes import choices, concept, model, predictors, scale, texts, timing, writing
from tests.lesson.quizzes.answer_key import (
    answers_in,
    cases,
    course,
    ids_where,
    key_of,
    letters_of_true,
    unexplained_columns,
)

MODULES = (concept, texts, model, predictors, timing, scale, choices, writing)
COMPUTED = answers_in(MODULES)
NUMBERS = {name for name in COMPUTED if course().question(name).kind == "number"}
CHOICES = {*choices.CLAIMS, *COMPUTED} - NUMBERS
TOLERANCES: dict[str, dict[str, Any]] = {
    "epoch-to-keep": {"abs": 0.005},
    "loss-of-one-prediction": {"abs": 0.005},
    "how-much-too-small": {"abs": 0.005},
    "requests-inside-on-average": {"abs": 1},
    "own-half-saturation": {"rel": 0.05},
}
COLUMNS = {name: one for module in MODULES for name, one in getattr(module, "COLUMNS", {}).items()}
KEYS_BY_HAND = {  # of the questions that no test computes, read a second time
    "mode-of-a-guest-book": "A", "what-micro-batching-does": "D", "modes-of-three-tasks": "B",
    "price-of-a-batch": "B", "shape-of-raw-texts": "C", "why-hold-texts-out": "D",
    "what-a-mean-hides": "A", "copies-in-a-random-split": "C", "accuracy-on-an-archive": "B",
    "what-a-cosine-of-one-means": "C", "read-a-list-of-neighbours": "B",
    "opposites-as-neighbours": "D", "curves-of-overfitting": "C", "both-losses-still-fall": "D",
    "best-of-forty-on-the-test": "A", "which-texts-were-measured": "C",
    "learning-rate-too-large": "B",
    "largest-batch-not-fastest": "B",
    "last-digits-by-batch-size": "B", "one-text-on-a-gpu": "D",
    "labels-from-last-night": "D",
    "mode-for-a-waiting-player": "D", "tasks-for-batch": "AC", "nearly-even-probabilities": "C",
    "summary-of-a-recording": "B", "what-to-do-in-doubt": "B",
    "endpoint-that-stops-answering": "C", "twice-as-many-neutral-labels": "A",
    "model-quiz-main-difference": "C", "model-quiz-data-flow": "D",
    "review-after-the-nightly-run": "C",
    "half-price-within-a-day": "B", "archive-for-a-batch-job": "D",
    "reviews-by-the-same-customers": "C",
    "practice-main-difference": "B", "practice-ten-thousand-sentences": "B",
    "model-quiz-training-trace": "A", "what-a-p99-says": "B",
    "rising-share-of-unknown-words": "C",
    "who-may-go-beyond-the-knee": "A", "what-an-slo-states": "C",
    "loop-beats-two-workers": "A", "task-of-a-dead-worker": "D",
    "what-the-kv-cache-saves": "A", "what-streaming-changes": "AC", "why-pages": "B",
}  # fmt: skip
FIGURES_BY_HAND = {  # of feedback, and nowhere else in its question; read a second time
    "stages-that-give-numbers": {"50"},
    "opposites-as-neighbours": {"1"}, "loss-of-one-prediction": {"10"},
    "loss-falls-accuracy-stays": {"0.1", "0.2", "0.30"},
    "largest-batch-not-fastest": {"7"},
    "batch-size-from-a-table": {"2.5"}, "labels-from-last-night": {"9"},
    "what-softmax-keeps": {"1", "2", "2.7"},
    "what-a-mean-leaves-open": {"39"}, "relabel-everything-every-night": {"1"},
    "how-often-should-the-job-run": {"2.50", "2.4", "2.40"}, "size-with-a-strict-limit": {"3,556"},
    "size-that-fits-in-memory": {"10,240", "5,120"}, "archive-beside-live-requests": {"74", "266"},
    "next-word-while-typing": {"140"},
    "dashboard-on-the-hour": {"60", "10", "62"}, "labels-after-a-new-model": {"56"},
    "chat-after-a-goal": {"17.8", "2,308"}, "invoices-before-the-cutoff": {"50"},
    "incident-reports-in-half-an-hour": {"4.80"}, "labels-of-a-million-products": {"51"},
    "two-questions-for-each-document": {"3.5", "3.3"}, "mean-beside-percentiles": {"2,020"},
    "size-larger-than-the-pile": {"14"}, "how-many-replies-to-store": {"14", "150", "1,500"},
    "gpu-for-a-trickle": {"45", "2.5"},
    "settings-for-night-and-noon": {"44", "30", "65", "11", "47"},
    "equally-long-answers": {"13", "100"},
}  # fmt: skip
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?(?<!,)")


@pytest.mark.parametrize(("question", "row"), cases(CHOICES))
def test_running_the_options_gives_the_key(question: ChoiceQuestion, row: Row) -> None:
    claims = choices.CLAIMS.get(question.id)
    found = claims() if claims else COMPUTED[question.id](question, row)
    letters = found if isinstance(found, set) else letters_of_true(question, found)
    assert letters == key_of(question)


@pytest.mark.parametrize(("question", "row"), cases(NUMBERS))
def test_computing_the_number_gives_the_key(question: NumberQuestion, row: dict[str, Any]) -> None:
    tolerance = TOLERANCES.get(question.id, {})
    assert COMPUTED[question.id](row) == pytest.approx(key_of(question), **tolerance)


@pytest.mark.parametrize(("question", "row"), cases(COLUMNS))
def test_the_figures_of_a_row_are_consistent(question: Question, row: dict[str, Any]) -> None:
    expected = COLUMNS[question.id](row)
    assert {column: row[column] for column in expected} == pytest.approx(expected)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_row_holds_only_what_is_given_computed_or_the_answer(name: str) -> None:
    assert unexplained_columns(course().question(name), COLUMNS[name]) == set()


def test_what_is_not_computed_has_the_key_that_was_read_by_hand() -> None:
    computed = {*CHOICES, *NUMBERS, *COLUMNS}
    rest = [one for one in course().questions if one.id not in computed]
    assert {one.id: "".join(getattr(one, "answer", "")) for one in rest} == KEYS_BY_HAND


def figures_in(texts: Iterable[str]) -> set[str]:
    return {one for text in texts for one in FIGURE.findall(PLACEHOLDER.sub("", text))}


def test_a_figure_in_feedback_is_in_the_question_or_was_read_by_hand() -> None:
    found: dict[str, set[str]] = {}
    for question in course().questions:
        texts = dict(strings_of(question))
        for place in (one for one in texts if "feedback" in one):
            others = (text for other, text in texts.items() if other != place)
            if new := figures_in([texts[place]]) - figures_in(others):
                found[question.id] = found.get(question.id, set()) | new
    assert found == FIGURES_BY_HAND


def test_every_key_to_be_checked_by_running_and_every_row_is_computed() -> None:
    assert ids_where(lambda one: "check-by-running" in one.tags) == CHOICES | NUMBERS
    assert ids_where(lambda one: bool(one.variants)) == {*COLUMNS, *OWN_FIGURES}
