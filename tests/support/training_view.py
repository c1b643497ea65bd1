"""A training lab without a browser, and training runs with given losses."""

from collections.abc import Sequence
from typing import Any

from lessons_lib.lesson.views.training import TrainingLab
from lessons_lib.pipeline.model.trace import EpochRow
from tests.classroom.widgets.pretend_browser import send

RATES = {"small": 0.001, "large": 1.0}
KNOBS = {"learning_rate": 0.001, "epochs": 3, "ready_made": False, "seed": 5}


class Training:
    """Reports a row per epoch with the given losses, and records its arguments."""

    def __init__(self, losses: Sequence[float] = (0.9, 0.8, 0.85), steps: int = 2) -> None:
        self.losses, self.steps = losses, steps
        self.calls: list[dict[str, Any]] = []

    def __call__(self, *, on_epoch: Any, on_step: Any, **knobs: Any) -> None:
        self.calls.append(knobs)
        for epoch in range(1, knobs["epochs"] + 1):
            for _ in range(self.steps):
                on_step()
            loss = self.losses[(epoch - 1) % len(self.losses)]
            on_epoch(EpochRow(epoch, 1 / (1 + epoch), 0.6, loss, 0.5))


def lab_of(train: Any, **changes: Any) -> TrainingLab:
    return TrainingLab(train, learning_rates=RATES, **changes)


def train(lab: TrainingLab, **changes: Any) -> dict[str, Any]:
    send(lab, "train", **(KNOBS | changes))
    return dict(lab.page)
