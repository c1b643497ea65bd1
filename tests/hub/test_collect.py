"""A whole class collected, against a count made without the library."""

from __future__ import annotations

import errno
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.hub.collect.collect import ClassResults, Learner, collect
from lessons_lib.hub.collect.homes import list_homes
from lessons_lib.hub.collect.tables import class_csv
from lessons_lib.quiz.bank import load_bank
from tests.hub.synthetic_class import (
    BANK,
    DAMAGES,
    RECORD,
    Truth,
    answer_key,
    event,
    make_class,
    make_home,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def collected(homes: Path) -> ClassResults:
    return collect(list_homes(homes), load_bank(BANK, strict=True), now=NOW)


def marks(learner: Learner) -> Truth:
    """Return what was collected of a learner as the truth has it."""
    progress = learner.result.progress
    overall = progress.overall
    by_quiz = {name: (one.attempted, one.right_last) for name, one in progress.by("quiz").items()}
    return Truth(
        answered=overall.attempted,
        right=overall.right_last,
        first_right=overall.right_first,
        hints=overall.hints_used,
        by_quiz=by_quiz,
    )


def assert_true(results: ClassResults, truths: dict[str, Truth]) -> None:
    assert [one.directory for one in results.learners] == sorted(truths)
    for learner in results.learners:
        truth = truths[learner.directory]
        damaged, truth.damaged_file = truth.damaged_file, ""
        assert marks(learner) == truth, learner.directory
        assert bool(learner.problems) == bool(damaged), learner
        assert all(one.startswith(damaged) for one in learner.problems), learner


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_and_costs_only_what_was_damaged(
    tmp_path: Path, damage: str
) -> None:
    key = answer_key()
    truths = {
        "ada": make_home(tmp_path / "ada", key, 1),
        "bob": make_home(tmp_path / "bob", key, 2, damage),
        "cy": make_home(tmp_path / "cy", key, 3),
    }
    assert truths["bob"].damaged_file
    assert_true(collected(tmp_path), truths)


def test_the_marks_of_a_class_are_those_of_an_independent_count(tmp_path: Path) -> None:
    truths = make_class(tmp_path, 60, damaged=8)
    assert sum(bool(one.damaged_file) for one in truths.values()) == 8
    assert_true(collected(tmp_path), truths)


@pytest.mark.slow
def test_five_hundred_homes_are_collected_and_every_damaged_file_is_named(tmp_path: Path) -> None:
    truths = make_class(tmp_path, 500, damaged=10)
    assert_true(collected(tmp_path), truths)


def loop(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record.symlink_to(record)


def vanish(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a link be gone between looking at it and reading it, as by its owner's script."""
    read_link = os.readlink

    def gone(path: Any, **options: Any) -> Any:
        if str(path) == str(record):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        return read_link(path, **options)

    record.symlink_to(record)
    monkeypatch.setattr(os, "readlink", gone)


@pytest.mark.parametrize("prank", [loop, vanish])
def test_a_link_that_loops_or_vanishes_costs_only_the_learner_who_made_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prank: Callable[[Path, pytest.MonkeyPatch], None],
) -> None:
    truth = make_home(tmp_path / "ada", answer_key(), 1)
    record = tmp_path / "bob" / RECORD
    record.parent.mkdir(parents=True)
    prank(record, monkeypatch)
    ada, bob = collected(tmp_path).learners
    assert marks(ada) == truth
    assert (bob.status, len(bob.problems)) == ("unreadable", 1)


def test_a_time_before_time_costs_nobody_their_row(tmp_path: Path) -> None:
    record = tmp_path / "ada" / RECORD
    record.mkdir(parents=True)
    forged = event(1, "hint", "any", {}, random.Random(1)) | {
        "time_utc": "0001-01-01T00:00:00+23:00"
    }
    (record / "forged.jsonl").write_text(json.dumps(forged) + "\n")
    assert "1-01-01T00:00:00Z" in class_csv(collected(tmp_path))


def test_two_runs_say_the_same(tmp_path: Path) -> None:
    make_class(tmp_path, 8, damaged=2)
    assert collected(tmp_path) == collected(tmp_path)


def test_an_answer_that_stands_in_two_homes_is_reported_of_both(tmp_path: Path) -> None:
    key = answer_key()
    for seed, name in enumerate(("ada", "bob", "cy")):
        make_home(tmp_path / name, key, seed)
    copied = (tmp_path / "ada" / RECORD / "one.jsonl").read_bytes()
    (tmp_path / "cy" / RECORD / "zero.jsonl").write_bytes(copied)
    count = copied.count(b'"kind":"answer"')
    ada, bob, cy = collected(tmp_path).learners
    problem = f"the same {count} answer events are in two homes, here and in {{}}; counted in both."
    assert ada.problems == (problem.format("cy"),)
    assert bob.problems == ()
    assert cy.problems == (problem.format("ada"),)


def test_names_are_taken_from_the_table_and_else_from_the_directory(tmp_path: Path) -> None:
    for name in ("u1", "u2"):
        (tmp_path / name).mkdir()
    homes = list_homes(tmp_path)
    results = collect(homes, load_bank(BANK), now=NOW, names={"u1": "Ada"})
    assert [(one.name, one.directory) for one in results.learners] == [("Ada", "u1"), ("u2", "u2")]
    assert {(one.status, one.problems) for one in results.learners} == {("no record", ())}


def test_many_problems_of_one_learner_are_cut_short(tmp_path: Path) -> None:
    record = tmp_path / "ada" / RECORD
    record.mkdir(parents=True)
    for number in range(60):
        (record / f"{number:02d}.jsonl").write_text("no event\n")
    (learner,) = collected(tmp_path).learners
    assert len(learner.problems) == 51
    assert learner.problems[-1] == "and 10 more of this kind."
