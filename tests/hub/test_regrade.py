"""A learner's record graded again: what it claims is noted and not believed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lessons_lib.hub.collect.regrade import (
    CLAIM,
    FUTURE,
    NO_ANSWER,
    UNFIT,
    UNKNOWN_KIND,
    Notes,
    Result,
    regrade,
    screened,
)
from lessons_lib.quiz.bank import load_bank
from lessons_lib.record.event import Event
from tests.hub.synthetic_class import BANK, answer_key, event, given

NOW = datetime(2026, 6, 1, tzinfo=UTC)
COURSE = load_bank(BANK, strict=True)
KEY = answer_key()
RNG = random.Random(5)
NAMES = [name for name, one in KEY.items() if one["kind"] == "single"][:4]
ARCHIVE = "own-archive-one-by-one"
LIBRARY = Path(__file__).parents[2] / "lessons_lib"


def answer(number: int = 1, name: str = NAMES[0], *, is_right: bool = True, **other: Any) -> Any:
    payload = given(KEY[name], RNG, is_right=is_right)
    return event(number, "answer", name, payload, RNG) | other


def graded(*lines: Any) -> tuple[Result, list[str]]:
    """Return what a record of these lines comes to, and what is noted about it."""
    events = [msgspec.convert(one, Event) for one in lines]
    notes = Notes({one.id: ("s.jsonl", line) for line, one in enumerate(events, start=1)})
    return regrade(screened(events, notes, NOW), COURSE, notes), notes.sentences()


def test_a_score_that_an_answer_claims_is_noted_and_not_believed() -> None:
    forged = answer(is_right=False)
    forged["payload"] |= {"score": 1.0, "outcome": "right"}
    result, noted = graded(forged)
    assert result.progress.overall.right_last == 0
    assert result.progress.overall.attempted == 1
    assert noted == [f"s.jsonl: line 1: {CLAIM}."]


FORGED = {
    "an unknown kind": ({"kind": "score"}, UNKNOWN_KIND),
    "a time to come": ({"time_utc": "2026-08-01T00:00:00Z"}, FUTURE),
    "the end of time": ({"time_utc": "9999-12-31T23:59:59-23:00"}, FUTURE),
    "letters that are a number": ({"payload": {"letters": 7}}, NO_ANSWER),
    "an option that is not there": (
        {"payload": {"letters": ["Z"], "revision": KEY[NAMES[0]]["revision"]}},
        UNFIT,
    ),
}


@pytest.mark.parametrize(("change", "fault"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_line_is_noted_by_its_place_and_skipped(
    change: dict[str, Any], fault: str
) -> None:
    result, noted = graded(answer(1, NAMES[1]), answer(2) | change, answer(3, NAMES[2]))
    assert noted == [f"s.jsonl: line 2: {fault}."]
    assert sorted(result.first) == sorted(NAMES[1:3])


def test_the_same_fault_of_a_file_is_noted_once() -> None:
    lines = [answer(number, kind="score") for number in (1, 2, 3)]
    assert graded(*lines)[1] == [f"s.jsonl: line 1: {UNKNOWN_KIND} (3 such lines)."]


def test_a_small_difference_of_clocks_is_forgiven() -> None:
    assert graded(answer(1, time_utc=(NOW + timedelta(hours=5)).isoformat()))[1] == []


def test_an_answer_to_another_revision_or_a_question_that_left_is_neither_right_nor_wrong() -> None:
    old, gone, row = answer(1), answer(2, subject="gone-since"), answer(3)
    old["payload"]["revision"] += 1
    row["payload"]["variant"] = 40
    result, noted = graded(old, gone, row, answer(4, NAMES[1]))
    assert (result.changed, result.answers, noted) == (3, 1, [])
    assert result.progress.overall.attempted == 1


def test_solutions_opened_before_answering_are_counted() -> None:
    def opened(number: int, name: str) -> Any:
        payload = {"revision": KEY[name]["revision"], "quiz": KEY[name]["quiz"]}
        return event(number, "solution", name, payload, RNG)

    before = [opened(1, NAMES[0]), opened(2, NAMES[0]), answer(3, NAMES[0])]
    after = [answer(4, NAMES[1]), opened(5, NAMES[1])]
    never = [opened(6, NAMES[2])]
    assert graded(*before, *after, *never)[0].opened_before == 1


OWN_FIGURES = {
    "right": ("2.5", 4000, True, 0, []),
    "wrong": ("4", 4000, False, 0, []),
    "figures that no card showed": ("0", 1e300, None, 1, []),
    "no number": ("soon", 4000, None, 0, [f"s.jsonl: line 1: {UNFIT}."]),
}


@pytest.mark.parametrize(
    ("number", "figure", "is_right", "changed", "noted"), OWN_FIGURES.values(), ids=OWN_FIGURES
)
def test_an_answer_with_own_figures_is_computed_from_those_in_the_record(
    number: str, figure: float, is_right: bool | None, changed: int, noted: list[str]
) -> None:
    figures = [["realtime_texts_per_s", figure]]
    payload = {"revision": 1, "number": number, "figures": figures}
    result, found = graded(event(1, "answer", ARCHIVE, payload, RNG))
    first = result.first.get(ARCHIVE)
    assert (first.is_right if first else None) is is_right
    assert (result.changed, found) == (changed, noted)
