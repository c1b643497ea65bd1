from __future__ import annotations

import math
from collections import Counter

from lessons_lib.quiz.question import NumberQuestion, SeveralQuestion, SingleQuestion
from lessons_lib.quiz.variants import filled_from, personalize, variant_for


def test_a_learner_meets_the_same_row_on_every_retry(single: SingleQuestion) -> None:
    met = {personalize(single, "ada").variant for _ in range(20)}
    assert len(met) == 1


def test_the_row_is_fixed_for_all_versions_to_come(single: SingleQuestion) -> None:
    assert [variant_for(single, name) for name in ("ada", "grace", "tim")] == [0, 0, 1]


def test_learners_are_spread_over_the_rows(single: SingleQuestion) -> None:
    counts = Counter(variant_for(single, f"learner-{number}") for number in range(2000))
    assert set(counts) == {0, 1}
    assert abs(counts[0] - 1000) < 5 * math.sqrt(500)


def test_a_row_met_before_is_kept(single: SingleQuestion) -> None:
    other = 1 - variant_for(single, "ada")
    assert personalize(single, "ada", variant=other).variant == other


def test_a_row_that_is_gone_is_chosen_anew(single: SingleQuestion) -> None:
    assert personalize(single, "ada", variant=7) == personalize(single, "ada")
    assert personalize(single, "ada", variant=-1) == personalize(single, "ada")


def test_a_question_without_rows_stays_as_it_is(several: SeveralQuestion) -> None:
    personal = personalize(several, "ada", variant=3)
    assert (personal.question, personal.variant) == (several, None)


def test_no_placeholder_is_left_in_what_the_learner_sees(number: NumberQuestion) -> None:
    assert "${" not in repr(personalize(number, "ada").question)


def test_filled_from_knows_which_rows_there_are(
    single: SingleQuestion, several: SeveralQuestion
) -> None:
    assert filled_from(several, None) is several
    assert filled_from(several, 0) is None
    assert filled_from(single, None) is None
    assert filled_from(single, 2) is None
    assert filled_from(single, 1) is not None
