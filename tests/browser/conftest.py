"""A JupyterLab server with a copy of the course, and headless Chromium."""

import importlib.resources
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from lessons_lib.annexes.authoring.environment import private_environment
from lessons_lib.classroom.widgets.job import LOOK_S
from lessons_lib.commands.lab import jupyter_paths
from tests.conftest import START_TIMEOUT_S

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SIZE = ViewportSize(width=1400, height=1400)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
KERNEL_TIMEOUT_MS = 1_000 * START_TIMEOUT_S
RUN_TIMEOUT_MS = 300_000
EXPECT_TIMEOUT_MS = 120_000  # for busy machines
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVER: dict[str, object] = {
    "ServerApp.port_retries": 0,
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.allow_root": True,
    "ServerApp.open_browser": False,
    "IdentityProvider.token": "",
}
QUEUE = """from functools import partial

from lessons_lib.lesson.views.queue.tour import tour_for
from lessons_lib.lesson.views.queue.view import QueueView
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson

cost = CostModel(0.002, 0.0004)
QueueView(partial(simulate_poisson, cost=cost, n=40), tour=tour_for(cost.texts_per_s))"""
RUN_ALL = """(timeout) => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells"),
    new Promise((_, fail) => setTimeout(() => fail(`not run within ${timeout} ms`), timeout)),
])"""
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => `${cell.model.type} ${cell.model.id}`
)"""
# JupyterLab lays its panels out some time after the window has changed.
LAID_OUT = "document.querySelector('#jp-main-content-panel').offsetWidth === innerWidth"
DIRTY = "window.jupyterapp.shell.currentWidget.context.model.dirty"
THEMES = ("JupyterLab Light", "JupyterLab Dark")
SET_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# JupyterLab's body clips and has no height: axe would consider all text hidden, and skip contrast.
VIOLATIONS = """async (selector) => {
    document.body.style.overflow = "visible";
    const { violations } = await axe.run(selector, { resultTypes: ["violations"] });
    const nodes = violations.flatMap((one) => one.nodes.map((node) => [one.help, node.html]));
    return nodes.map((pair) => pair.join(": ")).join("\\n");
}"""


@contextmanager
def served(
    folder: Path, *command: str, settings: dict[str, object], environment: dict[str, str]
) -> Iterator[str]:
    """Run a Python module as a server in a folder, and yield its address once it answers."""
    port = free_port()
    flags = [f"--{name}={value}" for name, value in (settings | {"port": port}).items()]
    private = private_environment(folder) | jupyter_paths() | environment
    command = (sys.executable, "-P", "-m", *command, *flags)
    with started(folder, *command, environment=private) as process:
        wait_for_port(process, port)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def started(
    folder: Path, *command: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a folder, with its output in a log there; print that if a test fails."""
    log = folder / f"{Path(command[0]).name}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        try:
            yield process
        except BaseException:
            print(log.read_text("utf-8", "replace")[-3000:])
            raise
        finally:
            process.terminate()
            process.wait(timeout=60)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a process answers on a port."""
    for _ in range(START_TIMEOUT_S * 10):
        assert process.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


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


@dataclass
class Lab:
    """A running JupyterLab: its course folder is in `folder`."""

    folder: Path
    url: str

    def write_notebook(
        self, name: str, cells: list[NotebookNode], *, is_lesson: bool = False
    ) -> None:
        """Write a notebook into the course folder."""
        notebook = nbformat.v4.new_notebook(cells=cells)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata.kernelspec = kernel
        if is_lesson:
            notebook.metadata["lessons_lib"] = {"is_lesson": True}
        path = self.folder / "course" / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)

    def end_sessions(self) -> None:
        """Shut down all kernels: they outlive the pages that started them."""
        with urllib.request.urlopen(f"{self.url}api/sessions", timeout=60) as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(
                f"{self.url}api/sessions/{session['id']}", method="DELETE"
            )
            with suppress(urllib.error.HTTPError):  # it has just ended
                urllib.request.urlopen(request, timeout=60).close()


def press(view: Locator, name: str | re.Pattern[str]) -> None:
    """Click the button with this name."""
    view.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def status(view: Locator) -> Locator:
    """Return what a screen reader announces."""
    return view.get_by_role("status")


def overflow(view: Locator) -> int:
    """Return how many pixels of a view are cut off at the right."""
    return int(view.evaluate("root => root.scrollWidth - root.clientWidth"))


def overlap(one: Locator, other: Locator) -> bool:
    """Return whether two elements cover a part of each other."""
    a, b = one.bounding_box(), other.bounding_box()
    assert a and b
    is_beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return not (is_beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"])


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
        self.page.goto(f"{self.lab.url}lab/tree/{name}?reset")

    def open(self, name: str) -> None:
        """Open a notebook of the course folder and wait for its kernel."""
        self.goto(name)
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.kernelDisplayStatus == 'idle'",
            timeout=KERNEL_TIMEOUT_MS,
        )

    def run_all(self) -> None:
        """Run all cells; the command's promise ends with the last one."""
        self.page.evaluate(RUN_ALL, RUN_TIMEOUT_MS)

    def show(self, name: str, *cells: str | NotebookNode) -> None:
        """Write a notebook with these cells, open it and run it."""
        nodes = [nbformat.v4.new_code_cell(one) if isinstance(one, str) else one for one in cells]
        self.lab.write_notebook(name, nodes)
        self.open(name)
        self.run_all()

    def cells(self) -> list[str]:
        """Return the type and id of each cell, which change if a key reaches JupyterLab."""
        return list(self.page.evaluate(CELLS))

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

    def accessibility_report(self, selector: str) -> str:
        """Return the problems that axe finds inside an element, one per line."""
        self.page.evaluate(AXE)
        return str(self.page.evaluate(VIOLATIONS, selector))

    def accessibility_in_both_themes(self, selector: str) -> str:
        """Return the problems that axe finds in the light and in the dark theme."""
        report = ""
        for theme in THEMES:
            self.set_theme(theme)
            report += self.accessibility_report(selector)
        return report


def find_chromium() -> str | None:
    """Return the path of the browser, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextmanager
def scripted_lab_page(width: int, height: int, *, scale: float = 1) -> Iterator[LabPage]:
    """Start JupyterLab with an empty course, and Chromium, for a script that is not a test."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "course").mkdir()
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        size = ViewportSize(width=width, height=height)
        with running_lab(Path(folder)) as lab:
            yield LabPage(chromium.new_page(viewport=size, device_scale_factor=scale), lab)
        chromium.close()


def needed(what: str, *commands: str) -> str:
    """Return the path of a command; without it a test is skipped, but fails in CI."""
    found = next(filter(None, map(shutil.which, commands)), None)
    if found is None:
        reason = f"needs {what}: none of {', '.join(commands)} is on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the browser; without one the tests are skipped, but fail in CI."""
    return needed("Chromium", *CHROMIUM_NAMES)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[BrowserContext]:
    """One browser window for a module: its pages share a cache.

    Playwright keeps an event loop running, which makes `asyncio.run` fail. So it stops at the end
    of the module, before other tests of the same worker.
    """
    expect.set_options(timeout=EXPECT_TIMEOUT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield chromium.new_context(viewport=SIZE)
        chromium.close()


@pytest.fixture(scope="session")
def lab(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab under a base URL, as on a hub; skipped if there is no browser."""
    folder = tmp_path_factory.mktemp("lab")
    course = folder / "course" / "notebooks"
    course.mkdir(parents=True)
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, course)
    with running_lab(folder, "/user/ada/") as running:
        yield running


@pytest.fixture
def lab_page(
    request: pytest.FixtureRequest, browser: BrowserContext, lab: Lab
) -> Iterator[LabPage]:
    """A page for one test; its kernels end with it. A second try begins without a record."""
    if getattr(request.node, "execution_count", 1) > 1:
        for path in lab.folder.glob("lessons/record/*.jsonl"):
            path.unlink()
    yield from _lab_page(browser, lab)


@pytest.fixture(scope="module")
def shared_lab_page(browser: BrowserContext, lab: Lab) -> Iterator[LabPage]:
    """One page for all tests of a module that do not need a fresh one."""
    yield from _lab_page(browser, lab)


def _lab_page(browser: BrowserContext, lab: Lab) -> Iterator[LabPage]:
    page = browser.new_page()
    try:
        yield LabPage(page, lab)
    finally:
        page.close()
        lab.end_sessions()
