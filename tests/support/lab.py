"""JupyterLab, in which each test has a course folder, a record and a page of its own."""

import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from lessons_lib.classroom.widgets.job import LOOK_S
from tests.support.browser import SIZE, expect_accessible, find_chromium, running_chromium, visitor
from tests.support.servers import served
from tests.support.waiting import LIMIT_MS, LIMIT_S

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SERVER: dict[str, object] = {
    "ServerApp.port_retries": 0,
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.allow_root": True,
    "ServerApp.open_browser": False,
    "IdentityProvider.token": "",
}
RUN_LIMIT_MS = 2 * LIMIT_MS  # a lesson may wait for Ray four times, as long as it allows itself
QUEUE = """from functools import partial

from lessons_lib.lesson.views.queue import tour_for
from lessons_lib.lesson.views.queue import QueueView
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson

cost = CostModel(0.002, 0.0004)
QueueView(partial(simulate_poisson, cost=cost, n=40), tour=tour_for(cost.texts_per_s))"""
RUN_ALL = """(timeout) => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells"),
    new Promise((_, fail) => setTimeout(() => fail(`not run within ${timeout} ms`), timeout)),
])"""
IDLE = "window.jupyterapp?.shell.currentWidget?.sessionContext?.kernelDisplayStatus === 'idle'"
EXECUTE = """async ([command, given]) => {
    await window.jupyterapp.commands.execute(command, given);
}"""
TABS = "#jp-main-dock-panel .lm-TabBar-tab"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => `${cell.model.type} ${cell.model.id}`
)"""
# JupyterLab lays its panels out some time after the window has changed.
LAID_OUT = "document.querySelector('#jp-main-content-panel').offsetWidth === innerWidth"
DIRTY = "window.jupyterapp.shell.currentWidget.context.model.dirty"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
SET_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
# Run by each kernel before anything else: the folder of a test has a record of its own.
OWN_RECORD = """import os
from pathlib import Path

course = Path({course!r})
if Path.cwd().is_relative_to(course) and Path.cwd() != course:
    name = Path.cwd().relative_to(course).parts[0]
    os.environ["LESSONS_DATA_DIR"] = str(course.parent / "records" / name)
"""


@contextmanager
def running_lab(folder: Path, base_url: str = "/", **environment: str) -> Iterator["Lab"]:
    """Run JupyterLab in the folder `course` of a folder."""
    own = {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
    settings = SERVER | {
        "ServerApp.root_dir": folder / "course",
        "ServerApp.base_url": base_url,
        "ServerApp.disable_check_xsrf": True,
        "LabApp.expose_app_in_browser": True,
    }
    with served(folder, "jupyterlab", settings=settings, environment=own | environment) as address:
        yield Lab(folder, f"{address}{base_url}")


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: the folder `course` in its folder, or a folder in that for a test."""

    folder: Path
    url: str
    name: str = ""

    @property
    def course(self) -> Path:
        """Where the notebooks of a test are."""
        return self.folder / "course" / self.name

    def path(self, name: str) -> str:
        """Return the path of a notebook as JupyterLab writes it."""
        return f"{self.name}/{name}".lstrip("/")

    def page(self, name: str) -> str:
        """Return the address at which JupyterLab shows nothing but a notebook."""
        return f"{self.url}lab/tree/{self.path(name)}?reset"

    def write_notebook(
        self, name: str, *cells: str | NotebookNode, is_lesson: bool = False
    ) -> None:
        """Write a notebook into the course folder; a text becomes a code cell."""
        nodes = [nbformat.v4.new_code_cell(one) if isinstance(one, str) else one for one in cells]
        notebook = nbformat.v4.new_notebook(cells=nodes)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata.kernelspec = kernel
        if is_lesson:
            notebook.metadata["lessons_lib"] = {"is_lesson": True}
        path = self.course / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)

    def running(self, kind: str) -> list[str]:
        """Return the ids of all `sessions` or `kernels`."""
        with urllib.request.urlopen(f"{self.url}api/{kind}", timeout=LIMIT_S) as answer:
            return [one["id"] for one in json.load(answer)]

    def end_sessions(self) -> None:
        """Shut down all kernels: they outlive the pages that started them."""
        for kind in ("sessions", "kernels"):
            for one in self.running(kind):
                request = urllib.request.Request(f"{self.url}api/{kind}/{one}", method="DELETE")
                with suppress(urllib.error.HTTPError):  # it has just ended
                    urllib.request.urlopen(request, timeout=LIMIT_S).close()

    @contextmanager
    def of_a_test(self, name: str) -> Iterator["Lab"]:
        """Lend a course folder of its own, the settings of a first visit, and no kernel."""
        own = replace(self, name=name)
        notebooks = own.course / "notebooks"
        notebooks.mkdir(parents=True)
        for notebook in NOTEBOOKS.glob("*.ipynb"):
            shutil.copy(notebook, notebooks)
        shutil.rmtree(self.folder / "SETTINGS", ignore_errors=True)
        try:
            yield own
        finally:
            self.end_sessions()


class LabPage:
    """A browser page with JupyterLab in it, driven as a learner would."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab

    @property
    def panel(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def goto(self, name: str) -> None:
        """Open a notebook of the course folder."""
        self.page.goto(self.lab.page(name))

    def open(self, name: str) -> None:
        """Open a notebook of the course folder and wait for its kernel."""
        self.goto(name)
        self.page.wait_for_function(IDLE)

    def run_all(self) -> None:
        """Run all cells; the command's promise ends with the last one."""
        self.page.evaluate(RUN_ALL, RUN_LIMIT_MS)

    def show(self, name: str, *cells: str | NotebookNode, is_lesson: bool = False) -> None:
        """Write a notebook with these cells, open it and run it."""
        self.lab.write_notebook(name, *cells, is_lesson=is_lesson)
        self.open(name)
        self.run_all()

    def cells(self) -> list[str]:
        """Return the type and id of each cell, which change if a key reaches JupyterLab."""
        return list(self.page.evaluate(CELLS))

    def execute(self, command: str, **arguments: object) -> None:
        """Run one of JupyterLab's commands to its end."""
        self.page.evaluate(EXECUTE, [command, arguments])

    def expect_in_front(self, name: str) -> None:
        """Expect that the tab in front has this name."""
        in_front = self.page.locator(f"{TABS}.jp-mod-current")
        expect(in_front).to_contain_text(name)

    def press(self, *keys: str) -> None:
        """Press keys, wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    @contextmanager
    def of_width(self, width: int) -> Iterator[None]:
        """Change the width of the page for a while."""
        self.page.set_viewport_size({"width": width, "height": SIZE["height"]})
        self.page.wait_for_function(LAID_OUT)
        try:
            yield
        finally:
            self.page.set_viewport_size(SIZE)

    @contextmanager
    def with_reduced_motion(self) -> Iterator[None]:
        """Ask for reduced motion for a while."""
        self.page.emulate_media(reduced_motion="reduce")
        try:
            yield
        finally:
            self.page.emulate_media(reduced_motion="no-preference")

    def interrupt(self) -> None:
        """Interrupt the kernel of the notebook in front, once a job listens for it.

        After each message IPython ignores interrupts, until the job looks again.
        """
        self.page.wait_for_timeout(5_000 * LOOK_S)
        self.page.evaluate(f"{KERNEL}.interrupt()")

    def run_code(self, code: str) -> None:
        """Run code in the kernel of the notebook in front, without a cell."""
        self.page.evaluate(f"code => {KERNEL}.requestExecute({{ code }}).done", code)

    def set_theme(self, name: str) -> None:
        """Switch to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(SET_THEME, name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")

    def expect_accessible(self, selector: str, themes: Iterable[str] = THEMES) -> None:
        """Expect that axe finds no problem inside an element, in the light and the dark theme."""
        for theme in themes:
            self.set_theme(theme)
            expect_accessible(self.page, selector)


@contextmanager
def scripted_lab_page(width: int, height: int, *, scale: float = 1) -> Iterator[LabPage]:
    """Start JupyterLab with an empty course, and Chromium, for a script that is not a test."""
    size = ViewportSize(width=width, height=height)
    with tempfile.TemporaryDirectory() as folder, running_chromium(find_chromium()) as chromium:
        (Path(folder) / "course").mkdir()
        with (
            running_lab(Path(folder)) as lab,
            visitor(chromium, viewport=size, device_scale_factor=scale) as context,
        ):
            yield LabPage(context.new_page(), lab)


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab under a base URL, as on a hub, for all tests of a worker."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "course").mkdir()
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "own_record.py").write_text(OWN_RECORD.format(course=str(folder / "course")))
    with running_lab(folder, "/user/ada/") as running:
        yield running


@pytest.fixture
def lab(jupyter: Lab, tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab with a course in which nobody has answered anything."""
    with jupyter.of_a_test(tmp_path.name) as own:
        yield own


@pytest.fixture
def lab_page(lab: Lab, browser: BrowserContext) -> Iterator[LabPage]:
    """A page for one test."""
    page = browser.new_page()
    yield LabPage(page, lab)
    page.close()
