"""Explorations of stages 1 and 2: labels from ratings, and a text's way to twenty ids."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from lessons_lib.classroom.sessions.controls import Choice, Slider, Text
from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, Explore, ShownPart, Table
from lessons_lib.formats import counted, percent
from lessons_lib.pipeline.text.label import HIGHEST_RATING, LABELS, RATING_THRESHOLD, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import PAD, UNK, Vocabulary

if TYPE_CHECKING:
    from lessons_lib.pipeline.text.corpus import Corpus, LabelledText

NEXT, CROWD = "the next text", "the crowd's rating"
NO_CROWD = (
    "The corpus is not on this machine, so these are demo texts. Nobody rated them: their ratings "
    "stand for the labels that their author gave them."
)
TEXTS_TO_LABEL = 200
BORDERS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0)
SAMPLE_RATINGS = (-0.6, 0.4, 1.2)
FIRST_TEXT = "DON’T miss it — Tom’s pancakes were SOOO blorptastic!"


class LabelingRound:
    """Texts that a learner labels one by one; the first label shown next to the crowd's counts.

    Parameters
    ----------
    texts : sequence of LabelledText
        At least one; they start over after the last.
    """

    def __init__(self, texts: Sequence[LabelledText]) -> None:
        self._texts, self._said = texts, [""]  # the label of each text so far, the last may be open
        self._agreed = 0

    def parts(self, label: str, shown: str) -> list[ShownPart]:
        """Return the next text, or what the crowd said about this one."""
        if shown == NEXT and self._said[-1]:
            self._said.append("")
        number = len(self._said)
        one = self._texts[(number - 1) % len(self._texts)]
        quoted = f"“{one.text}”"
        if shown == NEXT:
            return [f"Text {number}: which label would you give it?", quoted]
        if not self._said[-1]:
            self._said[-1] = label
            self._agreed += label == one.label
        verdict = "you agree" if self._said[-1] == one.label else f"you said {self._said[-1]}"
        mean = f"The mean rating is {signed(one.rating)}, so the label is {one.label}; {verdict}."
        return [f"{mean} You agree with the crowd on {self._agreed} of {number}.", quoted]


def show_labeling() -> Explore:
    """Return an exploration in which the learner labels texts and sees how the crowd rated them.

    Notes
    -----
    The texts are drawn when this is called, and neither they nor the labels are stored.
    """
    from lessons_lib.pipeline.text.corpus import is_showable

    corpus, note = _corpus_and_note()
    texts = [one for one in corpus.train if is_showable(one.text)]
    drawn = random.Random(0).sample(texts, min(TEXTS_TO_LABEL, len(texts)))
    labeling = LabelingRound(drawn)
    return Explore(
        {
            "label": Choice("Your label", [*map(str, LABELS)]),
            "shown": Choice("Show", (NEXT, CROWD)),
        },
        labeling.parts,
        title="Label texts yourself",
        lead="Choose a label, then show the crowd's rating. How often do you agree in ten texts?",
        note=note,
    )


def signed(rating: float) -> str:
    """Format a rating with its sign: +1.25, −0.40."""
    return f"{rating:+.2f}".replace("-", "−")


def label_at(rating: float, border: float) -> Label:
    """Return the label of a mean rating if the borders were at −border and +border."""
    if abs(rating) < border:
        return Label.NEUTRAL
    return Label.POSITIVE if rating > 0 else Label.NEGATIVE


def parts_at_border(ratings: Sequence[float], border: float) -> list[ShownPart]:
    """Return how many texts get each label with a border, and what becomes of three ratings."""
    counts = Counter(label_at(rating, border) for rating in ratings)
    shares = [counts[label] / len(ratings) for label in LABELS]
    rows = [
        (str(label), f"{counts[label]:,}", percent(share))
        for label, share in zip(LABELS, shares, strict=True)
    ]
    pairs = [(label_at(one, RATING_THRESHOLD), label_at(one, border)) for one in SAMPLE_RATINGS]
    samples = [
        (signed(rating), old, new if new == old else f"{new} (changed)")
        for rating, (old, new) in zip(SAMPLE_RATINGS, pairs, strict=True)
    ]
    changed = sum(old != new for old, new in pairs)
    moved = f"{changed or 'none'} of the three sample ratings changed labels"
    return [
        f"With borders at −{border:g} and +{border:g}, {percent(shares[1])} of the texts are "
        f"neutral, and {moved}.",
        Table(("label", "texts", "share"), rows, "Labels of the training split", bars=shares),
        Table(("mean rating", f"borders at {RATING_THRESHOLD:g}", "now"), samples),
    ]


def show_borders() -> Explore:
    """Return an exploration that moves the borders between the labels of the training split."""
    corpus, note = _corpus_and_note()
    ratings = [one.rating for one in corpus.train]
    return Explore(
        {"border": Slider("Distance of the borders from zero", BORDERS, RATING_THRESHOLD)},
        lambda border: parts_at_border(ratings, border),
        title="Move the borders between the labels",
        lead=f"Ratings go from −{HIGHEST_RATING} to {HIGHEST_RATING}. At which distance are the "
        "three labels about equally frequent?",
        note=note,
    )


def deleted_signs(text: str) -> list[str]:
    """Return the characters of a text that preprocessing deletes, in order."""
    return [one for one in text.lower() if not one.isspace() and not preprocess(one)]


def id_chip(text: str, number: int) -> Chip:
    """Return a chip for a token or its id, marked if it is unknown or padding."""
    if number == UNK:
        return Chip(text, "unknown", "warned")
    return Chip(text, "padding", "faded") if number == PAD else Chip(text)


def token_chips(tokens: Sequence[str], ids: Sequence[int]) -> list[Chip]:
    """Return a chip for each token, with or without an id."""
    kept = [id_chip(token, number) for token, number in zip(tokens, ids, strict=False)]
    return kept + [Chip(token, "cut off", "struck") for token in tokens[len(ids) :]]


def preprocessing_parts(text: str, vocabulary: Vocabulary) -> list[ShownPart]:
    """Return what a text looks like after each step of preprocessing, and its ids."""
    deleted = deleted_signs(text)
    kept = text.lower().translate({ord(one): None for one in deleted})
    tokens = uncut_tokens(text)
    ids = vocabulary.encode(tokens)
    n_slots, n_unknown = min(len(tokens), MAX_TOKENS), ids.count(UNK)
    signs = [Chip(sign if n == 1 else f"{sign} ×{n}") for sign, n in Counter(deleted).items()]
    counts = (
        f"{counted(len(tokens), 'token')}: {n_unknown} unknown, {len(tokens) - n_slots} cut off. "
        f"{ids.count(PAD)} of the {MAX_TOKENS} slots are padding."
    )
    return [
        counts if tokens else f"No token is left, so all {MAX_TOKENS} slots are padding.",
        Table(("step", "the text after it"), [("1 lowercase", text.lower()), ("2 delete", kept)]),
        *([Chips("Deleted", signs)] if signs else []),
        *([Chips("3 split", token_chips(tokens, ids))] if tokens else []),
        Chips("Next stage: ids", [id_chip(str(number), number) for number in ids]),
    ]


def show_preprocessing(vocabulary: Vocabulary | None = None) -> Explore:
    """Return an exploration that takes the learner's text through each step up to its ids.

    Parameters
    ----------
    vocabulary : Vocabulary, optional
        The known words; by default those of the shipped model.
    """
    known = vocabulary or _shipped_vocabulary()
    return Explore(
        {"text": Text("Your text", FIRST_TEXT)},
        lambda text: preprocessing_parts(text, known),
        title="Your text, step by step",
        lead="Type a text of your own. Can you make one with more than twenty tokens, one without "
        "any, and one in which every word is unknown?",
    )


def _shipped_vocabulary() -> Vocabulary:
    from lessons_lib.pipeline.model.checkpoint import load_checkpoint  # loads numpy

    return load_checkpoint().vocabulary


@cache
def _corpus_and_note() -> tuple[Corpus, str]:
    """Return the corpus, or the demo texts and a note; a kernel tries to download it only once."""
    from lessons_lib.pipeline.text.corpus import demo_corpus, load_corpus
    from lessons_lib.pipeline.text.corpus_files import CorpusMissingError

    try:
        return load_corpus(), ""
    except CorpusMissingError:
        return demo_corpus(), NO_CROWD
