"""The training lab without a browser: settings sent as a page would, and fake training runs."""

import asyncio
import math
import threading
from typing import Any

import pytest

from lessons_lib.lesson.views.training import TrainingLab
from lessons_lib.pipeline.model.trace import EpochRow
from tests.classroom.widgets.pretend_browser import run, send, sent, until
from tests.support.training_view import KNOBS, Training, lab_of, train


class Gate(Training):
    """A training that waits for the test in its second epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs = 0
        self.is_waiting, self.may_continue = threading.Event(), threading.Event()

    def __call__(self, *, on_epoch: Any, on_step: Any, **knobs: Any) -> None:
        def step() -> None:
            on_step()
            if self.epochs:
                self.is_waiting.set()
                self.may_continue.wait(10)

        def report(row: EpochRow) -> None:
            self.epochs += 1
            on_epoch(row)

        super().__call__(on_epoch=report, on_step=step, **knobs)


async def waiting(gate: Gate) -> TrainingLab:
    """Return a lab whose training is at the gate."""
    lab = lab_of(gate)
    train(lab)
    await asyncio.to_thread(gate.is_waiting.wait, 10)
    return lab


async def until_in(lab: TrainingLab, phase: str) -> None:
    await until(lambda: lab.page["phase"] == phase)


def test_nothing_is_trained_until_the_button_is_pressed_and_then_with_its_settings() -> None:
    training = Training()
    lab = lab_of(training)
    assert training.calls == []
    assert (lab.page["phase"], lab.page["run"]["rows"], lab.page["before"]) == ("ready", [], {})
    assert train(lab)["knobs"] == KNOBS
    assert training.calls == [KNOBS]


def test_a_run_shows_its_rows_its_best_epoch_and_a_sentence() -> None:
    page = train(lab_of(Training()))
    assert page["phase"] == "over"
    assert [row["held_out_loss"] for row in page["run"]["rows"]] == [0.9, 0.8, 0.85]
    assert page["run"]["best"] == 2
    assert page["status"].startswith("Overfitting from epoch 3 on")
    assert page["run"]["summary"].startswith("learning rate 0.001 (small), 3 epochs, random")


def test_each_epoch_is_shown_as_soon_as_it_is_over_and_timed() -> None:
    times = iter([10.0, 12.0, 14.0, 16.0])
    lab = lab_of(Training(), clock=lambda: next(times))
    lengths: list[int] = []
    lab.observe(lambda change: lengths.append(len(change["new"]["run"]["rows"])), "page")
    train(lab)
    assert lengths == [0, 1, 2, 3, 3]
    assert lab.page["seconds"] == 2.0


def test_the_previous_run_is_shown_with_the_next_one() -> None:
    lab = lab_of(Training())
    first = train(lab)["run"]
    second = train(lab, epochs=1)
    assert second["before"] == first
    assert len(second["run"]["rows"]) == 1


def test_a_loss_that_is_not_finite_can_be_sent_and_is_explained() -> None:
    page = train(lab_of(Training((0.9, math.nan))))
    assert page["run"]["rows"][1]["held_out_loss"] is None
    assert page["status"].startswith("Training diverged: after epoch 2")
    assert sent(page)


def test_a_second_start_changes_nothing_and_stop_keeps_the_earlier_epochs() -> None:
    async def main() -> dict[str, Any]:
        gate = Gate()
        lab = await waiting(gate)
        train(lab, seed=9)
        send(lab, "stop")
        await until_in(lab, "stopping")
        gate.may_continue.set()
        await until_in(lab, "stopped")
        assert (gate.epochs, len(gate.calls)) == (1, 1)
        return dict(lab.page)

    page = run(main())
    assert len(page["run"]["rows"]) == 1
    assert page["status"].startswith("Stopped after 1 epoch of 3.")
    assert "(small), 1 of 3 epochs, random vectors" in page["run"]["summary"]


def test_a_failed_training_shows_the_error_and_the_next_one_runs() -> None:
    training = Training()

    def fussy(**knobs: Any) -> None:
        if knobs["seed"] == 1:
            raise ValueError("no <b>texts</b>")
        training(**knobs)

    lab = lab_of(fussy)
    page = train(lab, seed=1)
    assert page["phase"] == "failed"
    assert page["status"] == "Training failed. ValueError: no <b>texts</b>"
    assert train(lab)["phase"] == "over"


@pytest.mark.parametrize(
    "changes",
    [
        *({"epochs": 0}, {"epochs": 16}, {"learning_rate": 0}, {"learning_rate": math.inf}),
        *({"seed": -1}, {"ready_made": "yes"}, {"do": "fly"}, {"do": "stop"}),
    ],
    ids=str,
)
def test_an_invalid_message_starts_nothing(changes: dict[str, Any]) -> None:
    training = Training()
    lab = lab_of(training)
    lab._handle_custom_msg({"do": "train", **KNOBS, **changes}, [])
    assert (training.calls, lab.page["phase"]) == ([], "ready")
