"""Labeling against the crowd, the borders between labels, and the steps of preprocessing."""

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, ShownPart, Table
from lessons_lib.lesson.explorations import stages
from lessons_lib.lesson.explorations.stages import (
    CROWD,
    FIRST_TEXT,
    NEXT,
    LabelingRound,
    deleted_signs,
    label_at,
    parts_at_border,
    preprocessing_parts,
    show_borders,
    show_labeling,
    show_preprocessing,
)
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text import corpus
from lessons_lib.pipeline.text.corpus import LabelledText, demo_texts
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess

VOCABULARY = load_checkpoint().vocabulary
TEXTS = [
    LabelledText("Lovely", Label.POSITIVE, 2.0, "test"),
    LabelledText("A chair", Label.NEUTRAL, 0.25, "test"),
]


def _chips(parts: list[ShownPart], label: str) -> list[Chip]:
    rows = [one.chips for one in parts if isinstance(one, Chips) and one.label == label]
    return [*rows[0]] if rows else []


def _labeled_positive(labeling: LabelingRound) -> str:
    labeling.parts("positive", NEXT)
    return str(labeling.parts("positive", CROWD)[0])


def _offline() -> None:
    raise CorpusMissingError("no network")


def test_a_text_is_judged_by_the_label_when_the_crowd_is_first_shown() -> None:
    labeling = LabelingRound(TEXTS)
    assert "“Lovely”" in labeling.parts("negative", NEXT)
    assert "“Lovely”" in labeling.parts("positive", NEXT)
    agreed = "The mean rating is +2.00, so the label is positive; you agree."
    assert labeling.parts("positive", CROWD)[0] == f"{agreed} You agree with the crowd on 1 of 1."
    assert labeling.parts("negative", CROWD)[0] == f"{agreed} You agree with the crowd on 1 of 1."


def test_the_score_counts_every_text_once_and_starts_over_after_the_last() -> None:
    labeling = LabelingRound(TEXTS)
    scores = [_labeled_positive(labeling) for _ in range(3)]
    assert [score.rpartition("on ")[2] for score in scores] == ["1 of 1.", "1 of 2.", "2 of 3."]
    assert "you said positive" in scores[1]
    assert labeling.parts("neutral", NEXT) == [
        "Text 4: which label would you give it?",
        "“A chair”",
    ]


def test_labels_without_a_crowd_are_marked_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "_corpus_and_note", stages._corpus_and_note.__wrapped__)
    monkeypatch.setattr(corpus, "load_corpus", _offline)
    widget = show_labeling()
    assert "Nobody rated them" in widget.about["note"]
    assert widget.page["parts"][1]["text"].strip("“”") in demo_texts()
    assert "Nobody rated them" in show_borders().about["note"]


@given(st.floats(-4, 4))
@example(0.5)
@example(-0.5)
@example(0.0)
def test_at_the_real_border_the_labels_are_the_real_ones(rating: float) -> None:
    assert label_at(rating, 0.5) is Label.from_rating(rating)


def test_a_border_counts_the_labels_and_names_the_ratings_that_change() -> None:
    sentence, labels, samples = parts_at_border([-2.0, -0.7, 0.3, 1.0], 1.0)
    assert isinstance(labels, Table) and isinstance(samples, Table)
    assert [row[1] for row in labels.rows] == ["1", "2", "1"]
    assert labels.bars == [0.25, 0.5, 0.25]
    assert "50 % of the texts are neutral" in str(sentence)
    assert "1 of the three sample ratings changed labels" in str(sentence)
    assert list(samples.rows[0]) == ["−0.60", "negative", "neutral (changed)"]
    assert list(samples.rows[2]) == ["+1.20", "positive", "positive"]
    assert "none of the three sample ratings" in str(parts_at_border([1.0], 0.5)[0])


@given(st.text(max_size=200))
@example(FIRST_TEXT)
@example("<img src=x onerror=alert(1)>")
@example("İSTANBUL’A ΟΔΟΣ. ﬁn\x1cend\u2028—")
@example("word, " * 80)
def test_every_step_agrees_with_preprocess_and_the_vocabulary(text: str) -> None:
    parts = preprocessing_parts(text, VOCABULARY)
    split = _chips(parts, "3 split")
    kept = [chip.text for chip in split if chip.mark != "cut off"]
    assert kept == preprocess(text) == [chip.text for chip in split[:MAX_TOKENS]]
    steps = next(part for part in parts if isinstance(part, Table))
    assert steps.rows[0][1] == text.lower()
    assert steps.rows[1][1].split() == [chip.text for chip in split]
    assert [int(chip.text) for chip in _chips(parts, "Next stage: ids")] == VOCABULARY.encode(kept)
    unknown = [chip.text for chip in split if chip.mark == "unknown"]
    assert unknown == [word for word in kept if word not in VOCABULARY]


def test_the_first_text_shows_something_at_each_step() -> None:
    parts = show_preprocessing().page["parts"]
    assert set(deleted_signs(FIRST_TEXT)) >= {"’", "—", "!"}
    chips = [part["chips"] for part in parts if part["kind"] == "chips"]
    marks = {chip["mark"] for row in chips for chip in row}
    assert marks == {"", "unknown", "padding"}


@pytest.mark.parametrize("text", ["", "?!…", " \n\t "])
def test_a_text_without_tokens_is_all_padding(text: str) -> None:
    parts = preprocessing_parts(text, VOCABULARY)
    assert parts[0] == "No token is left, so all 20 slots are padding."
    assert {chip.mark for chip in _chips(parts, "Next stage: ids")} == {"padding"}
    assert _chips(parts, "3 split") == []
