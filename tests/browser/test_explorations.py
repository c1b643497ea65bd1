"""Explorations and guesses in JupyterLab: used by mouse and keyboard; restored; accessible."""

import json
import re
from itertools import combinations
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import expect_apart, expect_to_fit, press, status
from tests.support.lab import KERNEL, LabPage
from tests.support.waiting import now

EXPLORE = """from lessons_lib.classroom.sessions.controls import Choice, Number, Slider, Text
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, Table

def compute(rate, full, price, text):
    if not text:
        raise ValueError("Type a <b>text</b> first.")
    rows = [("negative", "0.1"), ("positive", f"{price:g}")]
    return [
        f"{rate:g} per second, {full}: {text}",
        Table(("label", "p"), rows, "Labels of <i>it</i>", (0.1, 0.9)),
        Chips("Tokens", [Chip(text, "unknown", "warned"), Chip("0", "padding", "faded")]),
    ]

Explore(
    {
        "rate": Slider("Requests", (10, 20, 50), 20, "per second"),
        "full": Choice("When the queue is full", ("refuse", "wait")),
        "price": Number("Price", 0.04, "$", 0, 100),
        "text": Text("Your text", "a <b>"),
    },
    compute,
    title="An exploration",
    lead="Change the rate first.",
)"""
SLOW = """import time
from pathlib import Path

from lessons_lib.classroom.sessions.controls import Text
from lessons_lib.classroom.widgets.explore.explore import Explore

def compute(text):
    while text and not Path("answered").exists():
        time.sleep(0.01)
    return text

Explore({"text": Text("Your text")}, compute, title="Slow")"""
GUESSES = """from IPython.display import display

from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.sessions.guesses import GuessSession
from lessons_lib.classroom.widgets.explore.guess import GuessCard, OutcomeCard
from lessons_lib.classroom.widgets.record import learner_record

sessions = {
    one.id: GuessSession(one, learner_record())
    for one in (
        GuessTask("factor", "How many times as <b>fast</b>?", unit="×"),
        GuessTask("share", "What share?", slider=(1, 10, 20, 50, 100), unit="texts",
                  explain="Because <b>it</b> is so."),
        GuessTask("label", "Which label?", options=("negative", "neutral", "positive")),
    )
}
cards = {name: GuessCard(one) for name, one in sessions.items()}
display(*cards.values())"""
RESULTS = """for name, result in {"factor": 8.7321, "share": 34, "label": "negative"}.items():
    sessions[name].resolve(result)
    display(OutcomeCard(sessions[name]))"""
ONE = """from lessons_lib import show_guess

show_guess("one-by-one")"""
OUTCOME = """from lessons_lib import show_outcome
from lessons_lib.lesson.plots import style

print("a line\\nhidden", "until run")
style.display_figure(style.new_figure()[0], alt="What was measured.")
show_outcome("one-by-one", 900)"""


LATE = """from lessons_lib import show_guess, show_outcome

show_outcome("odd-one-of-four", "piano")
show_guess("odd-one-of-four")"""


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    lab_page.show("lab/explore.ipynb", EXPLORE, GUESSES)
    return lab_page


@pytest.fixture
def explore(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-explore")


def guess(opened: LabPage, question: str) -> Locator:
    return opened.panel.locator(".lessons-guess").filter(has_text=question)


def test_each_control_changes_what_is_shown_and_text_stays_text(explore: Locator) -> None:
    seen = explore.locator(".xp-seen")
    expect(seen).to_have_text("20 per second, refuse: a <b>")
    explore.get_by_label("Requests").fill("2")
    expect(seen).to_have_text("50 per second, refuse: a <b>")
    explore.get_by_label("wait").check()
    explore.get_by_label("Price ($)").fill("7.5")
    explore.get_by_label("Your text").fill("great")
    expect(seen).to_have_text("50 per second, wait: great")
    expect(explore.get_by_role("table", name="Labels of <i>it</i>")).to_contain_text("7.5")
    expect(explore.get_by_role("list", name="Tokens").locator("li")).to_have_count(2)
    expect(status(explore)).to_have_text("50 per second, wait: great")


def test_what_was_entered_stays_when_its_cell_runs_again(opened: LabPage, explore: Locator) -> None:
    explore.get_by_label("Your text").fill("not boring")
    explore.get_by_label("wait").check()
    expect(explore.locator(".xp-seen")).to_contain_text("wait: not boring")
    explore.evaluate("(node) => { node.isOld = true; }")
    opened.run_all()
    opened.page.wait_for_function("() => !document.querySelector('.lessons-explore')?.isOld")
    expect(explore.get_by_label("Your text")).to_have_value("not boring")
    expect(explore.get_by_label("wait")).to_be_checked()
    expect(explore.locator(".xp-seen")).to_contain_text("wait: not boring")


def test_a_new_result_changes_what_is_drawn_and_keeps_its_place(explore: Locator) -> None:
    table, bar = explore.locator(".xp-scroll"), explore.locator(".xp-bar").last
    table.evaluate("(node) => { node.isKept = true; }")
    explore.get_by_label("Price ($)").fill("2")
    expect(table.get_by_role("row").last).to_contain_text("2")
    assert now(table.evaluate("(node) => node.isKept")) is True
    expect(bar).to_have_attribute("style", "width: 90%;")


def test_an_invalid_value_is_explained_and_the_last_result_stays(explore: Locator) -> None:
    explore.get_by_label("Your text").fill("")
    expect(explore.get_by_role("note")).to_have_text("Type a <b>text</b> first.")
    expect(explore.locator(".xp-old .xp-seen")).to_be_visible()
    explore.get_by_label("Your text").fill("again")
    expect(explore.get_by_role("note")).to_be_hidden()
    expect(explore.locator(".xp-old")).to_have_count(0)


def test_an_exploration_works_by_keyboard_alone(opened: LabPage, explore: Locator) -> None:
    before = opened.cells()
    slider = explore.get_by_label("Requests")
    slider.focus()
    opened.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "10\N{NO-BREAK SPACE}per second")
    opened.press("ArrowRight", "b", "a", "Tab", "ArrowUp", "ArrowUp", "b", "Tab")
    expect(explore.get_by_label("Price ($)")).to_be_focused()
    opened.press("Control+a", *"3b", "Tab", "b")
    expect(explore.get_by_role("note")).to_contain_text("got '3b'")
    explore.get_by_label("Price ($)").fill("3")
    expect(explore.locator(".xp-seen")).to_contain_text("20 per second")
    assert now(opened.cells()) == before


def test_a_guess_is_committed_by_keyboard_and_compared_with_the_result(opened: LabPage) -> None:
    before = opened.cells()
    factor, share, label = (
        guess(opened, question) for question in ("How many times as <b>", "What sh", "Which label")
    )
    expect(label.get_by_role("button", name="Guess")).to_have_attribute("aria-disabled", "true")
    factor.get_by_label("Your guess").focus()
    opened.press("b", "Enter")
    expect(factor.locator(".gs-problem")).to_contain_text("got 'b'")
    opened.press("Control+a", *"20", "Enter")
    expect(factor.locator(".gs-line")).to_contain_text("You: 20×. You can change your guess")
    share.get_by_label("Your guess").focus()
    opened.press("Home", "Tab", "Enter")
    expect(share.locator(".gs-line").first).to_contain_text("You: 1")
    label.get_by_label("negative").focus()
    opened.press("ArrowDown", "ArrowDown", "Tab", "Space")
    expect(label.locator(".gs-line")).to_contain_text("You: positive.")
    press(share, "Change my guess")
    assert now(opened.cells()) == before
    opened.run_code(RESULTS.replace("display(", "str("))
    expect(factor.locator(".gs-line")).to_contain_text("was too high by a factor of 2.3.")
    expect(share.locator(".gs-why")).to_have_text("Because <b>it</b> is so.")
    expect(share.locator(".gs-line").first).to_contain_text("too low by a factor of 34.")
    labels = share.locator(".gs-end, .gs-mark span")
    expect(labels).to_have_count(4)
    expect(labels.get_by_text("1\N{NO-BREAK SPACE}text", exact=True)).to_have_count(1)
    for one, other in combinations(labels.all(), 2):
        expect_apart(one, other)
    expect(label.locator(".gs-line")).to_contain_text("Result: negative. Your guess was wrong.")
    expect(label.locator(".gs-entry")).to_be_hidden()
    expect(status(factor)).to_contain_text("Result: 8.7×")


def test_a_guess_after_the_result_keeps_the_focus_in_its_card(lab_page: LabPage) -> None:
    lab_page.show("lab/late.ipynb", LATE)
    card = lab_page.panel.locator(".lessons-guess")
    card.get_by_label("violin").focus()
    lab_page.press("ArrowDown", "Enter")
    expect(card.locator(".gs-result")).to_be_focused()
    expect(status(card)).to_have_text(re.compile("You: piano. Result: piano. "))


def test_a_narrow_column_cuts_nothing_off(opened: LabPage) -> None:
    for width in (620, 1400):
        with opened.of_width(width):
            expect_to_fit(*opened.panel.locator(".lessons-lab, .xp-scroll").all())


def test_a_long_computation_is_explained_until_its_answer_arrives(lab_page: LabPage) -> None:
    lab_page.show("lab/slow.ipynb", SLOW)
    explore = lab_page.panel.locator(".lessons-explore")
    explore.get_by_label("Your text").fill("slow")
    expect(explore.get_by_role("note")).to_contain_text("Waiting for the kernel")
    (lab_page.lab.course / "lab/answered").touch()
    expect(explore.locator(".xp-seen")).to_have_text("slow")
    expect(explore.get_by_role("note")).to_be_hidden()


def test_a_result_is_folded_until_it_is_run_and_the_guess_returns(lab_page: LabPage) -> None:
    about = {"card": "outcome", "name": "one-by-one"}
    hidden = {"jupyter": {"outputs_hidden": True}, "lessons": about}
    outcome = nbformat.v4.new_code_cell(OUTCOME, metadata=hidden)
    text = "a line\nhidden until run\n"
    outcome.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    lab_page.lab.write_notebook("lab/folded.ipynb", ONE, outcome)
    lab_page.open("lab/folded.ipynb")
    expect(lab_page.panel.get_by_text("hidden until run")).to_be_hidden()
    lab_page.run_all()
    card = lab_page.panel.locator(".lessons-guess")
    card.get_by_label("Your guess").fill("90")
    press(card, "Guess")
    said = "Your guess was too low by a factor of 10."
    expect(card.locator(".gs-line").first).to_contain_text(said)
    expect(card.get_by_role("img", name="What was measured.")).to_be_visible()
    line = lab_page.panel.locator(".lessons-outcome .gs-line").first
    expect(line).to_have_text("↑ Your guess and the result")
    expect(lab_page.panel.locator(".jp-OutputArea img:visible")).to_have_count(1)  # in the card
    expect(lab_page.panel.get_by_text("hidden until run")).to_be_visible()
    lab_page.execute("docmanager:save")
    lab_page.run_code("pass")
    lab_page.lab.end_sessions()
    lab_page.open("lab/folded.ipynb")
    static = lab_page.panel.locator(".lessons-static").first
    expect(static).to_contain_text("How many texts per second")
    expect(static).to_contain_text("Run this cell")
    lab_page.run_all()
    expect(card.locator(".gs-line").first).to_contain_text(said)
    saved = json.loads(Path(lab_page.lab.course / "lab/folded.ipynb").read_text("utf-8"))
    assert "too low by a factor" not in json.dumps(saved)  # a stored notebook holds no answers


def test_a_guess_gets_its_result_in_its_card_and_a_typed_text_stays(lab_page: LabPage) -> None:
    lab_page.open("notebooks/03_preprocessing.ipynb")
    panel = lab_page.panel
    typed = panel.locator(".lessons-explore").get_by_label("Your text")
    typed.fill("my own text")
    card = panel.locator(".lessons-guess").first
    card.get_by_label("Your guess").fill("4")
    press(card, "Guess")
    press(card, "Show me the result")
    expect(card.locator(".gs-line").first).to_contain_text("Your guess was right.")
    expect(card.locator(".gs-why")).not_to_be_empty()
    expect(card).to_be_in_viewport()
    expect(typed).to_have_value("my own text")
    press(card, "↓ The measurement")
    outcome = panel.locator(".lessons-outcome")
    expect(outcome).to_have_count(1)
    expect(outcome).to_be_in_viewport()
    press(outcome, "↑ Your guess and the result")
    expect(card).to_be_in_viewport()


def test_who_writes_while_a_result_is_found_goes_on_writing(lab_page: LabPage) -> None:
    lab_page.open("notebooks/03_preprocessing.ipynb")
    panel = lab_page.panel
    card = panel.locator(".lessons-guess").first
    expect(panel.locator(".lessons-starts .lessons-static")).to_have_count(0)
    card.get_by_label("Your guess").fill("4")
    press(card, "Guess")
    result = card.get_by_role("button", name="Show me the result")
    expect(result).to_be_visible()
    go = lab_page.lab.course / "go"  # until it is there, the kernel is busy
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists(): time.sleep(0.1)"
    lab_page.page.evaluate(f"() => void {KERNEL}.requestExecute({{ code: {json.dumps(wait)} }})")
    result.click()
    code = panel.locator(".jp-CodeCell .cm-content:visible").first
    code.click()
    go.touch()
    expect(card.locator(".gs-line").first).to_contain_text("Your guess was right.")
    expect(code).to_be_focused()


def test_all_views_are_accessible_in_both_themes(lab_page: LabPage) -> None:
    lab_page.page.emulate_media(reduced_motion="reduce")
    lab_page.show("lab/axe-explore.ipynb", EXPLORE, GUESSES)
    lab_page.expect_accessible(".lessons-lab")
    for name, value in {"factor": "many", "label": "neutral", "share": 1}.items():
        sent = {"do": "commit", "value": value}
        lab_page.run_code(f'cards["{name}"]._handle_custom_msg({sent!r}, [])')
    lab_page.panel.get_by_label("Your text").fill("")
    expect(lab_page.panel.locator(".lessons-explore").get_by_role("note")).to_be_visible()
    lab_page.expect_accessible(".lessons-lab")
    lab_page.show("lab/axe-outcome.ipynb", GUESSES, RESULTS)
    lab_page.expect_accessible(".lessons-lab")


def test_the_mode_finder_asks_one_question_after_the_other(lab_page: LabPage) -> None:
    lab_page.show("tree.ipynb", "from lessons_lib import show\n\nshow('mode-tree')")
    view = lab_page.page.locator(".lessons-explore")
    groups = view.get_by_role("group")
    expect(groups).to_have_count(1)
    groups.get_by_label("yes").check()
    known = view.get_by_role("group", name="Are the texts known")
    known.get_by_label("no").focus()
    lab_page.press("Space")
    view.get_by_role("group", name="at the same moment").get_by_label("yes").check()
    expect(view.locator(".xp-seen")).to_have_count(0)
    view.get_by_role("group", name="Can the load").get_by_label("no").check()
    expect(view.get_by_text("lead to online, micro-batching").first).to_be_visible()
    known.get_by_label("yes").check()
    expect(view.locator(".xp-seen")).to_have_count(0)
    lab_page.expect_accessible(".lessons-explore")
