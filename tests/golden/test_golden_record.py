"""The golden record: what a learner of the first edition reached must replay the same for ever."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from lessons_lib.record.kinds import KINDS
from tests.golden.replay import (
    HERE,
    PARTS,
    differences,
    expected,
    kinds_recorded,
    replay,
)

MOST_REPORTED = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden")


@pytest.fixture(scope="module")
def replayed(folder: Path) -> dict[str, Any]:
    return replay(folder)


@pytest.mark.parametrize("name", PARTS)
def test_the_record_of_the_first_edition_replays_the_same(
    name: str, replayed: dict[str, Any]
) -> None:
    found = list(islice(differences(expected(name), replayed[name], name), MOST_REPORTED))
    assert not found, "\n".join(["The golden record replays differently:", *found])


def test_every_kind_of_event_that_is_written_is_in_the_record() -> None:
    assert kinds_recorded() - {"bookmark"} == KINDS


@pytest.mark.usefixtures("replayed")
def test_replaying_leaves_the_record_as_it_was(folder: Path) -> None:
    kept = {path.name: path.read_bytes() for path in (HERE / "record").iterdir()}
    assert {path.name: path.read_bytes() for path in folder.rglob("record/*")} == kept


def test_a_difference_names_its_place() -> None:
    wanted = {"a": [1, {"b": "x"}], "c": 1.0, "d": None}
    got = {"a": [1, {"b": "y"}], "c": 1.0, "e": 2}
    assert list(differences(wanted, got, "part")) == [
        "part.a[1].b:\n  expected 'x'\n  got      'y'",
        "part.d: missing, expected None",
        "part.e: not expected, got 2",
    ]
