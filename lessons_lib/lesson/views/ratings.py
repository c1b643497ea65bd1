"""Where labels come from: texts to label beside the crowd, and the borders between its ratings."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.pipeline.text.label import HIGHEST_RATING, LABELS, RATING_THRESHOLD, Label

if TYPE_CHECKING:
    from lessons_lib.pipeline.text.corpus import Corpus, LabelledText

NO_CROWD = (
    "The corpus is not on this machine, so these are demo texts. Nobody rated them: their ratings "
    "stand for the labels that their author gave them."
)
TEXTS_TO_LABEL = 200
STEPS = 10  # a border moves by a tenth of a rating
_STYLES = ("lesson/views/modes.css", "lesson/views/ratings/view.css")


class LabelingAction(Struct, frozen=True):
    """What a page may request: label the text with this number, or go to the next one."""

    do: Literal["label", "next"]
    number: int
    label: Label = Label.NEUTRAL


class LabelingCard(Card):
    """Texts that a learner labels one by one, each answered by the crowd's label.

    Parameters
    ----------
    texts : sequence of LabelledText
        At least one; they start over after the last.
    note : str
        What the texts are, if they are not those of the corpus.
    """

    _esm = script("lesson/views/ratings/labeling.js")
    _css = framed_styles(*_STYLES)
    _kind = LabelingAction
    saved = ("Label texts yourself", "Give each text a label. How often does the crowd agree?")

    def __init__(self, texts: Sequence[LabelledText], note: str = "") -> None:
        self._texts = texts
        self._given: list[Label] = []  # of the texts so far
        self._number = 1  # of the text that is shown
        super().__init__(_about(self.saved, note))

    def __repr__(self) -> str:
        return "LabelingCard(label each text, then see the crowd's label)"

    def submit(self, action: LabelingAction) -> None:
        """Keep the first label of the current text, or show the next one after it."""
        if action.number == self._number:
            is_labeled = len(self._given) == self._number
            if action.do == "next":
                self._number += is_labeled
            elif not is_labeled:
                self._given.append(action.label)
        self.refresh()

    def content(self) -> Page:
        """Return the current text, the score, and what the crowd said once it has a label."""
        agreed = [label == self._text(n).label for n, label in enumerate(self._given)]
        one, is_labeled = self._text(self._number - 1), len(self._given) == self._number
        return {
            "number": self._number,
            "text": one.text,
            "mine": self._given[-1] if is_labeled else "",
            "crowd": one.label if is_labeled else "",
            "rating": signed(one.rating) if is_labeled else "",
            "labeled": len(agreed),
            "agreed": sum(agreed),
            "streak": [*reversed(agreed), False].index(False),
        }

    def _text(self, index: int) -> LabelledText:
        return self._texts[index % len(self._texts)]


class BordersView(Card):
    """A histogram of ratings with the two borders between the labels, which a learner moves.

    Parameters
    ----------
    ratings : iterable of float
        Mean ratings from −4 to 4; the page gets only how many there are in each tenth.
    note : str
        What the ratings are, if they are not those of the corpus.
    """

    _esm = script("lesson/views/ratings/borders.js")
    _css = framed_styles(*_STYLES)
    saved = (
        "Move the borders between the labels",
        "Drag a border, or move it with the arrow keys. Where do the labels have equal shares?",
    )

    def __init__(self, ratings: Iterable[float], note: str = "") -> None:
        tenths = counts_by_tenth(ratings)
        border = round(RATING_THRESHOLD * STEPS)
        super().__init__(_about(self.saved, note) | {"counts": tenths, "border": border})

    def __repr__(self) -> str:
        return "BordersView(ratings from −4 to 4, and the borders between the labels)"


def counts_by_tenth(ratings: Iterable[float]) -> list[int]:
    """Return how many ratings there are in each tenth from −4 to 4.

    Notes
    -----
    A tenth contains its end that is nearer to zero, as the labels do: −0.5 is negative.
    """
    half = HIGHEST_RATING * STEPS
    found = Counter[int]()
    for rating in ratings:
        tenth = min(int(abs(rating) * STEPS + 1e-9), half - 1)
        found[half - 1 - tenth if rating < 0 else half + tenth] += 1
    return [found[place] for place in range(2 * half)]


def signed(rating: float) -> str:
    """Format a rating with its sign: +1.25, −0.40."""
    return f"{rating:+.2f}".replace("-", "−")


def show_labeling() -> LabelingCard:
    """Return a card in which the learner labels texts and sees how the crowd rated them.

    Notes
    -----
    The texts are drawn when this is called, and neither they nor the labels are stored.
    """
    from lessons_lib.pipeline.text.corpus import is_showable

    corpus, note = _corpus_and_note()
    texts = [one for one in corpus.train if is_showable(one.text)]
    return LabelingCard(random.Random(0).sample(texts, min(TEXTS_TO_LABEL, len(texts))), note)


def show_borders() -> BordersView:
    """Return a view that moves the borders between the labels of the training split."""
    corpus, note = _corpus_and_note()
    return BordersView((one.rating for one in corpus.train), note)


def _about(saved: tuple[str, str], note: str) -> dict[str, Any]:
    classes = [{"name": str(label), "sign": label.sign} for label in LABELS]
    return {"title": saved[0], "lead": saved[1], "note": note, "classes": classes}


@cache
def _corpus_and_note() -> tuple[Corpus, str]:
    """Return the corpus, or the demo texts and a note; a kernel tries to download it only once."""
    from lessons_lib.pipeline.text.corpus import demo_corpus, load_corpus
    from lessons_lib.pipeline.text.corpus_files import CorpusMissingError

    try:
        return load_corpus(), ""
    except CorpusMissingError:
        return demo_corpus(), NO_CROWD
