"""Placeholders in texts and answers."""

import re

import pytest
from hypothesis import assume, given, strategies as st

from lessons_lib.classroom.quiz.question import (
    NumberQuestion,
    SingleQuestion,
    Value,
    fill,
    fill_text,
    pieces,
    placeholders_in,
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${n} texts", "10,000 texts"),
        ("${small} texts", "999 texts"),
        ("${share} of them", "0.25 of them"),
        ("from ${year}", "from 2014"),
        ("a logit of ${below}, `[${below}]`", "a logit of −1, `[-1]`"),
        ("`predict(${n})` of ${n}", "`predict(10000)` of 10,000"),
        ("```python\nrange(${n})\n```\n${n}", "```python\nrange(10000)\n```\n10,000"),
        ("it costs $5, then $${n}", "it costs $5, then $10,000"),
    ],
)
def test_numbers_get_commas_and_minus_signs_only_in_prose(text: str, filled: str) -> None:
    row: dict[str, Value] = {"n": 10000, "small": 999, "share": 0.25, "below": -1}
    row["year"] = "2014"
    assert fill_text(text, row) == filled


@given(st.text(alphabet="ab $`{}~\\\n1", max_size=40))
def test_pieces_join_to_the_text_they_came_from(text: str) -> None:
    assert "".join(piece for piece, _ in pieces(text)) == text


@given(st.text(alphabet="ab $`{}~\\\n", max_size=30), st.integers(0, 10**12))
def test_every_placeholder_is_filled_anywhere(around: str, value: int) -> None:
    text = around + "${n}" + around
    assume(placeholders_in(text) == ["n"])
    filled = fill_text(text, {"n": value})
    assert "${n}" not in filled
    assert re.sub(r"[^0-9]", "", filled) == str(value)


def test_a_filled_question_has_no_placeholder_left(
    single: SingleQuestion, number: NumberQuestion
) -> None:
    for question in (single, number):
        before = repr(question)
        for row in question.variants:
            filled = fill(question, row)
            assert filled.variants == ()
            assert "${" not in repr(filled)
        assert repr(question) == before


def test_the_values_of_a_number_question_become_numbers(number: NumberQuestion) -> None:
    filled = fill(number, number.variants[0])
    assert filled.answer is not None
    assert filled.feedback is not None
    assert (filled.answer.value, filled.answer.tolerance) == (20.0, 0.0)
    assert [known.value for known in filled.feedback.known] == [19.0]
