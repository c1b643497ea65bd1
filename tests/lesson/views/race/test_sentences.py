"""The sentences about a race."""

import pytest

from lessons_lib.lesson.views.race import Lane, finish_in_words, ratio_in_words, stopped_in_words


def stopped(alone: tuple[int, float], together: tuple[int, float]) -> str:
    lanes = [Lane("real-time", *alone), Lane("batch", *together)]
    return stopped_in_words(lanes, 10_000, "Stopped")


@pytest.mark.parametrize(
    ("alone_s", "together_s", "end", "figure"),
    [
        (0.74, 0.09, "; one by one, 0.74 s: 8.2 times as long.", "8.2×"),
        (0.5, 0.7, "1.4 times as long. Here, batching did not pay off.", "1.4×"),
        (0.51, 0.5, ": about the same. Batching made no difference here.", "1×"),
        (0.0, 0.0, ": about the same. Batching made no difference here.", "1×"),
    ],
)
def test_the_sentence_and_the_figure_follow_the_clocks_whichever_lane_wins(
    alone_s: float, together_s: float, end: str, figure: str
) -> None:
    lanes = [Lane("real-time", 10_000, alone_s), Lane("batch", 10_000, together_s)]
    assert finish_in_words(lanes, 10_000).endswith(end)
    shown, words = ratio_in_words(lanes)
    assert shown == figure
    assert ("one by one as in batches" in words) is (alone_s == 0.5)


def test_a_stopped_race_reports_how_far_each_lane_was_and_what_its_pace_implies() -> None:
    sentence = stopped((2500, 0.2), (10_000, 0.1))
    assert sentence.startswith("Stopped: one by one, 2,500 of 10,000 texts were done in 0.20 s; ")
    assert sentence.endswith("0.80 s one by one, 8.0 times as long as in batches.")
    assert stopped((1000, 0.1), (1024, 0.1)).endswith("one by one, about as long as in batches.")
    assert stopped((64, 0.01), (0, 0.0)).endswith("It is too early to tell which is faster.")
