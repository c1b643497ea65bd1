"""Which notebooks the server signs: those that the build recorded, and nobody else's."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import MemorySignatureStore, NotebookNotary

from lessons_lib.classroom.course import course
from lessons_lib.classroom.server.extension import (
    RECORD,
    content_hash,
    read_record,
    record,
    sign_shipped,
)

ROOT = Path(__file__).parents[3]
SLUGS = [one.slug for one in course().lessons]


@pytest.fixture
def notary(tmp_path: Path) -> NotebookNotary:
    return NotebookNotary(data_dir=str(tmp_path), store_factory=MemorySignatureStore)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of the notebooks and of their record."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "clone" / "notebooks")
    return tmp_path / "clone"


def _trusted(notary: NotebookNotary, folder: Path) -> list[str]:
    paths = sorted((folder / "notebooks").glob("*.ipynb"))
    read = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    return [name for name, notebook in read.items() if notary.check_signature(notebook)]


def _edit(clone: Path, slug: str, old: bytes, new: bytes) -> None:
    path = clone / "notebooks" / f"{slug}.ipynb"
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_the_notebooks_of_the_course_are_trusted_as_they_were_built(notary: NotebookNotary) -> None:
    assert sign_shipped(notary) == {}
    assert _trusted(notary, ROOT) == SLUGS


def test_line_ends_do_not_matter(notary: NotebookNotary, clone: Path) -> None:
    for slug in SLUGS:
        path = clone / "notebooks" / f"{slug}.ipynb"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert sign_shipped(notary, clone) == {}
    assert _trusted(notary, clone) == SLUGS


def test_nothing_else_is_ever_trusted(notary: NotebookNotary, clone: Path) -> None:
    notebooks = clone / "notebooks"
    _edit(clone, "03_preprocessing", b"lessons-static", b"lessons-statiC")  # in an output
    _edit(clone, "04_embeddings", b"# ", b"## ")
    shutil.copy(notebooks / "03_preprocessing.ipynb", notebooks / "stranger.ipynb")
    shutil.copy(notebooks / "03_preprocessing.ipynb", notebooks / "05_training.ipynb")
    (notebooks / "06_batch_inference.ipynb").unlink()
    (notebooks / "06_batch_inference.ipynb").symlink_to("stranger.ipynb")
    for _ in range(2):
        assert sign_shipped(notary, clone) == {}
        changed = {"03_preprocessing", "04_embeddings", "05_training", "06_batch_inference"}
        assert _trusted(notary, clone) == [slug for slug in SLUGS if slug not in changed]


def test_a_link_is_not_followed_even_to_known_bytes(notary: NotebookNotary, clone: Path) -> None:
    path = clone / "notebooks" / "13_flashcards.ipynb"
    path.symlink_to(path.rename(clone / "elsewhere.ipynb"))
    sign_shipped(notary, clone)
    assert "13_flashcards" not in _trusted(notary, clone)


def test_an_unreadable_notebook_is_named_and_stops_nothing(
    notary: NotebookNotary, clone: Path
) -> None:
    path = clone / "notebooks" / "01_concept.ipynb"
    path.unlink()
    path.mkdir()
    assert list(sign_shipped(notary, clone)) == ["01_concept"]
    path.rmdir()
    assert _trusted(notary, clone) == [slug for slug in SLUGS if slug != "01_concept"]


def test_only_what_was_just_built_is_recorded_anew(clone: Path) -> None:
    before = read_record(clone / RECORD)
    _edit(clone, "03_preprocessing", b"# ", b"## ")
    _edit(clone, "04_embeddings", b"# ", b"## ")  # by somebody else
    record(clone, ["03_preprocessing", "glossary"])
    after = read_record(clone / RECORD)
    assert [slug for slug in SLUGS if after[slug] != before[slug]] == ["03_preprocessing"]
    path = clone / "notebooks" / "03_preprocessing.ipynb"
    assert after["03_preprocessing"] == content_hash(path.read_bytes())
