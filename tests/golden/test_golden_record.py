"""The golden record: what a learner has reached must always replay the same."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from lessons_lib.classroom.record.kinds import KINDS
from tests.golden.replay import HERE, PARTS, differences, replay


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("golden")


@pytest.fixture(scope="module")
def replayed(folder: Path) -> Mapping[str, str]:
    return replay(folder)


@pytest.mark.parametrize("name", PARTS)
def test_the_record_replays_the_same(name: str, replayed: Mapping[str, str]) -> None:
    found = differences(name, replayed[name])
    assert not found, "\n".join(["The golden record replays differently:", *found])


def test_every_kind_of_event_that_is_written_is_in_the_record(replayed: Mapping[str, str]) -> None:
    kinds = {line.split()[3] for line in replayed["events"].splitlines()}
    assert kinds - {"bookmark"} == KINDS


@pytest.mark.usefixtures("replayed")
def test_replaying_leaves_the_record_unchanged(folder: Path) -> None:
    kept = {path.name: path.read_bytes() for path in (HERE / "record").iterdir()}
    assert {path.name: path.read_bytes() for path in folder.rglob("record/*")} == kept
