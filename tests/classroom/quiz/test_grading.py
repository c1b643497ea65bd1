"""Verdicts, credit, and numbers as learners type them."""

import math
from itertools import combinations

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked, grade, parse_number
from lessons_lib.classroom.quiz.question import (
    NumberAnswer,
    NumberQuestion,
    SeveralQuestion,
    SingleQuestion,
)
from lessons_lib.classroom.quiz.variants import personalize

SUBSETS = [subset for size in (1, 2, 3, 4) for subset in combinations("ABCD", size)]


def test_a_wrong_option_is_wrong_and_says_why(single: SingleQuestion) -> None:
    question = personalize(single, "ada", variant=0).question
    verdict = grade(question, Response(letters=("C",)))
    assert (verdict.outcome, verdict.credit, verdict.is_right) == ("wrong", 0.0, False)
    assert [(one.letter, one.is_right, one.text) for one in verdict.remarks] == [
        ("C", False, "Memory was not the constraint here.")
    ]
    assert verdict.right_letters == ("B",)


@pytest.mark.parametrize("letters", SUBSETS, ids="".join)
def test_several_choices_get_credit_by_the_stated_rule(
    several: SeveralQuestion, letters: tuple[str, ...]
) -> None:
    # A and C are right: each adds a half, each wrong one subtracts a half.
    expected = max(0.0, 0.5 * len({*letters} & {"A", "C"}) - 0.5 * len({*letters} & {"B", "D"}))
    verdict = grade(several, Response(letters=letters))
    assert verdict.credit == expected
    assert verdict.outcome == {0.0: "wrong", 0.5: "partly", 1.0: "right"}[expected]
    assert tuple(one.letter for one in verdict.remarks) == letters
    assert verdict.missed == len({"A", "C"} - {*letters})


@pytest.mark.parametrize("text", ["20", "20.0", "20 passes", " 2e1 PASSES"])
def test_a_right_number_is_right_however_it_is_typed(number: NumberQuestion, text: str) -> None:
    question = personalize(number, "ada", variant=0).question
    verdict = grade(question, Response(number=text))
    assert (verdict.outcome, verdict.credit, verdict.right_number) == ("right", 1.0, 20.0)
    assert verdict.remarks[0].text == "Yes: ⌈10,000 / 512⌉ = 20."


@pytest.mark.parametrize(
    ("given_number", "feedback"),
    [
        ("19", "The last, part-filled batch needs a pass as well."),
        ("20.001", "Divide the texts by the batch size, and round up."),
    ],
)
def test_a_known_wrong_number_has_its_own_feedback(
    number: NumberQuestion, given_number: str, feedback: str
) -> None:
    question = personalize(number, "ada", variant=0).question
    verdict = grade(question, Response(number=given_number))
    assert (verdict.outcome, verdict.remarks[0].text) == ("wrong", feedback)


@pytest.mark.parametrize(
    ("value", "tolerance", "given_number", "is_right"),
    [
        (0.3, 0.1, "0.4", True),  # 0.4 - 0.3 > 0.1 in binary fractions
        (0.3, 0.1, "0.4000001", False),
        (1e12, 0.0, "1000000000001", False),
        (0.1, 0.0, "0.1", True),
        (-2.0, 0.5, "-2.5", True),
        (0.0, 0.0, "-0", True),
    ],
)
def test_the_bounds_of_the_tolerance_are_included(
    number: NumberQuestion, value: float, tolerance: float, given_number: str, is_right: bool
) -> None:
    answer = NumberAnswer(value=value, tolerance=tolerance)
    question = structs.replace(number, answer=answer, feedback=None, variants=())
    assert grade(question, Response(number=given_number)).is_right is is_right


@pytest.mark.parametrize(
    ("name", "response", "words"),
    [
        ("choose-mode-for-archive", Response(letters=("A", "B")), "Choose only one option; got A"),
        ("choose-mode-for-archive", Response(letters=("E",)), "Choose from A, B, C, D; got E"),
        ("choose-mode-for-archive", Response(number="2"), "You haven't chosen an option yet"),
        ("which-calls-are-batch", Response(), "You haven't chosen an option yet"),
        ("count-the-passes", Response(letters=("A",)), "The field is empty"),
    ],
)
def test_a_response_that_cannot_be_graded_is_not_a_wrong_answer(
    bank: QuizBank, name: str, response: Response, words: str
) -> None:
    question = personalize(bank.question(name), "ada").question
    with pytest.raises(ResponseError, match=words):
        grade(question, response)


def test_a_survey_has_no_right_answer(bank: QuizBank) -> None:
    survey = bank.question("how-sure-do-you-feel")
    assert not survey.is_graded
    with pytest.raises(ValueError, match="needs a question with an answer"):
        grade(survey, Response(letters=("A",)))
    assert checked(survey, Response(letters=("A",))) == Response(letters=("A",))


def test_a_question_with_placeholders_is_not_graded(single: SingleQuestion) -> None:
    with pytest.raises(ValueError, match="values filled in"):
        grade(single, Response(letters=("B",)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2), ("2.0", 2), (" 2 s ", 2), ("2s", 2), ("2 S", 2), ("+2", 2), ("-3.5", -3.5),
        ("−3", -3), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-3 s", 0.001), ("1e−3", 0.001),
        ("10,000", 10_000), ("1,234,567.8 s", 1_234_567.8), ("007", 7),
    ],
)  # fmt: skip
def test_a_number_is_read_with_or_without_its_unit(text: str, value: float) -> None:
    assert parse_number(text, "s") == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The field is empty"),
        ("two", "got 'two'"),
        ("-", "got '-'"),
        ("٣", "got '٣'"),
        ("1e999", "a smaller number"),
        ("2,5", "Use a decimal point"),
        ("2 ms", "Enter the number with the unit s"),
        ("1_000", "Enter the number with the unit s"),
        ("9" * 100, "got '999"),
    ],
)
def test_anything_else_is_rejected_with_what_to_type(text: str, words: str) -> None:
    with pytest.raises(ResponseError) as caught:
        parse_number(text, "s")
    assert words in str(caught.value)


def test_a_number_without_a_unit_accepts_none() -> None:
    with pytest.raises(ResponseError, match="without a unit"):
        parse_number("2 s")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
def test_what_python_writes_is_read_back(value: float) -> None:
    assert parse_number(repr(value)) == value
    assert math.isclose(parse_number(f"{value:,.6f} s", "s"), value, abs_tol=1e-6)


@given(st.text(max_size=80), st.sampled_from(["", "s", "passes"]))
def test_any_text_is_a_finite_number_or_rejected(text: str, unit: str) -> None:
    try:
        assert math.isfinite(parse_number(text, unit))
    except ResponseError as error:
        assert str(error).endswith(".")
