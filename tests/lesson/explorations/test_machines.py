"""Capacity, survival and prices of several machines, by hand."""

import pytest

from lessons_lib.formats import percent
from lessons_lib.lesson.explorations.machines import (
    MACHINES,
    PER_SECOND,
    Fleet,
    autoscaler_parts,
    autoscaler_sentence,
    machines_parts,
    routing_parts,
    show_autoscaler,
    show_machines,
    show_routing,
    survival_sentence,
)
from lessons_lib.pipeline.timing import replicas
from lessons_lib.pipeline.timing.replicas import AT_RANDOM, IN_TURN, ONE_QUEUE, TWO_CHOICES, Night
from lessons_lib.pipeline.timing.stored import transformer_per_s


def test_capacity_and_the_price_of_a_month_grow_with_the_machines() -> None:
    ten = Fleet(10, each_per_s=200, price=0.05)
    assert ten.per_s == 2_000
    assert ten.month == pytest.approx(360)  # 10 machines × 720 h × $0.05
    assert ten.one_text_s == Fleet(1, each_per_s=200).one_text_s == 0.005


def test_ten_machines_finish_an_archive_sooner_for_almost_the_same_price() -> None:
    one, ten = (Fleet(n, each_per_s=200, price=0.36) for n in (1, 10))
    assert one.archive_s(720_000) == 300 + 3_600
    assert ten.archive_s(720_000) == 300 + 360
    assert one.archive_dollars(720_000) == pytest.approx(0.39)
    assert ten.archive_dollars(720_000) == pytest.approx(0.66)  # ten starts instead of one


@pytest.mark.parametrize(
    ("load", "needed"), [(100, 2), (140, 2), (141, 3), (1_250, 10), (1_400, 11)]
)
def test_the_number_of_machines_that_survive_a_failure(load: float, needed: int) -> None:
    assert replicas.replicas_needed(load, each_per_s=200) == needed
    assert Fleet(needed, 200).without_one().per_s * 0.7 >= load


def test_the_sentence_says_what_happens_and_what_is_needed() -> None:
    assert survival_sentence(Fleet(4, 200), 300).endswith("second, with room to spare.")
    assert survival_sentence(Fleet(6, 200), 300).endswith("You could return 2 machines.")
    assert "too few for 300 texts per second" in survival_sentence(Fleet(1, 200), 300)
    for n in (2, 3):  # the rest is overloaded, or busy for more than 70 % of the time
        assert "To have room then, you need 4." in survival_sentence(Fleet(n, 200), 300)


def test_the_table_compares_with_one_machine() -> None:
    _, table = show_machines().page["parts"]
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


def test_the_table_of_ways_compares_each_with_the_slowest() -> None:
    tails = {AT_RANDOM: 30.0, IN_TURN: 15.0, TWO_CHOICES: 10.0, ONE_QUEUE: 6.0}
    sentence, table = routing_parts(0.85, tails)
    assert "85 %" in str(sentence)
    assert "by 3.0. One queue for all divides it by 5.0. Taking turns is worse" in str(sentence)
    assert "even better" in str(routing_parts(0.85, {**tails, IN_TURN: 6.0})[0])
    assert table.bars == pytest.approx([1, 1 / 2, 1 / 3, 0.2])  # type: ignore[union-attr]
    assert len(show_routing().page["parts"][1]["rows"]) == 5


def test_the_sentence_about_an_autoscaler_says_why_answers_are_late() -> None:
    late, ready = Night(0.57, 45.0, 3.5), Night(0.9999, 0.04, 5.5)
    assert "up to 60 s, 300 requests per second more" in autoscaler_sentence(late, 60, 1)
    assert "no room for bursts" in autoscaler_sentence(late, 60, 4)
    assert "enough replicas were ready" in autoscaler_sentence(ready, 60, 1)


def test_the_autoscaler_is_compared_with_replicas_that_are_always_on() -> None:
    _, table = show_autoscaler().page["parts"]
    assert table["rows"][0] == ["answered in time", "57 %", "100 %"]
    assert autoscaler_parts(0, 15, 6)[1].rows[2][1:] == ("6.0", "6.0")  # type: ignore[union-attr]
    assert replicas.premiere(45, kept=5).in_time == 1 and replicas.premiere(45, kept=5).paid == 5.5
