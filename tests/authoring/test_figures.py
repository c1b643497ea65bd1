"""The figures of the prose are computed from what the lessons run."""

from __future__ import annotations

import math
import re

import pytest

from lessons_lib.authoring.figures import FIGURES, provenance, share, whole


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_computed_and_named_in_prose(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert FIGURES[name]().strip()


def test_the_loss_of_a_guess_among_three_classes_is_the_logarithm_of_three() -> None:
    assert float(FIGURES["ln3"]()) == pytest.approx(math.log(3), abs=1e-4)


def test_thousands_are_parted() -> None:
    assert whole(10000) == "10,000"


def test_a_share_has_two_digits_and_no_leading_zero() -> None:
    assert [share(0.6361), share(1.0)] == [".64", "1.00"]


def test_an_entry_that_the_checkpoint_does_not_tell_is_named() -> None:
    with pytest.raises(KeyError, match="has no weather"):
        provenance("weather", "today")
