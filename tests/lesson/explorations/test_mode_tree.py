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
    asked_so_far,
    reason_for,
    show_mode_tree,
)
from tests.classroom.widgets.pretend_browser import ask

ALL = [dict(zip(QUESTIONS, one, strict=True)) for one in product((False, True), repeat=6)]


def test_every_recommendation_is_sensible() -> None:
    for answers in ALL:
        _, mode = asked_so_far(answers)
        if answers["waiting"]:
            assert mode in (ONLINE, SHARED, LOOK_UP)
            assert (mode == LOOK_UP) == (answers["known"] and answers["hours"])
            if mode != LOOK_UP:
                assert (mode == SHARED) == answers["together"]
        else:
            assert mode in (OFFLINE, NEARLINE, STREAMING)
            assert (mode == OFFLINE) == answers["hours"]
            if mode != OFFLINE:
                assert (mode == NEARLINE) == answers["minutes"]


def test_every_mode_can_be_recommended_and_every_question_is_asked() -> None:
    found = [asked_so_far(answers) for answers in ALL]
    assert {mode for _, mode in found} == {OFFLINE, LOOK_UP, NEARLINE, STREAMING, ONLINE, SHARED}
    assert {name for asked, _ in found for name in asked} == set(QUESTIONS)


def test_only_what_is_asked_decides_and_nothing_is_recommended_before_it_is_answered() -> None:
    for answers in ALL:
        asked, mode = asked_so_far(answers)
        assert 2 <= len(asked) <= 5
        for n, name in enumerate(asked):
            known = {one: answers[one] for one in asked[:n]}
            assert asked_so_far(known) == ([*asked[:n], name], "")
        assert asked_so_far({one: answers[one] for one in asked}) == (asked, mode)


def test_peaks_add_advice_where_they_can_do_harm() -> None:
    for answers in ALL:
        asked, mode = asked_so_far(answers)
        calm, peak = (reason_for(mode, has_peaks=has_peaks) for has_peaks in (False, True))
        assert (peak != calm) == (mode in (ONLINE, SHARED, STREAMING)) == ("peaks" in asked)
        assert ("refuse early" in peak) == (mode in (ONLINE, SHARED))


def test_the_exploration_asks_one_question_after_the_other() -> None:
    card = show_mode_tree()
    assert card.page["parts"] == [{"kind": "asked", "names": ["waiting"]}]
    assert ask(card, waiting="no")["parts"] == [{"kind": "asked", "names": ["waiting", "hours"]}]
    asked, sentence, reason = ask(card, hours="yes")["parts"]
    assert asked["names"] == ["waiting", "hours"]
    assert sentence["text"] == "Your answers lead to offline batch."
    assert reason["text"].startswith("Nobody waits")
    (asked,) = ask(card, waiting="yes")["parts"]
    assert asked["names"] == ["waiting", "known"]
