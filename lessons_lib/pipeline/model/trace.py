"""The record of a training run: loss and accuracy by epoch, and a reference to compare it with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EpochRow:
    """The metrics after one epoch: losses in nats per text, accuracies from 0 to 1."""

    epoch: int
    train_loss: float
    train_accuracy: float
    held_out_loss: float
    held_out_accuracy: float


class TrainingTrace(tuple[EpochRow, ...]):
    """One row per epoch, in order."""

    def __repr__(self) -> str:
        lines = ["epoch   loss: training  held-out   accuracy: training  held-out"]
        lines += [
            f"{row.epoch:5}          {row.train_loss:6.3f}    {row.held_out_loss:6.3f}"
            f"             {row.train_accuracy:6.3f}    {row.held_out_accuracy:6.3f}"
            for row in self
        ]
        return "\n".join(lines)

    def best_epoch(self) -> int:
        """Return the epoch with the lowest held-out loss, the first one in a tie."""
        return min(self, key=lambda row: row.held_out_loss).epoch


@dataclass(frozen=True, slots=True)
class ReferencePoint:
    """One row of the course's reference trace."""

    epoch: int
    loss: float
    accuracy: float
    seen: str


REFERENCE_TRACE = (
    ReferencePoint(1, 1.20, 0.45, "learning starts: loss high, accuracy low"),
    ReferencePoint(3, 0.80, 0.65, "the loss falls, the accuracy rises"),
    ReferencePoint(5, 0.50, 0.78, "converging: better predictions"),
    ReferencePoint(7, 0.35, 0.85, "loss low, accuracy high, training stable"),
    ReferencePoint(10, 0.30, 0.88, "the last epoch: well trained on its own texts"),
)
