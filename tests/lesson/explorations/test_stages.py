"""The steps of preprocessing."""

import pytest
from hypothesis import example, given, strategies as st

from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, ShownPart, Table
from lessons_lib.lesson.explorations.stages import (
    FIRST_TEXT,
    deleted_signs,
    preprocessing_parts,
    show_preprocessing,
)
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess

VOCABULARY = load_checkpoint().vocabulary


def _chips(parts: list[ShownPart], label: str) -> list[Chip]:
    rows = [one.chips for one in parts if isinstance(one, Chips) and one.label == label]
    return [*rows[0]] if rows else []


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
