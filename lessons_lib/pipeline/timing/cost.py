"""The cost of a batch, a fixed part that all its texts share plus a part per text; its price."""

from dataclasses import dataclass

from lessons_lib.arguments import checked_seconds

PRICE = 0.04  # dollars for a core-hour, a usual order of magnitude
PRICES = (0, 0.01, 0.02, PRICE, 0.1, 0.5, 2)
DAYS = 30  # in a month


@dataclass(frozen=True, slots=True)
class CostModel:
    """The service time of a batch, as a straight line: fixed_s + per_text_s x batch size.

    Attributes
    ----------
    fixed_s, per_text_s : float
        The cost of each batch regardless of its size, and what each text adds.
    handover_s : float
        The time from a request's arrival until it is in the queue; the worker is not busy then.

    Raises
    ------
    ValueError
        If a part is negative or not finite, or if a batch would take no time.
    TypeError
        If a part is not a number.
    """

    fixed_s: float
    per_text_s: float
    handover_s: float = 0.0

    def __post_init__(self) -> None:
        for name in ("fixed_s", "per_text_s", "handover_s"):
            checked_seconds(name, getattr(self, name))
        if self.fixed_s + self.per_text_s == 0:
            raise ValueError("fixed_s or per_text_s must be above 0, got 0 for both.")

    def __repr__(self) -> str:
        return f"CostModel({self})"

    def __str__(self) -> str:
        fixed, per_text, handover = (
            f"{1000 * part:.3g} ms" for part in (self.fixed_s, self.per_text_s, self.handover_s)
        )
        before = f"{handover} to the queue, " if self.handover_s else ""
        fixed = fixed if self.fixed_s else "nothing measurable"
        return f"{before}{fixed} per batch + {per_text} per text"

    def service_s(self, batch_size: int) -> float:
        """Return how many seconds a batch of this size takes."""
        return self.fixed_s + self.per_text_s * batch_size

    def texts_per_s(self, batch_size: int) -> float:
        """Return the throughput of a worker that is never idle: its saturation."""
        return batch_size / self.service_s(batch_size)


def dollars_per_million(texts_per_s: float, core_hour: float = PRICE) -> float:
    """Return what a million texts cost on a core that labels that many texts per second."""
    return 1e6 / texts_per_s * core_hour / 3600
