"""The threshold for labels, and drift: which dials show without labels that texts have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lessons_lib.classroom.sessions.controls import Choice, Slider
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.formats import percent
from lessons_lib.pipeline.inference.prediction import load_folded
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, load_corpus_or_demo
from lessons_lib.pipeline.text.label import CLEAR, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import UNK

FILMS, NEWSPAPER = "film reviews", "newspaper sentences"
KIND_OF_SOURCE = {"movie": FILMS, "nyt": NEWSPAPER, "tweets": "tweets", "amazon": "product reviews"}
DIALS = ("labeled neutral", "label withheld", "with an unknown word", "with more than twenty words")
_WINDOW, _WINDOWS = 500, 2_000  # texts, and windows in which false alarms are counted
_RANGE = 3  # standard errors on either side of the mean
_STOPS = (0, 2, 5, 10, 15, 20, 25, 50, 75, 100)
_FULL_BAR = 80  # standard errors
_CAPTION = (
    "The last column says how many standard errors a share is from the mean of film reviews. The "
    f"range ends at {_RANGE}. The desk can't see the last row."
)


@dataclass(frozen=True, slots=True)
class Drift:
    """Windows of texts: of film reviews alone, and mixed with texts of another kind.

    Attributes
    ----------
    usual : array, shape (5,)
        The share of all film reviews on each dial, and last of correct labels.
    alarms : float
        The share of windows of film reviews alone in which a dial is outside its normal range.
    drawn : mapping of kinds of texts to arrays, each of shape (500, 5)
        Whether each text counts on each dial, and last whether its label is correct.
    """

    usual: NDArray[np.float64]
    alarms: float
    drawn: Mapping[str, NDArray[np.bool_]]

    def window(self, kind: str, share: float) -> NDArray[np.float64]:
        """Return the shares in a window of which a share are texts of a kind, shape (5,)."""
        count = round(share * _WINDOW)
        mixed = np.concatenate([self.drawn[kind][:count], self.drawn[FILMS][count:]])
        return np.asarray(mixed.mean(axis=0))

    @property
    def normal(self) -> NDArray[np.float64]:
        """The lowest and the highest share of each normal range, shape (2, 5)."""
        beyond = _RANGE * _standard_errors(self.usual)
        return np.stack([self.usual - beyond, self.usual + beyond]).clip(0, 1)

    def distance(self, window: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many standard errors each share is from that of film reviews."""
        return np.asarray(np.abs(window - self.usual) / _standard_errors(self.usual))

    @property
    def clearest(self) -> str:
        """The dial that is furthest from its mean if all texts are newspaper sentences."""
        return DIALS[int(self.distance(self.window(NEWSPAPER, 1))[:-1].argmax())]

    @property
    def false_alarms(self) -> str:
        """How often windows of film reviews alone leave a normal range."""
        alarms = f"{100 * self.alarms:.1f} %"
        return f"{alarms} of {_WINDOWS:,} windows of film reviews leave a dial's range"

    def table(self, window: NDArray[np.float64] | None = None) -> Table:
        """Return a table of the dials, and last of the correct labels; by default, of news."""
        window = self.window(NEWSPAPER, 1) if window is None else window
        distance = self.distance(window)
        columns = zip((*DIALS, "labeled correctly"), *self.normal, window, distance, strict=True)
        rows = [
            (name, f"{100 * low:.0f}–{percent(high)}", percent(now), f"{far:.1f}")
            for name, low, high, now, far in columns
        ]
        head = ("share of texts", FILMS, "this window", "standard errors")
        return Table(head, rows, _CAPTION, bars=(distance / _FULL_BAR).tolist())


def _standard_errors(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much shares vary between windows of independent texts, but at least a text."""
    return np.sqrt(shares * (1 - shares) / _WINDOW).clip(1 / _WINDOW)


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
    of_kinds = {
        kind: marks[np.equal(kinds, kind)] if kind in kinds else marks
        for kind in KIND_OF_SOURCE.values()
    }
    drawn = {kind: random.choice(rows, _WINDOW) for kind, rows in of_kinds.items()}
    usual = of_kinds[FILMS].mean(axis=0)
    windows = random.choice(of_kinds[FILMS], (_WINDOWS, _WINDOW)).mean(axis=1)  # (2000, 5)
    outside = np.abs(windows - usual) > _RANGE * _standard_errors(usual)
    return Drift(usual, float(outside[:, :-1].any(axis=1).mean()), drawn)


def _marks(texts: Sequence[LabelledText]) -> NDArray[np.bool_]:
    """Return whether each text counts on each dial, and whether its label is correct, (n, 5)."""
    pipeline, plain = load_folded(), [one.text for one in texts]
    tokens, probabilities = pipeline.encode(plain), pipeline.probabilities(plain)  # (n, 3)
    of_texts = np.repeat(np.arange(len(texts)), tokens.counts)
    numbers = probabilities.argmax(axis=1)
    columns = [
        numbers == Label.NEUTRAL.number,
        probabilities.max(axis=1) < CLEAR,
        np.isin(np.arange(len(texts)), of_texts[tokens.ids == UNK]),
        [len(uncut_tokens(text)) > MAX_TOKENS for text in plain],
        numbers == [one.label.number for one in texts],
    ]
    return np.stack(columns, axis=1)


def drift_parts(drift: Drift, kind: str, share: float) -> list[str | Table]:
    """Return a sentence and a table about a window of which a share are texts of a kind."""
    window = drift.window(kind, share)
    far = zip(DIALS, drift.distance(window)[:-1], strict=True)
    out = ", ".join(name for name, errors in far if errors > _RANGE)
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
        f"normal range is the mean of film reviews ± {_RANGE} standard errors of a window's share. "
        f"By chance, {drift.false_alarms}.",
    )


def threshold_parts(
    top: NDArray[np.float32], is_right: NDArray[np.bool_], threshold: float
) -> list[str | Table]:
    """Return what a threshold does to labels, given their probabilities and which are right."""
    accepted = top >= threshold
    share, right = accepted.mean(), is_right[accepted].mean() if accepted.any() else 0.0
    sentence = (
        f"{percent(share)} of the labels are accepted, and {percent(right)} of those are right."
    )
    rows = (("accepted", percent(share)), ("right among them", percent(right)))
    return [sentence, Table(("labels", "share"), rows, bars=(float(share), float(right)))]


def show_threshold() -> Explore:
    """Return an exploration of the threshold below which the desk withholds a label."""
    texts = load_corpus_or_demo().validation
    probabilities = load_folded().probabilities([one.text for one in texts])  # (n, 3)
    is_right = probabilities.argmax(axis=1) == [one.label.number for one in texts]
    return Explore(
        {"threshold": Slider("Threshold", (0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95), 0.6)},
        lambda threshold: threshold_parts(probabilities.max(axis=1), is_right, threshold),
        title="Which labels to trust?",
        lead="How high must the threshold be for nine in ten accepted labels to be right, and how "
        "many texts does a reviewer then get?",
        note=f"Computed from the {len(texts):,} texts of the validation split.",
    )
