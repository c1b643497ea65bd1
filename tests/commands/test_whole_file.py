"""`whole_file.output`: what its users, `predict` and `collect`, are promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.commands.console import CommandError
from lessons_lib.commands.whole_file import output


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the files of a test lie in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "'' names no file: name the one that is to be written."),
        ("new/", "'new/' names no file: name the one that is to be written."),
        (".", ". is a folder: name a file."),
        ("./", "./ is a folder: name a file."),
    ],
)
def test_what_names_no_file_is_refused_before_anything_is_written(
    name: str, told: str, here: Path
) -> None:
    with pytest.raises(CommandError) as refused, output(name):
        pytest.fail("it was opened")
    assert str(refused.value) == told
    assert not [*here.iterdir()]


def test_a_file_is_there_only_when_it_is_whole(here: Path) -> None:
    with output("out.txt") as file:
        file.write(b"whole\n")
        assert not Path("out.txt").exists()
    assert Path("out.txt").read_bytes() == b"whole\n"
    with pytest.raises(ZeroDivisionError), output("out.txt") as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert Path("out.txt").read_bytes() == b"whole\n"
    assert [one.name for one in here.iterdir()] == ["out.txt"]
