"""Capacity, survival and prices of several machines, by hand."""

import pytest

from lessons_lib.formats import percent
from lessons_lib.lesson.explorations.machines import (
    MACHINES,
    PER_SECOND,
    Fleet,
    machines_needed,
    machines_parts,
    show_machines,
    survival_sentence,
)
from lessons_lib.pipeline.timing.stored import transformer_per_s


def test_capacity_and_the_price_of_a_month_grow_with_the_machines() -> None:
    ten = Fleet(10, each_per_s=200, price=0.05)
    assert ten.per_s == 2_000
    assert ten.month == pytest.approx(360)  # 10 machines × 720 h × $0.05


def test_one_text_takes_as_long_on_ten_machines_as_on_one() -> None:
    assert {Fleet(n, 200).one_text_s for n in MACHINES} == {0.005}


def test_ten_machines_finish_an_archive_sooner_for_almost_the_same_price() -> None:
    one, ten = (Fleet(n, each_per_s=200, price=0.36) for n in (1, 10))
    assert one.archive_s(720_000) == 300 + 3_600
    assert ten.archive_s(720_000) == 300 + 360
    assert one.archive_dollars(720_000) == pytest.approx(0.39)
    assert ten.archive_dollars(720_000) == pytest.approx(0.66)  # ten starts instead of one


@pytest.mark.parametrize(
    ("load", "needed"), [(150, 2), (200, 2), (201, 3), (1_700, 10), (1_900, 11)]
)
def test_the_number_of_machines_that_survive_a_failure(load: float, needed: int) -> None:
    assert machines_needed(load, each_per_s=200) == needed
    assert Fleet(needed, 200).survives(load)
    assert not Fleet(needed - 1, 200).survives(load)


def test_the_sentence_says_what_happens_and_what_is_needed() -> None:
    assert survival_sentence(Fleet(3, 200), 300) == (
        "If a machine fails, the others still handle 300 texts per second."
    )
    assert survival_sentence(Fleet(5, 200), 300).endswith("You could return 2 machines.")
    assert "too few for 300 texts per second" in survival_sentence(Fleet(1, 200), 300)
    assert "until a machine fails. To survive that, you need 3." in survival_sentence(
        Fleet(2, 200), 300
    )


def test_the_table_compares_with_one_machine() -> None:
    _, table = show_machines().answer["parts"]
    per_s = 10 * transformer_per_s()
    assert [row[2] for row in table["rows"][:2]] == [f"{per_s:,.0f}", percent(400 / per_s)]
    parts = machines_parts(Fleet(10, 200), 1_900)
    rows = {row[0]: row[1:] for row in parts[1].rows}  # type: ignore[union-attr]
    assert rows["busy at this load"] == ("overloaded", "95 %")
    assert rows["busy after a failure"] == ("nobody answers", "overloaded")
    assert rows["ten million texts"] == ("14 h", "88 min")


def test_the_stops_show_every_case() -> None:
    sentences = {
        survival_sentence(Fleet(n, transformer_per_s()), load)[:14]
        for n in MACHINES
        for load in PER_SECOND
    }
    assert sentences == {"If a machine f", "This is too fe", "This is enough"}
