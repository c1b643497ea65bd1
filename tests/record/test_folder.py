from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from lessons_lib.cli import main
from lessons_lib.record.event import new_event
from lessons_lib.record.folder import DATA_VARIABLE, learner_id, record_folder, set_aside
from lessons_lib.record.log import JsonlEventLog

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_record_lies_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert record_folder() == tmp_path / "record"


def test_a_home_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "~nosuchuser/x")
    sentence = f"{DATA_VARIABLE}=~nosuchuser/x: no such home folder. Write the whole path."
    with pytest.raises(FileNotFoundError) as raised:
        record_folder()
    assert str(raised.value) == sentence
    for command in (["progress"], ["quiz", "ask", "01"], ["check"]):
        main(command)
        printed = capsys.readouterr()
        assert sentence in printed.out + printed.err


def test_without_it_the_record_lies_in_the_user_s_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(DATA_VARIABLE)
    expected = platformdirs.user_data_path("lessons-lib", appauthor=False) / "record"
    assert record_folder() == expected


def test_on_a_hub_the_learner_is_the_hub_s_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert learner_id() == "ada"


def test_elsewhere_the_learner_is_the_machine_s_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    monkeypatch.setenv("LOGNAME", "grace")
    assert learner_id() == "grace"


def test_a_record_set_aside_is_whole_and_a_new_one_starts(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    log = JsonlEventLog(folder)
    log.append(new_event("answer", "old"))
    backup = set_aside(folder, NOON)
    assert backup == tmp_path / "record.backup-20260301T120000Z"
    assert [one.subject for one in JsonlEventLog(backup).events()] == ["old"]
    assert list(log.events()) == []
    log.append(new_event("answer", "new"))
    assert [one.subject for one in JsonlEventLog(folder).events()] == ["new"]


def test_no_backup_is_ever_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "record"
    names = []
    for _ in range(3):
        JsonlEventLog(folder).append(new_event("answer", "q"))
        backup = set_aside(folder, NOON)
        names.append(backup.name if backup else "")
    stamp = "record.backup-20260301T120000Z"
    assert names == [stamp, f"{stamp}-2", f"{stamp}-3"]


def test_without_a_record_nothing_is_set_aside(tmp_path: Path) -> None:
    assert set_aside(tmp_path / "record", NOON) is None
