"""Labeling beside the crowd, and the ratings between which a learner moves the borders."""

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.lesson.views import ratings
from lessons_lib.lesson.views.ratings import (
    LabelingCard,
    counts_by_tenth,
    show_borders,
    show_labeling,
)
from lessons_lib.pipeline.text import corpus
from lessons_lib.pipeline.text.corpus import LabelledText, demo_texts
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError
from lessons_lib.pipeline.text.label import Label
from tests.classroom.widgets.pretend_browser import send

TEXTS = [
    LabelledText("Lovely", Label.POSITIVE, 2.0, "test"),
    LabelledText("A chair", Label.NEUTRAL, 0.25, "test"),
]


def _offline() -> None:
    raise CorpusMissingError("no network")


def _score(card: LabelingCard) -> tuple[int, int, int]:
    return card.page["agreed"], card.page["labeled"], card.page["streak"]


def test_the_crowd_answers_the_first_label_only() -> None:
    card = LabelingCard(TEXTS)
    assert (card.page["text"], card.page["crowd"], card.page["rating"]) == ("Lovely", "", "")
    send(card, "next", number=1)
    assert card.page["number"] == 1
    for label in ("negative", "positive"):
        send(card, "label", number=1, label=label)
        assert (card.page["mine"], card.page["crowd"]) == ("negative", "positive")
    assert (card.page["rating"], _score(card)) == ("+2.00", (0, 1, 0))


def test_the_score_counts_every_text_once_and_the_texts_start_over() -> None:
    card = LabelingCard(TEXTS)
    for number, label in enumerate(("negative", "neutral", "positive"), start=1):
        send(card, "label", number=number, label=label)
        send(card, "next", number=number)
        send(card, "next", number=number)  # a second click
    assert (card.page["number"], card.page["text"], _score(card)) == (4, "A chair", (2, 3, 2))
    send(card, "label", number=4, label="positive")
    assert _score(card) == (2, 4, 0)


def test_what_is_no_label_changes_nothing() -> None:
    card = LabelingCard(TEXTS)
    send(card, "label", number=1, label="good")
    send(card, "label")
    assert card.page["labeled"] == 0


def test_labels_without_a_crowd_are_marked_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings, "_corpus_and_note", ratings._corpus_and_note.__wrapped__)
    monkeypatch.setattr(corpus, "load_corpus", _offline)
    card = show_labeling()
    assert "Nobody rated them" in card.about["note"]
    assert card.page["text"] in demo_texts()
    assert "Nobody rated them" in show_borders().about["note"]


@given(st.lists(st.floats(-4, 4)))
@example([0.5, -0.5, 0.0, 4.0, -4.0, 0.3, -0.3])
def test_at_our_borders_the_counts_are_those_of_the_labels(some: list[float]) -> None:
    counts = counts_by_tenth(some)
    labels = [Label.from_rating(one) for one in some]
    shares = sum(counts[:35]), sum(counts[35:45]), sum(counts[45:])
    assert shares == tuple(labels.count(one) for one in Label)
