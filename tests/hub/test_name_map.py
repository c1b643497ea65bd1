from __future__ import annotations

import os
from pathlib import Path

import pytest

from lessons_lib.hub.name_map import NameMapError, read_names


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "names.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_names_are_read_by_directory_whatever_the_order_of_columns(tmp_path: Path) -> None:
    text = '\ufeffLearner,seat,Directory\r\n"Öz, Ada",4,u1\r\nBob,5, u2 \r\n'
    assert read_names(written(tmp_path, text)).names == {"u1": "Öz, Ada", "u2": "Bob"}


def test_rows_and_homes_without_each_other_are_told(tmp_path: Path) -> None:
    names = read_names(written(tmp_path, "directory,learner\nu1,Ada\nu9,Zoe\n"))
    assert names.unmatched(["u1", "u2"]) == [
        "line 3: no home is called u9.",
        "no row names the home u2.",
    ]


def test_a_row_that_comes_twice_or_lacks_a_name_is_told(tmp_path: Path) -> None:
    names = read_names(written(tmp_path, "directory,learner\nu1,Ada\nu1,Bob\nu2\n"))
    assert names.names == {"u1": "Ada"}
    assert names.problems == (
        "line 3: u1 was named before; passed over.",
        "line 4: a name is empty; passed over.",
    )


REFUSED = {
    "other columns": ("directory;learner\nu1;Ada\n", "with a comma between; it holds directory;"),
    "nothing": ("", "it holds nothing"),
    "another encoding": ("directory,learner\nu1,Öz\n".encode("latin-1"), "not in UTF-8"),
    "a quote without its end": ('directory,learner\nu1,"Ada\n', "is no CSV"),
}


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_of_names_is_refused(
    tmp_path: Path, content: str | bytes, told: str
) -> None:
    with pytest.raises(NameMapError, match=told):
        read_names(written(tmp_path, content))


def test_a_missing_table_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    places = [tmp_path / "missing", tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    for place in places:
        with pytest.raises(NameMapError, match="name a CSV file"):
            read_names(place)
