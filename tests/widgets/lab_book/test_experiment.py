from __future__ import annotations

import pytest

from lessons_lib.widgets.lab_book.experiment import QUESTIONS, experiments


def test_each_measurement_gets_its_question() -> None:
    made = experiments({"slow-hundredth": lambda: 3.0, "one-by-one": lambda: 9.0})
    assert [one.id for one in made] == ["slow-hundredth", "one-by-one"]
    assert [one.measure() for one in made] == [3.0, 9.0]
    assert [one.unit for one in made] == ["times", "texts/s"]


def test_every_question_makes_an_experiment() -> None:
    assert len(experiments(dict.fromkeys(QUESTIONS, lambda: 1.0))) == len(QUESTIONS) >= 4


def test_a_measurement_without_a_question_is_refused() -> None:
    with pytest.raises(ValueError, match="got odd"):
        experiments({"odd": lambda: 1.0})
