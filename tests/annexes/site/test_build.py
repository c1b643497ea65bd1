"""The site as files: small, the same each time, and not written at all if a part is broken."""

import gzip
import shutil
import threading
from pathlib import Path

import pytest

from lessons_lib.annexes.site.build import replace
from lessons_lib.classroom.course import COURSE_VARIABLE
from tests.support.shell import Lessons

pytestmark = pytest.mark.extras("site")

ROOT = Path(__file__).parents[3]
MOST_FILES, MOST_BYTES = 100, 23_000_000  # with what was measured
MOST_OF_PYTHON = 7_500_000  # gzip
MOST_OF_A_PAGE, MOST_ON_AVERAGE = 300_000, 150_000  # gzip, before Python
STYLES = ("_static/styles/furo.css", "_static/lessons.css", "_static/turbo.js", "_static/host.js")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def packed(*files: bytes) -> int:
    """Return how many bytes a server sends for files, compressed one by one."""
    return sum(len(gzip.compress(one)) for one in files)


def test_a_site_built_again_has_the_same_bytes(
    site: Path, tmp_path: Path, lessons: Lessons
) -> None:
    out = tmp_path / "again"
    for _ in range(2):  # a site may be replaced
        assert str(out) in lessons("site", out)
    assert contents(out) == contents(site)


def test_a_site_is_small(site: Path) -> None:
    files = contents(site)
    assert len(files) <= MOST_FILES
    assert sum(map(len, files.values())) <= MOST_BYTES
    python = [one for name, one in files.items() if "/pyodide-" in name or "app.zip" in name]
    assert packed(*python) <= MOST_OF_PYTHON
    shared = packed(*(files[name] for name in STYLES))
    cards = max(packed(one) for name, one in files.items() if "/cards/" in name)
    pages = [packed(one) for name, one in files.items() if name.endswith(".html")]
    assert max(pages) + shared + 2 * cards <= MOST_OF_A_PAGE
    assert sum(pages) / len(pages) + shared + 2 * cards <= MOST_ON_AVERAGE


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, lessons: Lessons) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    assert "other files" in lessons.fails("site", tmp_path)
    assert list(contents(tmp_path)) == ["thesis.txt"]


def test_a_site_is_never_seen_half_deleted_while_it_is_replaced(tmp_path: Path) -> None:
    made, out = tmp_path / "made", tmp_path / "out"
    for folder in (made, out):
        (folder / "_static").mkdir(parents=True)
        (folder / "index.html").write_text("A page.")
    for number in range(2_000):  # deleting these takes a while
        (out / "_static" / f"{number}.js").touch()
    is_over, looks = threading.Event(), [""]

    def look() -> None:
        while not is_over.is_set():
            is_half = out.exists() and not (out / "index.html").exists()
            looks.append("half" if is_half else "whole")

    looking = threading.Thread(target=look)
    looking.start()
    replace(made, out)
    is_over.set()
    looking.join()
    assert "half half half" not in " ".join(looks)  # one is seen between two calls
    assert [path.name for path in tmp_path.iterdir() if path != made] == ["out"]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("quizzes/06_batch_inference.yaml", "kind: single", "kind: singel", "yaml:"),
        ("notebooks/06_batch_inference.ipynb", '"cells"', '"sells"', "06_batch_inference.ipynb"),
        ("notebooks/source/guesses.yaml", "slider: [0,", "slider: [zero,", "guesses.yaml:"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_written(
    file: str,
    old: str,
    new: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lessons: Lessons,
) -> None:
    course = tmp_path / "course"
    for name in ("quizzes", "notebooks"):
        shutil.copytree(ROOT / name, course / name)
    path = course / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    monkeypatch.setenv(COURSE_VARIABLE, str(course))
    error = lessons.fails("site", tmp_path / "out")
    assert words in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()
