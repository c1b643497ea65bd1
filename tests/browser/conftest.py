"""One JupyterLab on a copy of the course, and headless Chromium to look at it."""

from __future__ import annotations

import importlib.resources
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from lessons_lib.authoring.environment import private_environment
from lessons_lib.commands.lab import jupyter_paths

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
START_TIMEOUT_S = 60
KERNEL_TIMEOUT_MS = 60_000
RUN_TIMEOUT_MS = 180_000
EXPECT_TIMEOUT_MS = 30_000  # for machines where much else is running
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUN_ALL = """(timeout) => Promise.race([
    window.jupyterapp.commands.execute("notebook:run-all-cells"),
    new Promise((_, fail) => setTimeout(() => fail(`not run within ${timeout} ms`), timeout)),
])"""
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
CELLS = """window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => `${cell.model.type} ${cell.model.id}`
)"""
THEMES = ("JupyterLab Light", "JupyterLab Dark")
AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# JupyterLab's body clips and has no height: axe would take all text for hidden, and skip contrast.
VIOLATIONS = """async (selector) => {
    document.body.style.overflow = "visible";
    const { violations } = await axe.run(selector, { resultTypes: ["violations"] });
    const nodes = violations.flatMap((one) => one.nodes.map((node) => [one.help, node.html]));
    return nodes.map((pair) => pair.join(": ")).join("\\n");
}"""


class Lab:
    """A running JupyterLab: its address, its course folder, and its sessions."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}{base_url}"
        self._log = (folder / "lab.log").open("wb")
        self._process = subprocess.Popen(
            self._command(base_url),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=_environment(folder),
        )

    def _command(self, base_url: str) -> list[str]:
        settings = {
            "ServerApp.root_dir": self.folder / "course",
            "ServerApp.base_url": base_url,
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.allow_root": True,
            "ServerApp.open_browser": False,
            "ServerApp.disable_check_xsrf": True,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
        }
        flags = [f"--{name}={value}" for name, value in settings.items()]
        return [sys.executable, "-m", "jupyterlab", *flags]

    def wait_until_it_answers(self) -> None:
        for _ in range(START_TIMEOUT_S * 10):
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}api/status", timeout=1).close()
                return
            except OSError:
                try:
                    self._process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
        pytest.fail(f"JupyterLab did not start:\n{(self.folder / 'lab.log').read_text()[-3000:]}")

    def write_notebook(self, name: str, cells: list[NotebookNode]) -> None:
        """Put a notebook of the test's own into the course folder."""
        notebook = nbformat.v4.new_notebook(cells=cells)
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata.kernelspec = kernel
        path = self.folder / "course" / name
        path.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, path)

    def end_sessions(self) -> None:
        """Shut kernels down: they outlive the pages that started them."""
        with urllib.request.urlopen(f"{self.url}api/sessions", timeout=10) as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(
                f"{self.url}api/sessions/{session['id']}", method="DELETE"
            )
            urllib.request.urlopen(request, timeout=10).close()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        self._log.close()


class LabPage:
    """A browser page with JupyterLab in it, driven as a learner would."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab

    @property
    def panel(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def open(self, name: str) -> None:
        """Open a notebook of the course folder and wait for its kernel."""
        self.page.goto(f"{self.lab.url}lab/tree/{name}?reset")
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
        """Return the kind and id of each cell: a key that reaches JupyterLab changes them."""
        return list(self.page.evaluate(CELLS))

    def interrupt(self) -> None:
        """Interrupt the kernel of the notebook in front."""
        self.page.evaluate(f"{KERNEL}.interrupt()")

    def run_code(self, code: str) -> None:
        """Run code in the kernel of the notebook in front, in no cell."""
        self.page.evaluate(f"code => {KERNEL}.requestExecute({{ code }}).done", code)

    def set_theme(self, name: str) -> None:
        """Switch to "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        light = str(name == "JupyterLab Light").lower()
        body = f"body[data-jp-theme-light={light}][data-jp-theme-name='{name}']"
        self.page.wait_for_selector(body, state="attached")

    def accessibility_report(self, selector: str) -> str:
        """Return what axe finds wrong inside an element, the empty string for nothing."""
        self.page.evaluate(AXE)
        return str(self.page.evaluate(VIOLATIONS, selector))

    def accessibility_in_both_themes(self, selector: str) -> str:
        """Return what axe finds wrong in the light and in the dark theme."""
        report = ""
        for theme in THEMES:
            self.set_theme(theme)
            report += self.accessibility_report(selector)
        return report


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the browser is; without one the tests skip, but not where all must run."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        reason = f"needs Chromium: none of {', '.join(CHROMIUM_NAMES)} is on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[BrowserContext]:
    """One browser window for a module: what a page has loaded, the next need not load again.

    Playwright keeps an event loop running, beside which `asyncio.run` fails; so it ends with the
    module, before other tests of the same worker.
    """
    expect.set_options(timeout=EXPECT_TIMEOUT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield chromium.new_context(viewport={"width": 1400, "height": 1400})
        chromium.close()


@pytest.fixture(scope="session")
def lab(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab under a base URL, as on a hub; it asks for the browser first, so it may skip."""
    folder = tmp_path_factory.mktemp("lab")
    course = folder / "course" / "notebooks"
    course.mkdir(parents=True)
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, course)
    running = Lab(folder, "/user/ada/")
    try:
        running.wait_until_it_answers()
        yield running
    finally:
        running.stop()


@pytest.fixture
def lab_page(browser: BrowserContext, lab: Lab) -> Iterator[LabPage]:
    """A page of the test's own; its kernels end with it."""
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path) -> dict[str, str]:
    """Isolate JupyterLab from the user's settings and data; use those of `lessons lab`."""
    own = {f"JUPYTERLAB_{name}_DIR": str(folder / name) for name in ("SETTINGS", "WORKSPACES")}
    return {**private_environment(folder), **jupyter_paths(), **own}
