"""A real JupyterHub, started by `lessons hub` as an instructor would start it."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Timer

import nbformat
import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.environment import private_environment
from tests.support.hub_client import HubClient
from tests.support.servers import held_port
from tests.support.waiting import LIMIT_S

OWN_NOTEBOOK = "notebooks/my_own.ipynb"
READY = "Ctrl-C stops the hub"


class HubRun:
    """A running `lessons hub`, its output and passwords."""

    def __init__(self, folder: Path, *flags: str) -> None:
        self.homes = folder / "homes"
        self._held = ExitStack()
        self.port = self._held.enter_context(held_port())
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "lessons_lib.cli", "hub"]
        command += [f"--homes={self.homes}", f"--port={self.port}", *flags]
        if os.geteuid() == 0:
            command.append("--allow-root")
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=private_environment(folder),
            encoding="utf-8",
        )
        self.printed = ""

    def wait_until_it_is_up(self) -> None:
        """Read its output until it prints how to stop it."""
        assert self.process.stdout is not None
        watch = Timer(LIMIT_S, self.process.kill)
        watch.start()
        try:
            for line in self.process.stdout:
                self.printed += line
                if line.startswith(READY):
                    return
        finally:
            watch.cancel()
        pytest.fail(f"lessons hub did not start:\n{self.printed}")

    @property
    def passwords(self) -> dict[str, str]:
        """The passwords as they are on the screen, by name."""
        return dict(re.findall(r"^  (learner\d+|instructor) +(\S+)$", self.printed, re.M))

    def client(self, name: str) -> HubClient:
        """Return a client that is logged in."""
        return HubClient(self.url, name, self.passwords[name])

    def log_in(self, page: Page, name: str, path: str) -> None:
        """Go to a path of the hub in a browser, and log in where that leads."""
        page.goto(f"{self.url}{path}")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(self.passwords[name])
        page.get_by_role("button", name="Sign in").click()

    def card(self, page: Page, name: str, code: str) -> Locator:
        """Log in as a learner, run code in a notebook of their own, and return its card."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.homes / name / "lessons-course" / OWN_NOTEBOOK)
        self.log_in(page, name, f"/hub/login?next=/hub/user-redirect/lab/tree/{OWN_NOTEBOOK}")
        page.locator(".jp-CodeCell .cm-content").first.click()
        expect(page.get_by_text("| Idle")).to_be_visible()
        page.keyboard.press("Shift+Enter")
        return page.locator(".lessons-quiz")

    def process_of(self, word: str) -> psutil.Process:
        """Return the process under the hub whose command has a word."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return next(one for one in children if word in " ".join(one.cmdline()))

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it and return its exit code; the rest of its output is kept."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=LIMIT_S)
        self.printed += rest
        self._held.close()
        return self.process.returncode


def choose(card: Locator, letter: str) -> None:
    """Choose an option, and press the button that saves it."""
    card.locator(f"input[value={letter}]").check()
    card.locator("button[type=submit]").click()


def need_hub() -> None:
    """Skip if the extra is not installed or JupyterHub does not run here; fail in CI."""
    if sys.platform == "win32":
        pytest.skip("JupyterHub does not run on Windows")
    for package in ("jupyterhub", "configurable_http_proxy"):
        if importlib.util.find_spec(package) is None:
            reason = f"needs the extra `hub`: {package} is not installed"
            pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


@contextmanager
def running_hub(folder: Path, *flags: str) -> Iterator[HubRun]:
    """Run a hub while something uses it."""
    need_hub()
    running = HubRun(folder, *flags)
    try:
        running.wait_until_it_is_up()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubRun]:
    """A hub with two learners and an instructor, for all tests of a worker."""
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running
