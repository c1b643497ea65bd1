"""The golden record: what a learner of the first edition reached must replay the same for ever."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.golden.replay import (
    HERE,
    PARTS,
    differences,
    expected,
    kinds_recorded,
    kinds_written,
    replay,
)

MOST_TOLD = 30


@pytest.mark.parametrize("name", PARTS)
def test_the_record_of_the_first_edition_replays_the_same(name: str, tmp_path: Path) -> None:
    replayed = replay(tmp_path, [name])[name]
    found = list(islice(differences(expected(name), replayed, name), MOST_TOLD))
    assert not found, "\n".join(["The golden record replays differently:", *found])


def test_every_kind_of_event_that_is_written_is_in_the_record() -> None:
    assert kinds_recorded() - {"bookmark"} == kinds_written()


def test_replaying_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    replay(tmp_path)
    kept = {path.name: path.read_bytes() for path in (HERE / "record").iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.rglob("record/*")} == kept


def test_a_difference_names_its_place() -> None:
    wanted = {"a": [1, {"b": "x"}], "c": 1.0, "d": None}
    got = {"a": [1, {"b": "y"}], "c": 1.0, "e": 2}
    assert list(differences(wanted, got, "part")) == [
        "part.a[1].b:\n  expected 'x'\n  got      'y'",
        "part.d: missing, expected None",
        "part.e: not expected, got 2",
    ]
