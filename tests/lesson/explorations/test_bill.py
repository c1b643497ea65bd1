"""Prices by hand, the offer of half a price, and all 64 answers to the six questions."""

from itertools import product

import pytest

from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.lesson.explorations.bill import (
    COMMENT_BOX,
    FULL,
    LOOK_UP,
    NEARLINE,
    NIGHT_ARCHIVE,
    OFFLINE,
    ONLINE,
    PREMIERE,
    QUESTIONS,
    SHARED,
    STREAMING,
    TAKE,
    bill,
    dollars,
    dollars_per_million,
    half_price,
    recommend,
    show_bill,
    show_half_price,
    show_mode_tree,
    stored_mode_costs,
)
from lessons_lib.lesson.explorations.machines import show_machines
from lessons_lib.pipeline.inference.transformer import TransformerPipeline
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.decisions import BATCH, MICRO_BATCHING, REAL_TIME, ModeCosts

DIRECT = CostModel(fixed_s=0.008, per_text_s=0.002)
COSTS = ModeCosts(
    DIRECT, DIRECT, CostModel(0.010, 0.002), batch_size=496, policy=BatchingPolicy(8, 0.005)
)
ALL = [dict(zip(QUESTIONS, one, strict=True)) for one in product((False, True), repeat=6)]


def test_a_million_texts_cost_their_core_hours() -> None:
    assert dollars_per_million(100, core_hour=0.36) == pytest.approx(1.0)  # 10,000 s


def test_a_bill_charges_servers_for_their_idle_time_but_not_a_batch_job() -> None:
    busy = bill(COSTS, core_hour=0.36, busy=1.0)
    assert busy == pytest.approx({BATCH: 0.2016129, REAL_TIME: 1.0, MICRO_BATCHING: 0.325})
    idle = bill(COSTS, core_hour=0.36, busy=0.1)
    assert idle == pytest.approx({BATCH: 0.2016129, REAL_TIME: 10.0, MICRO_BATCHING: 3.25})


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "$0"), (0.00412, "$0.0041"), (0.25, "$0.25"), (7.5, "$7.50"), (1234, "$1,234")],
)
def test_dollars_have_cents_or_two_digits(amount: float, text: str) -> None:
    assert dollars(amount) == text
    assert dollars(-0.25) == "−$0.25"


def test_the_offer_saves_half_of_a_months_price() -> None:
    for task, answer in product((NIGHT_ARCHIVE, COMMENT_BOX, PREMIERE), (TAKE, FULL)):
        sentence = half_price(task, answer, price=50, texts_per_day=10_000)
        assert sentence.count("$7.50 a month") == 1
        assert sentence.startswith("A good choice") == (answer == FULL and task != NIGHT_ARCHIVE)


def test_every_recommendation_is_sensible() -> None:
    for answers in ALL:
        found = recommend(answers)
        if answers["waiting"]:
            assert found.mode in (ONLINE, SHARED, LOOK_UP)
            assert (found.mode == LOOK_UP) == (answers["known"] and answers["hours"])
            if found.mode != LOOK_UP:
                assert (found.mode == SHARED) == answers["together"]
        else:
            assert found.mode in (OFFLINE, NEARLINE, STREAMING)
            assert (found.mode == OFFLINE) == answers["hours"]
            if found.mode != OFFLINE:
                assert (found.mode == NEARLINE) == answers["minutes"]


def test_every_mode_can_be_recommended_and_every_question_is_asked() -> None:
    found = [recommend(answers) for answers in ALL]
    modes = {one.mode for one in found}
    assert modes == {OFFLINE, LOOK_UP, NEARLINE, STREAMING, ONLINE, SHARED}
    assert {name for one in found for name, _ in one.path} == set(QUESTIONS)


def test_only_the_path_decides() -> None:
    by_path: dict[object, object] = {}
    for answers in ALL:
        found = recommend(answers)
        assert all(answers[name] == is_so for name, is_so in found.path)
        assert 2 <= len(found.path) <= 5
        assert by_path.setdefault(found.path, found) == found


def test_peaks_add_advice_where_they_can_do_harm() -> None:
    for answers in ALL:
        calm, peak = (recommend({**answers, "peaks": has_peaks}) for has_peaks in (False, True))
        assert calm.mode == peak.mode
        is_asked = calm.mode in (ONLINE, SHARED, STREAMING)
        assert (peak.reason != calm.reason) == is_asked
        assert ("refuse early" in peak.reason) == (calm.mode in (ONLINE, SHARED))


def test_the_explorations_show_the_bill_the_offer_and_the_path() -> None:
    sentence, table = show_bill(COSTS).answer["parts"]
    assert sentence["text"].startswith("One by one, a text costs 5.0 times as much as in a batch")
    assert [row[0] for row in table["rows"]] == [BATCH, REAL_TIME, MICRO_BATCHING]
    assert table["bars"] == pytest.approx([0.2016129, 1, 0.325])
    assert "Decide" in show_half_price().answer["parts"][0]["text"]
    sentence, table = show_mode_tree().answer["parts"]
    assert sentence["text"].startswith("Streaming. Nobody is waiting")
    assert [row[1] for row in table["rows"]] == ["no", "no", "no", "no"]


def test_without_a_measurement_the_bill_has_stored_costs_and_says_so() -> None:
    costs = stored_mode_costs()
    assert costs.batch_size == TransformerPipeline.batch_size
    assert "stored figures" in show_bill(costs).frame["note"]
    assert "on this machine" in show_bill(COSTS).frame["note"]
    prices = bill(costs, core_hour=0.36, busy=1.0)
    assert prices[BATCH] == prices[MICRO_BATCHING] < prices[REAL_TIME]


@pytest.mark.parametrize(
    "exploration",
    [show_bill(stored_mode_costs()), show_half_price(), show_machines()],
    ids=["bill", "half price", "machines"],
)
def test_every_setting_of_an_exploration_with_stops_has_an_answer(exploration: Explore) -> None:
    finite = exploration.finite()
    settings = list(product(*(one.sent for one in finite.controls.values())))
    for setting in settings:
        assert finite.answer_to(dict(zip(finite.controls, setting, strict=True)))["parts"]
    assert 100 < len(settings) < 1_000
    assert finite.answer["parts"] == exploration.answer["parts"]
