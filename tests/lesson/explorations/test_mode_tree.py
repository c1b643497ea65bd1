"""All 64 answers to the six questions."""

from itertools import product

from lessons_lib.lesson.explorations.mode_tree import (
    LOOK_UP,
    NEARLINE,
    OFFLINE,
    ONLINE,
    QUESTIONS,
    SHARED,
    STREAMING,
    recommend,
    show_mode_tree,
)

ALL = [dict(zip(QUESTIONS, one, strict=True)) for one in product((False, True), repeat=6)]


def test_every_recommendation_is_sensible() -> None:
    for answers in ALL:
        found = recommend(answers)
        if answers["waiting"]:
            assert found.mode in (ONLINE, SHARED, LOOK_UP)
            assert (found.mode == LOOK_UP) == (answers["known"] and answers["hours"])
            if found.mode != LOOK_UP:
                assert (found.mode == SHARED) == answers["together"]
        else:
            assert found.mode in (OFFLINE, NEARLINE, STREAMING)
            assert (found.mode == OFFLINE) == answers["hours"]
            if found.mode != OFFLINE:
                assert (found.mode == NEARLINE) == answers["minutes"]


def test_every_mode_can_be_recommended_and_every_question_is_asked() -> None:
    found = [recommend(answers) for answers in ALL]
    modes = {one.mode for one in found}
    assert modes == {OFFLINE, LOOK_UP, NEARLINE, STREAMING, ONLINE, SHARED}
    assert {name for one in found for name, _ in one.path} == set(QUESTIONS)


def test_only_the_path_decides() -> None:
    by_path: dict[object, object] = {}
    for answers in ALL:
        found = recommend(answers)
        assert all(answers[name] == is_so for name, is_so in found.path)
        assert 2 <= len(found.path) <= 5
        assert by_path.setdefault(found.path, found) == found


def test_peaks_add_advice_where_they_can_do_harm() -> None:
    for answers in ALL:
        calm, peak = (recommend({**answers, "peaks": has_peaks}) for has_peaks in (False, True))
        assert calm.mode == peak.mode
        is_asked = calm.mode in (ONLINE, SHARED, STREAMING)
        assert (peak.reason != calm.reason) == is_asked
        assert ("refuse early" in peak.reason) == (calm.mode in (ONLINE, SHARED))


def test_the_exploration_shows_the_path() -> None:
    sentence, table = show_mode_tree().page["parts"]
    assert sentence["text"].startswith("Streaming. Nobody is waiting")
    assert [row[1] for row in table["rows"]] == ["no", "no", "no", "no"]
