"""What all banks together must hold, and what each question must be, whatever it is about."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from lessons_lib.practice.course import Lesson, course
from lessons_lib.quiz.bank import load_bank
from lessons_lib.quiz.markdown import render
from lessons_lib.quiz.placeholders import fill, pieces, strings_of
from lessons_lib.quiz.question import (
    DIFFICULTIES,
    ChoiceQuestion,
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
)
from tests.quizzes.answer_key import QUIZZES

BANK = load_bank(QUIZZES, strict=True)
LEAST_QUESTIONS = 140
LEAST_OF_A_DIFFICULTY = 40
LEAST_WITH_VARIANTS = 45
LEAST_OF_AN_OBJECTIVE = 3
TEXTS = (
    *("stem", "options", "feedback", "hints", "solution"),
    *("final_answer", "quick_check", "common_mistakes"),
)
KEYS_BY_HAND = {  # of the questions that no test computes, read a second time
    "mode-of-a-guest-book": "A", "what-micro-batching-does": "D", "modes-of-three-tasks": "B",
    "price-of-a-batch": "B", "shape-of-raw-texts": "C", "why-hold-texts-out": "D",
    "what-a-mean-hides": "A", "copies-in-a-random-split": "C", "accuracy-on-an-archive": "B",
    "what-a-cosine-of-one-means": "C", "read-a-list-of-neighbours": "B",
    "opposites-as-neighbours": "D", "curves-of-overfitting": "C", "both-losses-still-fall": "D",
    "best-of-forty-on-the-test": "A", "largest-batch-not-fastest": "B",
    "mode-for-a-waiting-player": "D", "tasks-for-batch": "AC", "nearly-even-probabilities": "C",
    "what-to-do-in-doubt": "B", "model-quiz-main-difference": "C", "model-quiz-data-flow": "D",
    "model-quiz-training-trace": "A", "what-a-p99-says": "B", "figure-for-an-archive": "D",
}  # fmt: skip
BY_RUNNING = "check-by-running"
LESSONS_WITH_BANKS = [lesson for lesson in course().lessons if 1 <= lesson.number <= 10]
OBJECTIVES = [one.slug for lesson in LESSONS_WITH_BANKS for one in lesson.objectives]

CATCH_ALL = re.compile(
    r"\b(all|none|both|neither|any) of (the|these) (above|options|others)|"
    r"\b[A-H] (and|or) [A-H]\b",
    re.IGNORECASE,
)
BARE_VERDICT = re.compile(r"(wrong|incorrect|false|not right|no)[.!:]", re.IGNORECASE)
ONE_OF_MANY = re.compile(r"(?<![\d.,/(])(?<![/−×=+-] )\b1 (texts|tokens|ids|labels|words|passes)\b")
UNMIXED = re.compile(
    r"\binstructors?\b|\bword ?pieces?\b|\bMLPerf\b"
    r"(?!'s (SingleStream|Server|Offline) scenario)",
    re.IGNORECASE,
)


def each(questions: Iterable[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", [pytest.param(one, id=one.id) for one in questions])


def graded(kind: type[Question]) -> list[Question]:
    return [one for one in BANK.questions if isinstance(one, kind) and one.is_graded]


def filled(question: Question) -> list[Question]:
    """Return the question as learners meet it, once for each row of numbers."""
    return [fill(question, row) for row in question.variants or ({},)]


def texts_of(question: Question) -> list[str]:
    """Return all texts that a learner may read, the answer's feedback among them."""
    return [
        text
        for place, text in strings_of(question)
        if re.match("[a-z_]+", place)[0] in TEXTS and not place.endswith(".value")  # type: ignore[index]
    ]


def prose_of(question: Question) -> str:
    """Return the texts of a question without their code."""
    cut = (piece for text in texts_of(question) for piece in pieces(f"{text}\n"))
    return "".join(piece for piece, is_code in cut if not is_code)


def feedback_of(question: Question) -> list[str]:
    if isinstance(question, ChoiceQuestion):
        return [option.feedback for option in question.options.values()]
    assert isinstance(question, NumberQuestion)
    assert question.feedback is not None
    known = [one.feedback for one in question.feedback.known]
    return [question.feedback.right, question.feedback.wrong, *known]


def share_of_singles(holds: Callable[[int, list[int]], bool]) -> float:
    """Return the share of single choices where it holds for the length of the right text."""
    hits = []
    for question in graded(SingleQuestion):
        assert isinstance(question, SingleQuestion)
        one = filled(question)[0]
        assert isinstance(one, SingleQuestion)
        lengths = {letter: len(option.text) for letter, option in one.options.items()}
        right = lengths.pop(question.answer or "A")
        hits.append(holds(right, list(lengths.values())))
    return sum(hits) / len(hits)


def names_in_tests() -> Iterator[str]:
    """Yield every string that stands in a test that computes answers."""
    for path in Path(__file__).parent.glob("test_[0-9]*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_the_banks_hold_enough_questions() -> None:
    assert len(BANK.questions) >= LEAST_QUESTIONS


@pytest.mark.parametrize("difficulty", DIFFICULTIES)
def test_there_are_enough_questions_of_each_difficulty(difficulty: str) -> None:
    count = sum(one.difficulty == difficulty for one in BANK.questions)
    assert count >= LEAST_OF_A_DIFFICULTY


def test_enough_questions_come_with_rows_of_numbers() -> None:
    assert sum(bool(one.variants) for one in BANK.questions) >= LEAST_WITH_VARIANTS


def test_a_third_of_the_questions_can_be_checked_by_running() -> None:
    assert 3 * sum(BY_RUNNING in one.tags for one in BANK.questions) >= len(BANK.questions)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_each_objective_has_enough_questions(objective: str) -> None:
    count = sum(one.objective == objective for one in BANK.questions)
    assert count >= LEAST_OF_AN_OBJECTIVE


def test_each_lesson_with_objectives_has_a_bank() -> None:
    names = {quiz.name for quiz in BANK.quizzes}
    assert {lesson.slug for lesson in LESSONS_WITH_BANKS} <= names


@each(BANK.questions)
def test_an_objective_is_one_of_the_course(question: Question) -> None:
    assert question.objective in {
        one.slug for lesson in course().lessons for one in lesson.objectives
    }


@pytest.mark.parametrize("lesson", LESSONS_WITH_BANKS, ids=lambda lesson: lesson.slug)
def test_a_bank_asks_about_each_objective_of_its_lesson(lesson: Lesson) -> None:
    asked = {one.objective for one in BANK.quiz(lesson.slug).questions}
    assert {one.slug for one in lesson.objectives} <= asked


def test_what_needs_computing_is_computed_by_a_test() -> None:
    named = set(names_in_tests())
    asked = {one.id for one in BANK.questions if one.variants or BY_RUNNING in one.tags}
    assert asked - named == set()


def test_what_no_test_computes_has_the_key_that_was_read_by_hand() -> None:
    named = set(names_in_tests())
    rest = [one for one in BANK.questions if one.id not in named]
    assert {one.id: "".join(getattr(one, "answer", "")) for one in rest} == KEYS_BY_HAND


def test_the_right_option_is_seldom_the_longest() -> None:
    assert share_of_singles(lambda right, others: right > max(others)) <= 0.4


def test_the_right_option_is_seldom_the_shortest() -> None:
    assert share_of_singles(lambda right, others: right < min(others)) <= 0.4


def test_the_right_letters_are_spread() -> None:
    letters = Counter(getattr(one, "answer", "") for one in graded(SingleQuestion))
    total = letters.total()
    assert all(0.17 <= letters[letter] / total <= 0.33 for letter in "ABCD"), letters


def test_several_right_options_differ_in_number_and_place() -> None:
    keys = Counter("".join(getattr(one, "answer", ())) for one in graded(SeveralQuestion))
    assert len({len(key) for key in keys}) >= 2
    assert max(keys.values()) <= keys.total() / 3


@each(graded(SingleQuestion))
def test_a_single_choice_has_four_options(question: SingleQuestion) -> None:
    assert len(question.options) == 4


@each(graded(ChoiceQuestion))
def test_no_option_speaks_of_other_options(question: ChoiceQuestion) -> None:
    told = [option.text for option in question.options.values() if CATCH_ALL.search(option.text)]
    assert told == []


@each(graded(ChoiceQuestion))
def test_options_are_written_alike(question: ChoiceQuestion) -> None:
    texts = [option.text for option in question.options.values()]
    assert len({text.endswith(".") for text in texts}) == 1
    assert len({bool(re.fullmatch("`[^`]+`", text)) for text in texts}) == 1


@each(one for one in BANK.questions if one.is_graded)
def test_feedback_says_why(question: Question) -> None:
    said = feedback_of(question)
    assert len(set(said)) == len(said)
    assert all(len(text) >= 20 and not BARE_VERDICT.match(text) for text in said)


@each(graded(NumberQuestion))
def test_a_number_question_knows_some_mistakes(question: NumberQuestion) -> None:
    assert question.feedback is not None
    assert question.feedback.known


@each(one for one in BANK.questions if one.is_graded)
def test_the_teaching_has_its_measure(question: Question) -> None:
    assert 1 <= len(question.hints) <= 3
    assert 2 <= len(question.solution) <= 4
    assert 1 <= len(question.common_mistakes) <= 3


@each(one for one in BANK.questions if one.variants)
def test_there_are_two_to_four_rows_of_numbers(question: Question) -> None:
    assert 2 <= len(question.variants) <= 4


@each(BANK.questions)
def test_every_text_can_be_shown_with_every_row(question: Question) -> None:
    for one in filled(question):
        assert all("${" not in text and render(text) for text in texts_of(one))


@each(BANK.questions)
def test_counted_words_agree_with_their_number(question: Question) -> None:
    told = [text for one in filled(question) for text in texts_of(one) if ONE_OF_MANY.search(text)]
    assert told == []


@each(BANK.questions)
def test_the_words_are_those_of_the_course(question: Question) -> None:
    assert UNMIXED.findall(prose_of(question)) == []
