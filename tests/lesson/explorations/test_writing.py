"""Explorations of models that write: seats in steps, a replay, and the texts of the streams."""

import numpy as np
import pytest

from lessons_lib.lesson.explorations import writing
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.writing.seats import WritingCost
from lessons_lib.pipeline.writing.writer import load_writer

WRITER = load_writer()
COST = WritingCost(CostModel(fixed_s=0.001, per_text_s=0.0001), read_s=0.001)


def parts(**values: object) -> list[dict[str, object]]:
    exploration = writing.show_seats()
    start: dict[str, object] = {name: one.start for name, one in exploration.controls.items()}
    answer = exploration.answer_to(start | values)
    return list(answer["parts"])


def test_with_equal_lengths_both_pictures_have_the_same_steps() -> None:
    _, static, continuous = parts(spread=writing.EQUAL)
    assert static["rows"] == continuous["rows"]


def test_with_different_lengths_static_seats_stay_empty() -> None:
    _, static, continuous = parts(spread=writing.VERY)

    def empty_before_the_end(strips: dict[str, object]) -> int:
        rows = strips["rows"]
        assert isinstance(rows, list)
        return sum(length for row in rows for what, length in row[:-1] if what < 0)

    assert empty_before_the_end(static) > 0
    assert empty_before_the_end(continuous) == 0


def test_every_text_is_as_long_as_it_was_drawn_and_in_one_seat() -> None:
    _, *pictures = parts(spread=writing.SOME)
    lengths = writing.lengths_of(10, writing.SOME, 12)
    for strips in pictures:
        rows = strips["rows"]
        assert isinstance(rows, list)
        drawn = {what: length for row in rows for what, length in row if what >= 0}
        assert [drawn[number] for number in range(12)] == lengths


def test_half_of_the_seats_write_with_the_lengths_of_real_comments() -> None:
    shares = writing.seats_that_write(writing.comment_lengths())
    assert 0.4 < shares["static"] < 0.6
    assert shares["continuous"] > 0.9


def test_a_replay_sends_the_same_requests_both_ways() -> None:
    lengths = [1, 12, 3, 40, 2, 2, 5, 30] * 2
    replay = writing.replay_requests(WRITER, COST, lengths)
    for runs in (replay.measured, replay.simulated):
        assert [run.tokens.tolist() for run in runs.values()] == [lengths, lengths]
    assert replay.rate_per_s == pytest.approx(0.8 * replay.saturation["static"])
    text = writing.read_replay(replay)
    assert all(way in text for way in writing.BATCHINGS)
    assert text.count("simulated p50") == 2
    assert "at saturation, simulated:" in text
    assert ("busy" in text) is not replay.is_as_predicted


def test_more_texts_a_step_take_longer_and_the_cost_is_fitted_to_them() -> None:
    steps = writing.time_steps(WRITER, (1, 16), rounds=5)
    cost = writing.fit_writing(WRITER, steps)
    assert cost.read_s > 0
    assert cost.step.service_s(16) == pytest.approx(float(np.median(steps[16])), rel=0.2)
    assert len(writing.read_steps(steps).splitlines()) == 2


def test_the_figures_of_a_token_have_each_length_in_both_ways() -> None:
    seconds = writing.time_next_token(WRITER, (1, 20))
    assert {name: list(one) for name, one in seconds.items()} == {
        writing.WHOLE: [1, 20],
        writing.CACHED: [1, 20],
    }
    assert all(time > 0 for one in writing.time_reading(WRITER) for time in [one])


def test_a_page_without_an_engine_gets_the_same_texts_with_stored_times() -> None:
    live, stored = (writing.streams_of(WRITER, is_live=one) for one in (True, False))
    assert live["texts"] == stored["texts"]
    assert len(stored["step_ms"]) == 2
    assert "Stored figures" in stored["note"]
    for text in stored["texts"]:
        assert text["shown"][-1].startswith(text["first"])
