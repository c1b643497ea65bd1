"""The server extension, with the contents managers and the notary of Jupyter itself."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from nbformat.sign import MemorySignatureStore, NotebookNotary

from lessons_lib.classroom.course import COURSE_VARIABLE
from lessons_lib.classroom.server import extension
from lessons_lib.classroom.server.extension import WIDGET_VIEW, before_save
from lessons_lib.classroom.widgets.static import static_form

LESSON = Path(__file__).parents[3] / "notebooks/12_test.ipynb"
METADATA: dict[str, Any] = json.loads(LESSON.read_text("utf-8"))["metadata"]
VIEW = {"model_id": "1f", "version_major": 2, "version_minor": 1}
OURS = static_form("Quiz 06", "Your answers are saved.")
Save = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(params=[LargeFileManager, AsyncLargeFileManager])
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Save]:
    """Save a notebook as the server does and return what the file contains."""
    notary = NotebookNotary(data_dir=str(tmp_path), store_factory=MemorySignatureStore)
    manager = request.param(root_dir=str(tmp_path), notary=notary)
    manager.register_pre_save_hook(before_save)

    def run(notebook: dict[str, Any]) -> dict[str, Any]:
        model = {"type": "notebook", "format": "json", "content": notebook}
        done = manager.save(model, "page.ipynb")
        if asyncio.iscoroutine(done):
            asyncio.run(done)
        content: dict[str, Any] = json.loads((tmp_path / "page.ipynb").read_text("utf-8"))
        return content

    yield run


def _notebook(*bundles: dict[str, Any], metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    outputs = [nbformat.v4.new_output("display_data", data=data) for data in bundles]
    cells = [nbformat.v4.new_markdown_cell("text", id="a")]
    cells.append(nbformat.v4.new_code_cell("show()", id="b", outputs=outputs))
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata or METADATA)
    return dict(json.loads(nbformat.writes(notebook)))


def _data(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output["data"] for output in notebook["cells"][1]["outputs"]]


def test_the_view_of_our_widget_is_dropped_and_its_static_form_stays(save: Save) -> None:
    shown = {WIDGET_VIEW: VIEW, "text/html": OURS, "text/plain": "QuizCard(06)"}
    lines = shown | {"text/html": OURS.splitlines(keepends=True)}
    for data in _data(save(_notebook(shown, lines))):
        assert data.keys() == {"text/html", "text/plain"}
        assert "".join(data["text/html"]) == OURS


@pytest.mark.parametrize(
    "data",
    [
        {WIDGET_VIEW: VIEW, "text/plain": "IntSlider(value=3)"},
        {WIDGET_VIEW: VIEW, "text/html": "<p>another package's</p>"},
        {"text/html": "<p>a table</p>", "text/plain": "a table"},
    ],
)
def test_other_outputs_stay_as_they_are(data: dict[str, Any], save: Save) -> None:
    (saved,) = _data(save(_notebook(data)))
    assert {key: "".join(value) for key, value in saved.items() if key != WIDGET_VIEW} == {
        key: value for key, value in data.items() if key != WIDGET_VIEW
    }
    assert saved.get(WIDGET_VIEW) == data.get(WIDGET_VIEW)


def _with(metadata: dict[str, Any], key: str, **changes: object) -> dict[str, Any]:
    return {**metadata, key: {**metadata[key], **changes}}


def test_opening_a_lesson_does_not_change_its_file(save: Save, tmp_path: Path) -> None:
    save(_notebook())
    stored = (tmp_path / "page.ipynb").read_bytes()
    opened = _with(METADATA, "language_info", version="3.14.1")
    save(_notebook(metadata=_with(opened, "kernelspec", display_name="Python 3")))
    assert (tmp_path / "page.ipynb").read_bytes() == stored


def test_another_kernel_or_another_notebook_is_saved_as_it_is(save: Save) -> None:
    save(_notebook())
    other = _with(METADATA, "kernelspec", name="conda-env", display_name="conda")
    assert save(_notebook(metadata=other))["metadata"] == other
    theirs = {key: value for key, value in METADATA.items() if key != extension.LESSON_KEY}
    theirs = _with(theirs, "language_info", version="3.14.1")
    assert save(_notebook(metadata=theirs))["metadata"] == theirs


def test_a_file_that_cannot_be_read_or_a_failure_does_not_stop_a_save(
    save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.ipynb").write_text("{ broken")
    assert save(_notebook())["metadata"] == METADATA

    def fail(_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(extension, "drop_dead_views", fail)
    assert save(_notebook())["metadata"] == METADATA


def test_files_that_are_not_notebooks_are_left_alone() -> None:
    before_save(model={"type": "file", "content": "text"}, path="a.txt", contents_manager=None)


def test_a_server_starts_even_if_it_cannot_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(COURSE_VARIABLE, str(tmp_path))  # an empty folder
    notary = NotebookNotary(data_dir=str(tmp_path), store_factory=MemorySignatureStore)
    app = ServerApp(log=logging.getLogger("server"))
    app.contents_manager = LargeFileManager(root_dir=str(tmp_path), notary=notary)
    (point,) = extension._jupyter_server_extension_points()
    assert point == {"module": extension.__name__}
    extension._load_jupyter_server_extension(app)
    assert "could not be signed" in caplog.text
    assert app.contents_manager._pre_save_hooks == [before_save]
