"""Figures are measured where that is possible; stored ones say that they are."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lessons_lib.pipeline.timing import stored
from lessons_lib.pipeline.timing.stored import StoredFigures, measured_or_stored, stored_figures


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "measured.json"
    content = StoredFigures("Measured on 2 cores.", {"sorting": {"sorted": [1.0, 2.0]}})
    path.write_bytes(msgspec.json.encode(content))
    monkeypatch.setattr(stored, "shipped_asset", lambda name: path)
    stored_figures.cache_clear()
    yield path
    stored_figures.cache_clear()


@pytest.mark.usefixtures("file")
def test_what_can_be_measured_is_measured() -> None:
    found = measured_or_stored("sorting", lambda: {"sorted": (3, 4)})
    assert found.values == {"sorted": [3.0, 4.0]}
    assert found.is_live
    assert found.note.startswith("Measured here: ")


@pytest.mark.usefixtures("file")
def test_what_cannot_be_measured_is_stored_and_says_so() -> None:
    found = measured_or_stored("sorting", None)
    assert found.values == {"sorted": [1.0, 2.0]}
    assert not found.is_live
    assert found.note == "Stored figures, not from this machine. Measured on 2 cores."


@pytest.mark.usefixtures("file")
def test_figures_that_are_not_stored_are_an_error() -> None:
    with pytest.raises(KeyError, match="padding"):
        measured_or_stored("padding", None)


def test_the_shipped_figures_say_where_they_were_measured() -> None:
    shipped = stored_figures()
    assert "cores" in shipped.measured
    assert all(numbers for one in shipped.figures.values() for numbers in one.values())
