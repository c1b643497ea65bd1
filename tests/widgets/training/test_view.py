"""The training lab without a browser: knobs sent as a page would, a training of the test's own."""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lessons_lib.model.trace import EpochRow
from lessons_lib.widgets.training.view import TrainingLab

RATES = {"small": 0.001, "large": 1.0}
KNOBS = {"learning_rate": 0.001, "epochs": 3, "ready_made": False, "seed": 5}


class Training:
    """Tells a row for each epoch, with losses as given, and keeps what it was called with."""

    def __init__(self, losses: Sequence[float] = (0.9, 0.8, 0.85), steps: int = 2) -> None:
        self.losses, self.steps = losses, steps
        self.calls: list[dict[str, Any]] = []

    def __call__(
        self,
        *,
        on_epoch: Callable[[Any], object],
        on_step: Callable[[], object],
        **knobs: Any,
    ) -> None:
        self.calls.append(knobs)
        for epoch in range(1, knobs["epochs"] + 1):
            for _ in range(self.steps):
                on_step()
            loss = self.losses[(epoch - 1) % len(self.losses)]
            on_epoch(EpochRow(epoch, 1 / (1 + epoch), 0.6, loss, 0.5))


class Gate(Training):
    """A training that waits within its second epoch for the test."""

    def __init__(self) -> None:
        super().__init__()
        self.is_waiting, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self, *, on_epoch: Any, on_step: Any, **knobs: Any) -> None:
        def step() -> None:
            on_step()
            if self.told:
                self.is_waiting.set()
                self.may_go_on.wait(10)

        def tell(row: EpochRow) -> None:
            self.told.append(row)
            on_epoch(row)

        self.told: list[EpochRow] = []
        super().__call__(on_epoch=tell, on_step=step, **knobs)


def lab_of(train: Any, **changes: Any) -> TrainingLab:
    return TrainingLab(train, learning_rates=RATES, **changes)


def send(lab: TrainingLab, content: object) -> None:
    lab._handle_custom_msg(content, [])


def train(lab: TrainingLab, **changes: Any) -> dict[str, Any]:
    send(lab, {"do": "train", **KNOBS, **changes})
    return dict(lab.page)


async def until(lab: TrainingLab, *phases: str) -> None:
    while lab.page["phase"] not in phases:
        await asyncio.sleep(0)


def test_nothing_is_trained_before_the_button_is_pressed() -> None:
    training = Training()
    page = lab_of(training).page
    assert training.calls == []
    assert (page["phase"], page["run"]["rows"], page["before"]) == ("ready", [], {})


def test_the_knobs_arrive_as_they_were_set() -> None:
    training = Training()
    assert train(lab_of(training))["knobs"] == KNOBS
    assert training.calls == [KNOBS]


def test_a_run_shows_its_rows_its_best_epoch_and_what_was_seen() -> None:
    page = train(lab_of(Training()))
    assert page["phase"] == "over"
    assert [row["held_out_loss"] for row in page["run"]["rows"]] == [0.9, 0.8, 0.85]
    assert page["run"]["best"] == 2
    assert page["said"].startswith("Overfitting from epoch 3 on")
    assert page["run"]["told"].startswith("learning rate 0.001 (small), 3 epochs, vectors by chan")
    assert "Lowest held-out loss 0.800, after epoch 2" in page["run"]["told"]


def test_each_epoch_is_shown_as_soon_as_it_is_told() -> None:
    lab = lab_of(Training())
    lengths: list[int] = []
    lab.observe(lambda change: lengths.append(len(change["new"]["run"]["rows"])), "page")
    train(lab)
    assert lengths == [0, 1, 2, 3, 3]


def test_the_run_before_is_kept_beside_the_next_one() -> None:
    lab = lab_of(Training())
    first = train(lab)["run"]
    second = train(lab, epochs=1)
    assert second["before"] == first
    assert len(second["run"]["rows"]) == 1


def test_an_epoch_is_timed_by_the_clock() -> None:
    looks = iter([10.0, 12.0, 14.0, 16.0])
    assert train(lab_of(Training(), clock=lambda: next(looks)))["seconds"] == 2.0


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_can_be_sent_and_is_told(loss: float) -> None:
    page = train(lab_of(Training((0.9, loss))))
    assert page["run"]["rows"][1]["held_out_loss"] is None
    assert page["said"].startswith("It diverged: after epoch 2")
    assert json.dumps(page, allow_nan=False)


def test_stop_ends_a_run_within_an_epoch_and_keeps_the_epochs_before() -> None:
    async def main() -> TrainingLab:
        gate = Gate()
        lab = lab_of(gate)
        train(lab)
        await asyncio.to_thread(gate.is_waiting.wait, 10)
        send(lab, {"do": "stop"})
        await until(lab, "stopping")
        gate.may_go_on.set()
        await until(lab, "stopped")
        assert len(gate.told) == 1
        return lab

    page = asyncio.run(main()).page
    assert len(page["run"]["rows"]) == 1
    assert page["said"].startswith("Stopped after 1 epoch of 3.")
    assert "(small), 1 of 3 epochs, vectors by chance" in page["run"]["told"]


def test_a_second_start_while_it_runs_changes_nothing() -> None:
    async def main() -> int:
        gate = Gate()
        lab = lab_of(gate)
        train(lab)
        await asyncio.to_thread(gate.is_waiting.wait, 10)
        train(lab, seed=9)
        gate.may_go_on.set()
        await until(lab, "over")
        return len(gate.calls)

    assert asyncio.run(main()) == 1


def test_an_interrupt_of_the_kernel_ends_a_run(ignoring_interrupts: None) -> None:
    async def main() -> TrainingLab:
        gate = Gate()
        lab = lab_of(gate)
        train(lab)
        await asyncio.to_thread(gate.is_waiting.wait, 10)
        os.kill(os.getpid(), signal.SIGINT)
        while not lab._job.is_stopped:
            await asyncio.sleep(0)
        gate.may_go_on.set()
        await until(lab, "stopped")
        return lab

    assert asyncio.run(main()).page["said"].startswith("The kernel was interrupted after 1 epoch")


def test_a_stop_when_nothing_runs_changes_nothing() -> None:
    lab = lab_of(Training())
    send(lab, {"do": "stop"})
    assert lab.page["phase"] == "ready"


def test_a_training_that_breaks_says_why_and_the_next_one_runs() -> None:
    training = Training()

    def fussy(**knobs: Any) -> None:
        if knobs["seed"] == 1:
            raise ValueError("no <b>texts</b>")
        training(**knobs)

    lab = lab_of(fussy)
    page = train(lab, seed=1)
    assert page["phase"] == "failed"
    assert page["said"] == "The training could not go on. ValueError: no <b>texts</b>"
    assert train(lab)["phase"] == "over"


def test_a_training_that_tells_of_no_epoch_is_told() -> None:
    assert train(lab_of(lambda **knobs: None))["said"] == "The training told of no epoch."


@pytest.mark.parametrize(
    "content",
    [
        {"do": "train", **KNOBS, "epochs": 0},
        {"do": "train", **KNOBS, "epochs": 16},
        {"do": "train", **KNOBS, "learning_rate": 0},
        {"do": "train", **KNOBS, "learning_rate": math.inf},
        {"do": "train", **KNOBS, "seed": -1},
        {"do": "train", **KNOBS, "ready_made": "yes"},
        {"do": "fly"},
        "train",
        None,
    ],
    ids=str,
)
def test_a_message_that_is_no_setting_starts_nothing(content: object) -> None:
    training = Training()
    send(lab_of(training), content)
    assert training.calls == []


def test_a_page_cannot_write_the_figures() -> None:
    lab = lab_of(Training())
    before = dict(lab.page)
    lab.set_state({"page": {"phase": "over"}, "about": {}})
    assert lab.page == before


def test_it_begins_with_the_learning_rate_that_is_named() -> None:
    assert lab_of(Training(), learning_rate="large").page["knobs"]["learning_rate"] == 1.0
    assert lab_of(Training()).page["knobs"]["learning_rate"] == 0.001


def test_what_stands_in_a_stored_output_stays_the_same() -> None:
    lab = lab_of(Training())
    before = repr(lab)
    train(lab)
    assert repr(lab) == before == "TrainingLab(learning rate, epochs, starting vectors, seed)"


@pytest.mark.parametrize(
    ("rates", "name"), [({}, ""), ({"zero": 0.0}, ""), ({"nan": math.nan}, ""), (RATES, "huge")]
)
def test_senseless_learning_rates_are_refused(rates: dict[str, float], name: str) -> None:
    with pytest.raises(ValueError, match=r"[Ll]earning rates are"):
        TrainingLab(Training(), learning_rates=rates, learning_rate=name)


def test_a_training_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes a callable such as KnobTraining.*got str"):
        lab_of("training")


def test_a_note_is_a_text() -> None:
    with pytest.raises(
        TypeError, match=r"TrainingLab\(note=\.\.\.\) takes a text \(str\), got None"
    ):
        TrainingLab(Training(), learning_rates={"bold": 0.1}, note=None)  # type: ignore[arg-type]
