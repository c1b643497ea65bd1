"""Two texts side by side: what moved the label, recalculated from the model's weights."""

from collections import Counter

import pytest

from lessons_lib.classroom.widgets.explore.explore import Chips, Table
from lessons_lib.lesson.explorations.own_texts import (
    MOST_WORDS,
    Lead,
    lead_to_compare,
    pair_parts,
    word_moves,
)
from lessons_lib.pipeline.inference.prediction import PredictionTrace
from lessons_lib.pipeline.inference.textbook import SentimentPipeline
from lessons_lib.pipeline.text.label import Label

PIPELINE = SentimentPipeline.load()

GOOD, NOT_GOOD = "The movie was good", "The movie was not good"
PAIRS = [
    (GOOD, NOT_GOOD),
    (NOT_GOOD, GOOD),
    ("good", "good good bad"),
    ("", "good"),
    ("The food was good", "The food was not very good at all"),
    ("word " * 30, "good bad " * 25),
    ("zyxxq", "qqxzz zyxxq"),
    ("שלום 😀", "😀 good"),
]


def shown(pipeline: SentimentPipeline, first: str, second: str) -> tuple[str, list[Chips], Table]:
    """Return the sentence, the tokens of both texts, and the last table: that of the words."""
    seen, one, other, *_, words = pair_parts(pipeline.trace, first, second)
    assert isinstance(seen, str) and isinstance(one, Chips) and isinstance(other, Chips)
    assert isinstance(words, Table)
    return seen, [one, other], words


def figures(table: Table) -> list[list[float]]:
    return [[float(cell.replace("−", "-")) for cell in row[1:]] for row in table.rows]


def weights(pipeline: SentimentPipeline, trace: PredictionTrace) -> dict[str, list[float]]:
    """Return the shares of each word in a text that contains only this word."""
    alone = (pipeline.trace(token) for token in dict.fromkeys(trace.tokens))
    return {one.tokens[0]: one.shares[0].tolist() for one in alone}


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_a_words_part_is_its_own_lead_times_its_share_and_all_parts_add_up_to_the_lead(
    first: str, second: str
) -> None:
    traces = [PIPELINE.trace(text) for text in (first, second)]
    lead = lead_to_compare(*traces)
    moves = {one.word: one for one in word_moves(traces, lead)}
    *rows, last = figures(shown(PIPELINE, first, second)[2])
    for side, trace in enumerate(traces):
        counts = Counter(trace.tokens)
        for word, own in weights(PIPELINE, trace).items():
            part = lead.of(own) * counts[word] / len(trace.tokens)
            assert moves[word].parts[side] == pytest.approx(part, abs=1e-4)
            assert moves[word].times[side] == counts[word]
        assert last[side] == pytest.approx(lead.of(trace.logits.tolist()), abs=6e-4)
        total = sum(row[side] for row in rows)
        assert total == pytest.approx(last[side], abs=5.1e-4 * (len(rows) + 1))
    for before, after, step in (*rows, last):
        assert step == pytest.approx(after - before, abs=1.6e-3)


def test_the_lead_is_over_the_first_label_or_the_closest_rival() -> None:
    def compared(first: str, second: str) -> Lead:
        return lead_to_compare(PIPELINE.trace(first), PIPELINE.trace(second))

    assert compared(GOOD, NOT_GOOD) == Lead(Label.NEGATIVE, Label.POSITIVE)
    great, not_great = "The movie was great", "The movie was not great"
    assert compared(great, not_great) == Lead(Label.POSITIVE, Label.NEGATIVE)


@pytest.mark.parametrize(
    ("first", "second", "change", "cause"),
    [
        (GOOD, NOT_GOOD, "changes from positive to negative", "adding ‘not’"),
        (NOT_GOOD, GOOD, "changes from negative to positive", "removing ‘not’"),
        ("The food was good", "The food was not very good at all", "", "from ‘good’"),
        ("the", "the zyxxq qqxzz", "", "adding ‘zyxxq’ and ‘qqxzz’"),
    ],
)
def test_the_sentence_names_the_word_with_the_largest_move_which_comes_first_in_the_table(
    first: str, second: str, change: str, cause: str
) -> None:
    seen, _, table = shown(PIPELINE, first, second)
    before, named, after = seen.partition(cause)
    assert named and change in before
    figure = float(after.removeprefix(": ").split()[0])
    steps = [abs(row[2]) for row in figures(table)[:-2]]
    assert steps[0] == max(steps) == pytest.approx(figure, abs=5.6e-3)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (GOOD, "the MOVIE was... good!", "the same tokens"),
        ("good, not bad", "bad, not good", "the same words in a different order"),
        ("good", "good good", "every word contributes the same to both texts"),
        ("", "?!", "the bias alone decides both"),
    ],
)
def test_texts_that_get_the_same_answer_are_explained(
    first: str, second: str, sentence: str
) -> None:
    seen, _, table = shown(PIPELINE, first, second)
    assert sentence in seen
    assert [row[2] for row in figures(table) if row[2]] == []


def test_each_text_has_its_label_and_its_marked_tokens() -> None:
    _, (one, other), _ = shown(PIPELINE, GOOD, f"zyxxq {NOT_GOOD} {'bad ' * 15}")
    assert one.label == "First: positive"
    assert {(chip.mark, chip.look) for chip in one.chips} == {("", "")}
    looks = [(chip.text, chip.mark, chip.look) for chip in other.chips]
    assert looks[:2] == [("zyxxq", "only here, unknown", "warned"), ("the", "", "")]
    assert looks[4:7:2] == [("not", "only here", "outlined"), ("bad", "only here", "outlined")]
    assert looks[20:] == [("bad", "cut off", "struck")]


def test_a_row_counts_a_word_and_the_smallest_moves_are_one_row() -> None:
    rows = shown(PIPELINE, "good good good bad", "good good dull")[2].rows
    assert {row[0] for row in rows[:3]} == {"good (3 × → 2 ×)", "bad (removed)", "dull (added)"}
    letters = " ".join("abcdefghijklmno")
    rows = shown(PIPELINE, "good", letters)[2].rows
    assert rows[MOST_WORDS][0] == "6 more words"
    assert len(rows) == MOST_WORDS + 3


def test_the_probabilities_are_those_of_both_texts() -> None:
    table = pair_parts(PIPELINE.trace, GOOD, NOT_GOOD)[3]
    assert isinstance(table, Table)
    for side, text in enumerate((GOOD, NOT_GOOD)):
        found = [row[side] for row in figures(table)]
        assert found == pytest.approx(PIPELINE.trace(text).prediction.probabilities, abs=6e-4)
