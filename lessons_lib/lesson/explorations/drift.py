"""Drift: which dials show without labels that the texts have changed, and what they cannot show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.classroom.sessions.controls import Choice, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.formats import percent
from lessons_lib.pipeline.inference.prediction import load_folded
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, load_corpus_or_demo
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import UNK

FILMS, NEWSPAPER = "film reviews", "newspaper sentences"
KIND_OF_SOURCE = {"movie": FILMS, "nyt": NEWSPAPER, "tweets": "tweets", "amazon": "product reviews"}
DIALS = ("labeled neutral", "label withheld", "with an unknown word", "with more than twenty words")
_WINDOW, _WINDOWS = 500, 20
_THRESHOLD = 0.6  # below which notebook 08 withholds a label
_STOPS = (0, 2, 5, 10, 15, 20, 25, 50, 75, 100)
_FULL_BAR = 25  # widths of the normal range
_CAPTION = (
    "The last column says how far a share is outside the range of film reviews, in widths of that "
    "range. The desk can't see the last row."
)


@dataclass(frozen=True, slots=True)
class Drift:
    """Windows of texts: of film reviews alone, and mixed with texts of another kind.

    Attributes
    ----------
    normal : array, shape (2, 5)
        The lowest and the highest share on each dial, and last of correct labels, in windows of
        film reviews alone.
    drawn : mapping of kinds of texts to arrays, each of shape (500, 5)
        Whether each text counts on each dial, and last whether its label is correct.
    """

    normal: NDArray[np.float64]
    drawn: Mapping[str, NDArray[np.bool_]]

    def window(self, kind: str, share: float) -> NDArray[np.float64]:
        """Return the shares in a window of which a share are texts of a kind, shape (5,)."""
        count = round(share * _WINDOW)
        mixed = np.concatenate([self.drawn[kind][:count], self.drawn[FILMS][count:]])
        return np.asarray(mixed.mean(axis=0))

    def outside(self, window: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each share is outside its normal range, in widths of that range."""
        low, high = self.normal
        beyond = np.maximum(low - window, window - high).clip(0)
        return np.asarray(beyond / (high - low).clip(0.01))

    @property
    def clearest(self) -> str:
        """The dial that is furthest outside if all texts are newspaper sentences."""
        return DIALS[int(self.outside(self.window(NEWSPAPER, 1))[:-1].argmax())]

    def table(self, window: NDArray[np.float64]) -> Table:
        """Return a table of the dials, and last of the correct labels."""
        outside = self.outside(window)
        columns = zip((*DIALS, "labeled correctly"), *self.normal, window, outside, strict=True)
        rows = [
            (name, f"{100 * low:.0f}–{percent(high)}", percent(now), f"{far:.1f}" if far else "–")
            for name, low, high, now, far in columns
        ]
        head = ("share of texts", FILMS, "this window", "widths outside")
        return Table(head, rows, _CAPTION, bars=(outside / _FULL_BAR).tolist())

    def __str__(self) -> str:
        table = self.table(self.window(NEWSPAPER, 1))
        return "\n".join(
            f"{a:27}  {b:>12}  {c:>11}  {d:>14}" for a, b, c, d in (table.head, *table.rows)
        )


def measure_drift(corpus: Corpus, *, seed: int = 0) -> Drift:
    """Return windows of 500 texts that the model was not trained on, drawn at random.

    Parameters
    ----------
    corpus : Corpus
        Its validation and test texts are drawn from. Those of an unknown source, as in the demo
        corpus, count as newspaper sentences if they are neutral, and else as film reviews.
    seed : int
        The same seed gives the same windows.
    """
    random = np.random.default_rng(seed)
    held_out = [*corpus.validation, *corpus.test]
    marks = _marks(held_out)  # (n, 5)
    guessed = {True: NEWSPAPER, False: FILMS}
    kinds = [
        KIND_OF_SOURCE.get(one.source, guessed[one.label is Label.NEUTRAL]) for one in held_out
    ]
    windows = {}
    for kind in KIND_OF_SOURCE.values():
        of_kind = marks[np.equal(kinds, kind)] if kind in kinds else marks
        windows[kind] = of_kind[random.integers(len(of_kind), size=(_WINDOWS, _WINDOW))]
    shares = windows[FILMS].mean(axis=1)  # (20, 500, 5) -> (20, 5)
    normal = np.stack([shares.min(axis=0), shares.max(axis=0)])
    return Drift(normal, {kind: several[0] for kind, several in windows.items()})


def _marks(texts: Sequence[LabelledText]) -> NDArray[np.bool_]:
    """Return whether each text counts on each dial, and whether its label is correct, (n, 5)."""
    pipeline, plain = load_folded(), [one.text for one in texts]
    tokens, probabilities = pipeline.encode(plain), pipeline.probabilities(plain)  # (n, 3)
    of_texts = np.repeat(np.arange(len(texts)), tokens.counts)
    numbers = probabilities.argmax(axis=1)
    columns = [
        numbers == Label.NEUTRAL.number,
        probabilities.max(axis=1) < _THRESHOLD,
        np.isin(np.arange(len(texts)), of_texts[tokens.ids == UNK]),
        [len(uncut_tokens(text)) > MAX_TOKENS for text in plain],
        numbers == [one.label.number for one in texts],
    ]
    return np.stack(columns, axis=1)


def drift_parts(drift: Drift, kind: str, share: float) -> list[str | Table]:
    """Return a sentence and a table about a window of which a share are texts of a kind."""
    window = drift.window(kind, share)
    far = zip(DIALS, drift.outside(window)[:-1], strict=True)
    out = ", ".join(name for name, widths in far if widths)
    seen = f"Outside the normal range: {out}." if out else "Every dial is in its normal range."
    place = "below" if window[-1] < drift.normal[0, -1] else "within"
    truth = f"The desk can't see the share of correct labels: {percent(window[-1])}"
    return [f"{seen} {truth}, {place} its normal range.", drift.table(window)]


def show_drift() -> Explore:
    """Return an exploration of what the dials show as texts of another kind arrive."""
    drift = measure_drift(load_corpus_or_demo())
    return Explore(
        {
            "share": Slider("Share that isn't film reviews", _STOPS, 0, "%"),
            "kind": Choice("It consists of", list(drift.drawn)[1:]),
        },
        lambda kind, share: drift_parts(drift, kind, share / 100),
        title="Different, or worse?",
        lead="At which share of newspaper sentences does a dial leave its range, and at which does "
        "the share of correct labels? Then compare tweets with product reviews.",
        note=f"Computed from windows of {_WINDOW} texts that played no part in training. The "
        f"normal range is that of {_WINDOWS} windows of film reviews.",
    )
