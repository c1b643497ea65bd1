"""Prices by hand, and the offer of half a price."""

from itertools import product

import pytest

from lessons_lib.classroom.sessions.controls import sent_by
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.lesson.explorations.bill import (
    COMMENT_BOX,
    FULL,
    NIGHT_ARCHIVE,
    PREMIERE,
    TAKE,
    bill,
    half_price,
    show_bill,
    show_half_price,
    stored_mode_costs,
)
from lessons_lib.lesson.explorations.machines import show_machines
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel, dollars_per_million
from lessons_lib.pipeline.timing.decisions import BATCH, MICRO_BATCHING, REAL_TIME, ModeCosts

DIRECT = CostModel(fixed_s=0.008, per_text_s=0.002)
COSTS = ModeCosts(
    DIRECT, DIRECT, CostModel(0.010, 0.002), batch_size=496, policy=BatchingPolicy(8, 0.005)
)


def test_a_million_texts_cost_their_core_hours() -> None:
    assert dollars_per_million(100, core_hour=0.36) == pytest.approx(1.0)  # 10,000 s


def test_a_bill_charges_servers_for_their_idle_time_but_not_a_batch_job() -> None:
    busy = bill(COSTS, core_hour=0.36, busy=1.0)
    assert busy == pytest.approx({BATCH: 0.2016129, REAL_TIME: 1.0, MICRO_BATCHING: 0.325})
    idle = bill(COSTS, core_hour=0.36, busy=0.1)
    assert idle == pytest.approx({BATCH: 0.2016129, REAL_TIME: 10.0, MICRO_BATCHING: 3.25})


def test_the_offer_saves_half_of_a_months_price() -> None:
    for task, answer in product((NIGHT_ARCHIVE, COMMENT_BOX, PREMIERE), (TAKE, FULL)):
        sentence = half_price(task, answer, price=50, texts_per_day=10_000)
        assert sentence.count("$7.50 a month") == 1
        assert sentence.startswith("A good choice") == (answer == FULL and task != NIGHT_ARCHIVE)


def test_the_explorations_show_the_bill_and_the_offer() -> None:
    sentence, table = show_bill(COSTS).page["parts"]
    assert sentence["text"].startswith("One by one, a text costs 5.0 times as much as in a batch")
    assert [row[0] for row in table["rows"]] == [BATCH, REAL_TIME, MICRO_BATCHING]
    assert table["bars"] == pytest.approx([0.2016129, 1, 0.325])
    assert "Decide" in show_half_price().page["parts"][0]["text"]


def test_without_a_measurement_the_bill_has_stored_costs_and_says_so() -> None:
    costs = stored_mode_costs()
    assert costs.batch_size == TransformerPipeline.batch_size
    assert "stored figures" in show_bill(costs).about["note"]
    assert "on this machine" in show_bill(COSTS).about["note"]
    prices = bill(costs, core_hour=0.36, busy=1.0)
    assert prices[BATCH] == prices[MICRO_BATCHING] < prices[REAL_TIME]


@pytest.mark.parametrize(
    "exploration",
    [show_bill(stored_mode_costs()), show_half_price(), show_machines()],
    ids=["bill", "half price", "machines"],
)
def test_every_setting_of_an_exploration_with_stops_has_an_answer(exploration: Explore) -> None:
    finite = exploration.finite()
    settings = list(product(*(sent_by(one) for one in finite.controls.values())))
    for setting in settings:
        assert finite.answer_to(dict(zip(finite.controls, setting, strict=True)))["parts"]
    assert 100 < len(settings) < 1_000
    assert finite.page["parts"] == exploration.page["parts"]
