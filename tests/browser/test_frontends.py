"""A quiz card in Notebook 7, marimo and voila: graded, by keyboard alone, recorded, offline."""

import re
import textwrap
from contextlib import AbstractContextManager
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Route, expect

from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.question import SeveralQuestion
from lessons_lib.classroom.record.folder import RECORD_NAME
from lessons_lib.classroom.record.kinds import Answer, payloads
from lessons_lib.classroom.record.log import JsonlEventLog
from tests.support.browser import status
from tests.support.lab import IDLE, RUN_ALL, SERVER, SET_THEME
from tests.support.servers import served
from tests.support.waiting import LIMIT_MS, eventually, now

pytestmark = pytest.mark.extras("readers")

README = Path(__file__).parents[2] / "README.md"
CELL = 'from lessons_lib import show_quiz\n\nshow_quiz("06")'
MARIMO_APP = """import marimo

app = marimo.App()


@app.cell
def _():
{cell}
    return
"""
# The page of voila asks for these icons itself, and works without them.
VOILA_ICONS = "https://cdn.jsdelivr.net/npm/@fortawesome/"
NOTEBOOK_CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"
FOCUSED = "card => card.contains(card.getRootNode().activeElement)"
COLORS = """card => ["color", "backgroundColor"].map((name) => getComputedStyle(card)[name])
    .map((color) => Math.max(...color.match(/\\d+/g).slice(0, 3)))"""
OURS = re.compile("lessons|anywidget|blob:|/@file/")  # the last two: scripts of widgets


class Watched:
    """A page that can reach this machine only, and what went wrong on it because of us."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.route(lambda url: "//127.0.0.1:" not in url, self._refuse)
        page.on("websocket", lambda one: self._check(one.url))
        page.on("pageerror", lambda error: self._judge(f"{error} {error.stack}"))
        page.on("console", self._read)

    def _read(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._judge(f"{message.text} {message.location}")

    def _refuse(self, route: Route) -> None:
        self._check(route.request.url)
        route.abort()

    def _check(self, url: str) -> None:
        if "//127.0.0.1:" not in url:
            self.outside.append(url)

    def _judge(self, error: str) -> None:
        if OURS.search(error):
            self.errors.append(error)


@pytest.fixture
def watched(browser: BrowserContext) -> Watched:
    """A fresh page."""
    return Watched(browser.new_page())


def _served(folder: Path, *command: str, **settings: object) -> AbstractContextManager[str]:
    """Run a front end that keeps its files in a folder."""
    names = ("CONFIG", "DATA", "CACHE", "STATE")
    homes = {"HOME": str(folder)} | {f"XDG_{name}_HOME": str(folder / name) for name in names}
    return served(folder, *command, settings=settings, environment=homes)


def write_notebook(folder: Path) -> None:
    """Write a notebook with a card, marked as a lesson, so that our lab extension acts on it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata.lessons_lib = {"is_lesson": True}
    nbformat.write(notebook, folder / "card.ipynb")


def answer_by_keyboard(card: Locator) -> None:
    """Answer the first question of quiz 06, partly and then rightly, and go on to the next."""
    _, key = _first_question()
    keyboard = card.page.keyboard
    boxes = card.locator("input[type=checkbox]")
    boxes.first.focus()
    keyboard.press("Space")
    keyboard.press("Enter")
    expect(status(card)).to_contain_text("Partly right, 50 % of the credit")
    expect(boxes.first).to_be_focused()
    for _ in range(ord(key[1]) - ord(key[0])):
        keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Enter")
    expect(status(card)).to_contain_text("Right. (Attempt 2.)")
    expect(card.locator(".qc-option[data-standing=right]")).to_have_count(2)
    expect(card.get_by_role("button", name="Continue")).to_be_focused()
    keyboard.press("Enter")
    expect(card.locator(".qc-heading")).to_have_text("Question 2 of 3")
    expect(card.locator(".qc-heading")).to_be_focused()
    keyboard.press("b")  # In Notebook 7, this would insert a cell.
    assert now(card.evaluate(FOCUSED))


def expect_recorded(folder: Path) -> None:
    """Check the answers in the record of a server's kernels."""
    events = JsonlEventLog(folder / "lessons" / RECORD_NAME).events()
    found = [(one.subject, answer.letters) for one, answer in payloads(events, Answer)]
    question, key = _first_question()
    assert found == [(question, key[:1]), (question, key)]


def _first_question() -> tuple[str, tuple[str, ...]]:
    """Return the id of the first question that the card shows, and its key."""
    question = load_bank().quiz("06").at("end").questions[0]
    assert isinstance(question, SeveralQuestion)
    assert question.answer is not None
    assert len(question.answer) == 2
    assert question.answer[0] == "A"  # where the keyboard begins
    return question.id, question.answer


def expect_colors(card: Locator, *, is_dark: bool) -> None:
    """Check that a card has light letters on a dark ground, or the opposite."""

    def contrast() -> int:
        ink, ground = card.evaluate(COLORS)
        return int(ink - ground) if is_dark else int(ground - ink)

    eventually(lambda: contrast() > 150, True)


def test_a_card_in_notebook_7(watched: Watched, tmp_path: Path) -> None:
    write_notebook(tmp_path)
    own = {"ServerApp.root_dir": tmp_path, "JupyterNotebookApp.expose_app_in_browser": True}
    with _served(tmp_path, "notebook", **SERVER, **own) as address:
        page = watched.page
        page.goto(f"{address}/notebooks/card.ipynb")
        page.wait_for_function(IDLE)
        page.evaluate(RUN_ALL, LIMIT_MS)
        expect(page.locator(".lessons-page")).to_have_count(1)
        card = page.locator(".lessons-quiz")
        answer_by_keyboard(card)
        assert now(page.evaluate(NOTEBOOK_CELLS)) == 1
        expect_colors(card, is_dark=False)
        page.evaluate(SET_THEME, "JupyterLab Dark")
        page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
        expect_colors(card, is_dark=True)
    expect_recorded(tmp_path)
    assert (watched.outside, watched.errors) == ([], [])


def test_a_card_in_marimo(watched: Watched, tmp_path: Path) -> None:
    """The cell is the one that the README shows."""
    cell = re.search(r"```python\n(import marimo as mo\n.*?)```", README.read_text("utf-8"), re.S)
    assert cell
    app = MARIMO_APP.format(cell=textwrap.indent(cell[1], "    "))
    (tmp_path / "card.py").write_text(app, "utf-8")
    config = tmp_path / "CONFIG" / "marimo" / "marimo.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[display]\ntheme = "dark"\n', "utf-8")
    with _served(tmp_path, "marimo", "run", "--headless", "--no-token", "card.py") as address:
        watched.page.goto(address)
        card = watched.page.locator(".lessons-quiz")
        expect(card).to_be_visible()
        assert now(card.evaluate("card => card.getRootNode() instanceof ShadowRoot"))
        answer_by_keyboard(card)
        expect_colors(card, is_dark=True)
    expect_recorded(tmp_path)
    assert (watched.outside, watched.errors) == ([], [])


def test_a_card_in_voila(watched: Watched, tmp_path: Path) -> None:
    write_notebook(tmp_path)
    own = {"Voila.ip": "127.0.0.1", "Voila.port_retries": 0, "Voila.open_browser": False}
    with _served(tmp_path, "voila", "card.ipynb", "--theme=dark", **own) as address:
        watched.page.goto(address)
        card = watched.page.locator(".lessons-quiz")
        expect(card).to_be_visible()
        answer_by_keyboard(card)
        expect_colors(card, is_dark=True)
    expect_recorded(tmp_path)
    assert [one for one in watched.outside if not one.startswith(VOILA_ICONS)] == []
    assert watched.errors == []
