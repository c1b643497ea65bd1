"""The widgets of the notebooks, with the pipeline behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lessons_lib import MicroBatchPredictor, SentimentPipeline
from lessons_lib.classroom.record.log import session_log
from lessons_lib.lesson import ready
from lessons_lib.pipeline.text.corpus_files import CORPUS_VARIABLE
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.decisions import Demand, ModeCosts, Offline, OnePerson
from tests.classroom.widgets.pretend_browser import send

TEXTS = ["I love sunny days", "How is the weather?"] * 20
COST = CostModel(fixed_s=0.002, per_text_s=0.0001)


def test_without_the_corpus_the_start_page_says_so_and_labels_demo_texts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, "/no/such/folder")
    page = ready.show_start()
    send(page, "batch")
    assert len(page.batch["digits"]) == 10_000
    assert "corpus is not on this machine" in page.batch["note"]


def test_the_explorer_shows_the_pipelines_own_layers() -> None:
    explorer = ready.show_explorer(SentimentPipeline.load(), "I love sunny days")
    assert repr(explorer) == "TextExplorer(five layers of 'I love sunny days')"


def test_the_text_pair_starts_with_both_texts() -> None:
    pair = ready.show_text_pair(SentimentPipeline.load(), "good", "not good")
    assert repr(pair) == "TextPair('good' beside 'not good')"


def test_the_queue_is_simulated_with_the_given_cost() -> None:
    serve = partial(MicroBatchPredictor, SentimentPipeline.load())
    slow = CostModel(fixed_s=0.02, per_text_s=0.001)
    rates = [ready.show_queue(cost, serve, TEXTS).limits["rate_per_s"] for cost in (COST, slow)]
    assert rates[0] > rates[1]


def test_the_race_runs_over_all_texts() -> None:
    race = ready.show_race(SentimentPipeline.load(), TEXTS)
    assert race.about["total"] == len(TEXTS)
    assert [lane["name"] for lane in race.about["lanes"]] == ["real-time", "batch"]


def test_each_demand_is_a_task_of_the_decision_table() -> None:
    costs = ModeCosts(batch=COST, real_time=COST, micro_batching=COST)
    demands: dict[str, Demand] = {
        "archive": Offline(texts=10_000),
        "one-person": OnePerson(p99_ms=50),
    }
    page = ready.show_decisions(demands, costs).page
    assert [task["id"] for task in page["tasks"]] == list(demands)


def test_the_lab_book_asks_the_four_questions_of_the_course() -> None:
    book = ready.show_lab_book(SentimentPipeline.load(), TEXTS)
    assert repr(book) == "LabBook(guess first, then measure: 4 experiments)"


@pytest.mark.parametrize(
    ("show", "widget"),
    [
        (ready.show_explorer, "TextExplorer(five layers of 'The movie was great')"),
        (ready.show_lab_book, "LabBook(guess first, then measure: 4 experiments)"),
        (ready.show_queue, "QueueView(arrivals, queue, batches, answers)"),
        (ready.show_training, "TrainingLab(learning rate, epochs, starting vectors, seed)"),
    ],
)
def test_a_widget_that_a_link_leads_to_needs_no_earlier_cells(
    show: Callable[[], object], widget: str
) -> None:
    async def in_a_notebook() -> object:  # whose event loop is already running
        return show()

    assert repr(asyncio.run(in_a_notebook())) == widget


def test_typed_texts_and_the_whole_tour_are_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path))
    explorer = ready.show_explorer(SentimentPipeline.load(), "I love sunny days")
    queue = ready.show_queue(COST, partial(MicroBatchPredictor, SentimentPipeline.load()), TEXTS)
    names = ("rate_per_s", "max_batch_size", "batch_wait_timeout_ms")
    for serial, stop in enumerate(queue.tour, start=1):
        assert [event.subject for event in session_log().events()] == []
        queue.asked = {"serial": serial, **{name: stop[name] for name in names}}
    assert [event.subject for event in session_log().events()] == ["tour-taken"]
    explorer.asked = {"serial": 1, "text": "How is the weather?"}
    assert [event.subject for event in session_log().events()] == ["tour-taken", "text-traced"]
