"""Drift: shares that can be counted by hand, and what the held-out texts show."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.sessions.controls import sent_by
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.lesson.explorations.drift import (
    DIALS,
    FILMS,
    KIND_OF_SOURCE,
    NEWSPAPER,
    Drift,
    drift_parts,
    measure_drift,
    show_drift,
    threshold_parts,
)
from lessons_lib.pipeline.inference.prediction import load_textbook
from lessons_lib.pipeline.text.corpus import Corpus, LabelledText, demo_corpus, load_corpus
from lessons_lib.pipeline.text.label import Label
from lessons_lib.pipeline.text.preprocess import uncut_tokens


def of_one_text(kind: str, text: str, label: str) -> list[LabelledText]:
    return [LabelledText(text, Label(label), 0.0, kind)]


def drift_of(**marks: list[int]) -> Drift:
    """Return windows in which every text has the same marks; films have a mean of 0.2."""
    drawn = {
        kind: np.tile(np.array(marks[source], dtype=bool), (500, 1))
        for source, kind in KIND_OF_SOURCE.items()
        if source in marks
    }
    return Drift(np.full(5, 0.2), 0.0, drawn)


def test_each_dial_counts_its_trait_in_texts_of_one_kind() -> None:
    held_out = [
        *of_one_text("movie", "I love sunny days", "positive"),
        *of_one_text("nyt", "zzyzx " * 21, "positive"),
    ]
    found = measure_drift(Corpus([], held_out, []))
    assert found.window(NEWSPAPER, 0).tolist() == [0, 0, 0, 0, 1]
    assert found.window(NEWSPAPER, 1).tolist()[2:4] == [1, 1]
    assert found.usual.tolist() == [0, 0, 0, 0, 1]
    assert found.alarms == 0


def test_incorrect_labels_are_no_alarm_since_the_desk_cannot_see_them() -> None:
    labels = ("positive", "negative")  # of the same text, so no dial moves
    both = [one for label in labels for one in of_one_text("movie", "I love sunny days", label)]
    assert measure_drift(Corpus([], both, [])).alarms == 0


def test_the_texts_that_the_model_was_trained_on_play_no_part() -> None:
    corpus = load_corpus()
    some = measure_drift(Corpus([], corpus.validation, corpus.test))
    assert str(some) == str(measure_drift(corpus)) == str(measure_drift(corpus, seed=0))
    assert str(some) != str(measure_drift(corpus, seed=1))


def test_a_range_ends_three_standard_errors_from_the_mean() -> None:
    drift = drift_of(movie=[0, 0, 1, 1, 1], nyt=[1, 1, 0, 0, 1])
    window = drift.window(NEWSPAPER, 0.3)
    assert window.tolist() == [0.3, 0.3, 0.7, 0.7, 1]
    error = (0.2 * 0.8 / 500) ** 0.5
    assert drift.distance(window) == pytest.approx(np.array([0.1, 0.1, 0.5, 0.5, 0.8]) / error)
    assert drift.normal == pytest.approx(np.array([[0.2 - 3 * error] * 5, [0.2 + 3 * error] * 5]))
    rare = Drift(np.array([0, 0.002, 0.998, 1]), 0.0, {})
    assert rare.normal == pytest.approx(np.array([[0, 0, 0.992, 0.994], [0.006, 0.008, 1, 1]]))


def test_the_sentence_names_the_dials_outside_and_where_the_correct_labels_are() -> None:
    drift = drift_of(movie=[0, 0, 0, 0, 0], nyt=[1, 1, 1, 1, 1])
    sentence, table = drift_parts(drift, NEWSPAPER, 0.25)
    assert str(sentence).startswith("Every dial is in its normal range.")
    assert ": 25 %, within" in str(sentence)
    one = drift_parts(drift_of(movie=[0] * 5, nyt=[1, 1, 0, 1, 1]), NEWSPAPER, 0.25)[0]
    assert str(one).startswith(f"Outside the normal range: {DIALS[2]}.")
    assert ": 10 %, below" in str(drift_parts(drift, NEWSPAPER, 0.1)[0])
    assert f"{', '.join(DIALS)}." in str(drift_parts(drift, NEWSPAPER, 1)[0])
    assert [row[1:] for row in table.rows] == [("15–25 %", "25 %", "2.8")] * 5  # type: ignore[union-attr]


def shares(texts: list[LabelledText]) -> list[float]:
    """Return the share of texts on each dial, a text after the other."""
    pipeline, marks = load_textbook(), []
    for one in texts:
        trace = pipeline.trace(one.text)
        unknown = any(word not in pipeline.vocabulary for word in trace.tokens)
        is_long = len(uncut_tokens(one.text)) > 20
        is_neutral, is_unsure = trace.prediction.label == "neutral", max(trace.probabilities) < 0.6
        marks.append((is_neutral, is_unsure, unknown, is_long))
    return [sum(column) / len(texts) for column in zip(*marks, strict=True)]


def test_the_clearest_dial_and_the_false_alarms_are_those_of_all_texts() -> None:
    corpus = load_corpus()
    held_out = [*corpus.validation, *corpus.test]
    films = shares([one for one in held_out if one.source == "movie"])
    news = shares([one for one in held_out if one.source == "nyt"])
    far = [abs(b - a) / (a * (1 - a) / 500) ** 0.5 for a, b in zip(films, news, strict=True)]
    windows = np.random.default_rng(9).binomial(500, films, size=(100_000, 4))
    errors = np.sqrt(500 * np.multiply(films, np.subtract(1, films)))
    expected = (abs(windows - np.multiply(500, films)) > 3 * errors).any(axis=1).mean()
    for seed in range(5):
        drift = measure_drift(corpus, seed=seed)
        assert drift.usual[:-1] == pytest.approx(films)
        assert drift.clearest == DIALS[far.index(max(far))]
        assert drift.alarms == pytest.approx(expected, abs=0.006)
        assert f"{100 * drift.alarms:.1f} % of 2,000 windows" in drift.false_alarms


@pytest.mark.parametrize("corpus", [load_corpus, demo_corpus])
def test_newspaper_sentences_move_neutral_labels_the_furthest(corpus: Callable[[], Corpus]) -> None:
    assert measure_drift(corpus()).clearest == guess_task("dial-that-shows-drift").typical
    assert tuple(guess_task("dial-that-shows-drift").options) == DIALS


def test_a_dial_says_different_and_not_worse() -> None:
    drift = measure_drift(load_corpus())
    worst = drift.normal[0, -1]
    shares = {kind: drift.window(kind, 1) for kind in KIND_OF_SOURCE.values() if kind != FILMS}
    assert all(window[0] > 3 * drift.normal[1, 0] for window in shares.values())
    assert [bool(window[-1] < worst) for window in shares.values()] == [True, False, True]
    early = drift.window(NEWSPAPER, 0.05)
    assert (drift.distance(early) > 3).tolist() == [True, False, False, False, False]


def test_every_setting_has_an_answer_and_a_table_in_the_pages() -> None:
    exploration: Explore = show_drift()
    settings = list(product(*(sent_by(one) for one in exploration.finite().controls.values())))
    answers = [
        exploration.answer_to(dict(zip(exploration.controls, one, strict=True))) for one in settings
    ]
    assert all([part["kind"] for part in one["parts"]] == ["sentence", "table"] for one in answers)
    assert len({str(one) for one in answers}) > len(settings) / 2


def test_a_threshold_accepts_fewer_labels_and_more_of_them_are_right() -> None:
    top, is_right = np.array([0.9, 0.7, 0.5, 0.4], np.float32), np.array([True, True, False, True])
    sentence, table = threshold_parts(top, is_right, 0.6)
    assert sentence == "50 % of the labels are accepted, and 100 % of those are right."
    assert isinstance(table, Table) and table.bars == (0.5, 1.0)
    assert str(threshold_parts(top, is_right, 0.95)[0]).startswith("0 % of the labels")
