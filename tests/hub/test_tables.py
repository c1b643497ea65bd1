from __future__ import annotations

from pathlib import Path

import pytest

from lessons_lib.hub.collect.homes import CollectError
from lessons_lib.hub.collect.tables import read_names


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "names.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def test_names_are_read_by_directory_whatever_the_order_of_columns(tmp_path: Path) -> None:
    text = '\ufeffLearner,seat,Directory\r\n"Öz, Ada",4,u1\r\nBob,5, u2 \r\n'
    names = {"u1": "Öz, Ada", "u2": "Bob"}
    assert read_names(written(tmp_path, text), ["u1", "u2"]) == (names, [])


def test_rows_and_homes_that_are_left_over_are_reported(tmp_path: Path) -> None:
    table = written(tmp_path, "directory,learner\nu1,Ada\nu1,Bob\nu9,Zoe\nu2\n")
    names, problems = read_names(table, ["u1", "u2"])
    assert names == {"u1": "Ada", "u9": "Zoe"}
    assert problems == [
        "line 3: u1 is repeated; skipped.",
        "line 5: a name is empty; skipped.",
        "line 4: no home is named u9.",
        "no row names the home u2.",
    ]


REFUSED = {
    "other columns": ("directory;learner\nu1;Ada\n", "must be directory,learner, got directory;"),
    "nothing": ("", "got nothing"),
    "another encoding": ("directory,learner\nu1,Öz\n".encode("latin-1"), "not in UTF-8"),
    "a quote without its end": ('directory,learner\nu1,"Ada\n', "is not valid CSV"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_table_of_names_is_refused(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    with pytest.raises(CollectError, match=reason):
        read_names(written(tmp_path, content), [])
