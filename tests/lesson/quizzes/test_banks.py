"""What all banks together must have, and what each question must satisfy."""

import re
from collections import Counter
from collections.abc import Iterable
from types import UnionType

import pytest

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import (
    DIFFICULTIES,
    ChoiceQuestion,
    NumberQuestion,
    Question,
    SeveralQuestion,
    SingleQuestion,
    fill,
    pieces,
    strings_of,
)
from tests.lesson.quizzes.answer_key import course as all_banks, rows_of

TEXTS = (
    *("stem", "options", "feedback", "hints", "solution"),
    *("final_answer", "quick_check", "common_mistakes"),
)
BY_RUNNING = "check-by-running"
LESSONS_WITH_BANKS = [
    lesson for lesson in course().lessons if 1 <= lesson.number <= 10 or lesson.is_optional
]


def test_each_lesson_has_a_bank_with_three_questions_for_each_of_its_objectives() -> None:
    counts = Counter(one.objective for one in BANK.questions)
    for lesson in LESSONS_WITH_BANKS:
        asked = {one.objective for one in BANK.quiz(lesson.slug).questions}
        assert {one.slug for one in lesson.objectives} <= asked
        assert all(counts[one.slug] >= 3 for one in lesson.objectives)


def test_a_question_has_the_subject_that_it_is_about() -> None:
    # Each looks like a question on another subject, and would fill that one's share of a test.
    subjects = {
        "model-for-a-time-budget": "latency",
        "endpoint-that-stops-answering": "latency",
        "predictions-of-sorted-texts": "size",
        "last-digits-by-batch-size": "size",
        "passes-of-an-archive": "size",
    }
    found = {name: course().about[BANK.question(name).objective] for name in subjects}
    assert found == subjects


@pytest.mark.parametrize("lesson", LESSONS_WITH_BANKS, ids=lambda lesson: lesson.slug)
def test_a_notebook_asks_two_to_six_questions_inside_and_at_most_five_last(
    lesson: Notebook,
) -> None:
    places = Counter(one.place for one in BANK.quiz(lesson.slug).questions)
    at_end = places.pop("end")
    assert bool(places.pop("pool", 0)) != lesson.is_optional  # neither the test nor practice first
    places.pop("model-quiz", None)
    assert 2 <= sum(places.values()) <= (6 if lesson.extra else 4)
    assert at_end <= 5


CATCH_ALL = re.compile(
    r"\b(all|none|both|neither|any) of (the|these) (above|options|others)|"
    r"\b[A-H] (and|or) [A-H]\b",
    re.IGNORECASE,
)
BARE_VERDICT = re.compile(r"(wrong|incorrect|false|not right|no)[.!:]", re.IGNORECASE)
ONE_OF_MANY = re.compile(r"(?<![\d.,/(])(?<![/−×=+-] )\b1 (texts|tokens|ids|labels|words|passes)\b")
UNMIXED = re.compile(
    r"\binstructors?\b|\bword ?pieces?\b|\bMLPerf\b"
    r"(?!'s (SingleStream|Server|Offline|MultiStream) scenario)",
    re.IGNORECASE,
)
OWN_WORDS = {"15_when_batching_loses": {"word piece", "word pieces"}}  # where it says what they are
BANK = all_banks()


def each(questions: Iterable[Question]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", [pytest.param(one, id=one.id) for one in questions])


def filled(question: Question) -> list[Question]:
    """Return the question as learners meet it, once for each row of numbers."""
    return [fill(question, row) for row in rows_of(question)]


def graded(kind: type[Question] | UnionType) -> list[Question]:
    return [one for one in BANK.questions if isinstance(one, kind) and one.is_graded]


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


def test_the_correct_option_is_rarely_the_longest_or_the_shortest() -> None:
    longest = shortest = 0
    for question in graded(SingleQuestion):
        one = filled(question)[0]
        assert isinstance(one, SingleQuestion)
        lengths = {letter: len(option.text) for letter, option in one.options.items()}
        right = lengths.pop(one.answer or "A")
        longest += right > max(lengths.values())
        shortest += right < min(lengths.values())
    assert max(longest, shortest) <= 0.4 * len(graded(SingleQuestion))


def test_there_are_enough_questions_of_each_difficulty_with_variants_and_computed_keys() -> None:
    assert len(BANK.questions) >= 140
    difficulties = Counter(one.difficulty for one in BANK.questions)
    assert all(difficulties[one] >= 40 for one in DIFFICULTIES)
    assert sum(bool(one.variants) for one in BANK.questions) >= 30
    assert 3 * sum(BY_RUNNING in one.tags for one in BANK.questions) >= len(BANK.questions)


def test_the_correct_letters_are_spread() -> None:
    letters = Counter(getattr(one, "answer", "") for one in graded(SingleQuestion))
    total = letters.total()
    assert all(0.17 <= letters[letter] / total <= 0.33 for letter in "ABCD"), letters


def test_the_correct_letters_of_multiple_choices_vary() -> None:
    keys = Counter("".join(getattr(one, "answer", ())) for one in graded(SeveralQuestion))
    assert len({len(key) for key in keys}) >= 2
    assert max(keys.values()) <= keys.total() / 3


@each(one for one in BANK.questions if one.is_graded)
def test_a_graded_question_has_its_options_feedback_and_explanations(question: Question) -> None:
    feedback = feedback_of(question)
    assert len(set(feedback)) == len(feedback)
    assert all(len(text) >= 20 and not BARE_VERDICT.match(text) for text in feedback)
    assert 1 <= len(question.hints) <= 3
    assert 2 <= len(question.solution) <= 4
    assert 1 <= len(question.common_mistakes) <= 3
    if isinstance(question, SingleQuestion):
        assert len(question.options) == 4
    if isinstance(question, NumberQuestion):
        assert question.feedback is not None
        assert question.feedback.known


def test_a_question_with_variants_has_two_to_four() -> None:
    assert all(2 <= len(one.variants) <= 4 for one in BANK.questions if one.variants)


@each(graded(ChoiceQuestion))
def test_options_are_written_alike_and_refer_to_no_other_option(question: ChoiceQuestion) -> None:
    texts = [option.text for option in question.options.values()]
    assert [text for text in texts if CATCH_ALL.search(text)] == []
    assert len({text.endswith(".") for text in texts}) == 1
    assert len({bool(re.fullmatch("`[^`]+`", text)) for text in texts}) == 1


@each(BANK.questions)
def test_every_text_of_every_variant_can_be_shown(question: Question) -> None:
    texts = [text for one in filled(question) for text in texts_of(one)]
    assert all("${" not in text and render(text) for text in texts)
    assert [text for text in texts if ONE_OF_MANY.search(text)] == []
    unmixed = {one.group().lower() for one in UNMIXED.finditer(prose_of(question))}
    assert unmixed <= OWN_WORDS.get(BANK.quiz_of(question.id).name, set())
