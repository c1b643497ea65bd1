"""The training lab in JupyterLab: knobs by mouse and keys, a run, a stop, a broken loss, axe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from tests.browser.conftest import LabPage

REAL = """from lessons_lib.embedding.table import load_word_vectors
from lessons_lib.model.knobs import KnobTraining
from lessons_lib.text.corpus import demo_corpus
from lessons_lib.widgets.training.view import TrainingLab

training = KnobTraining(demo_corpus(), load_word_vectors())
TrainingLab(training, learning_rates=training.learning_rates, learning_rate="bold",
            note="<b>A run</b> takes little.")"""
ENDLESS = """import math
import time
from types import SimpleNamespace

def row(epoch, loss):
    return SimpleNamespace(epoch=epoch, train_loss=loss, held_out_loss=loss + 0.1,
                           train_accuracy=0.7, held_out_accuracy=0.6)

def train(*, epochs, seed, on_epoch, on_step, **knobs):
    if seed == 13:
        raise ValueError("no <b>luck</b>")
    rate = knobs["learning_rate"]
    for epoch in range(1, epochs + 1):
        loss = math.nan if rate == 1 and epoch > 1 else 1 / epoch
        on_epoch(row(epoch, 50 + loss if rate == 2 else loss))
        while seed == 7 and epoch == 2:  # until it is stopped
            on_step()
            time.sleep(0.01)

TrainingLab(train, learning_rates={"usual": 0.1, "far too large": 1.0, "far off": 2.0})"""
CELLS = "window.jupyterapp.shell.currentWidget.content.widgets.length"
INTERRUPT = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()"
RUNS_ARE_OVER = re.compile("Train again")


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    cells = [new_code_cell(source) for source in (REAL, ENDLESS)]
    shared_lab_page.lab.write_notebook("lab/training.ipynb", cells)
    shared_lab_page.open("lab/training.ipynb")
    shared_lab_page.run_all()
    return shared_lab_page


@pytest.fixture
def real(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-training").first


@pytest.fixture
def lab_view(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-training").last


def press(view: Locator, name: str | re.Pattern[str] = re.compile("^Train")) -> None:
    view.get_by_role("button", name=name).click()


def set_knobs(view: Locator, *, rate: str = "usual", epochs: int = 3, seed: int = 0) -> None:
    view.get_by_role("radio", name=rate).check()
    view.get_by_role("slider").fill(str(epochs))
    view.get_by_role("spinbutton").fill(str(seed))


def expect_over(view: Locator) -> None:
    expect(view.get_by_role("button", name=RUNS_ARE_OVER)).to_be_visible()


def test_before_training_it_says_what_a_run_takes_and_shows_no_curve(real: Locator) -> None:
    expect(real.locator(".tl-time")).to_contain_text("the first epoch will tell")
    expect(real.locator(".lb-note")).to_have_text("<b>A run</b> takes little.")
    expect(real.locator(".tl-dot")).to_have_count(0)
    expect(real.get_by_role("img").first).to_have_attribute(
        "aria-label", "Loss per text by epoch: nothing trained yet."
    )


def test_a_run_draws_four_curves_marks_the_best_epoch_and_says_what_was_seen(
    real: Locator,
) -> None:
    real.get_by_role("slider").fill("4")
    press(real)
    expect_over(real)
    expect(real.locator(".tl-curve:not(.tl-before)")).to_have_count(4)
    expect(real.locator(".tl-dot")).to_have_count(16)
    expect(real.locator(".tl-is-best")).to_have_count(2)
    expect(real.locator(".tl-mark")).to_have_text(re.compile(r"^lowest held-out: epoch \d$"))
    expect(real.locator(".tl-seen")).not_to_be_empty()
    expect(real.get_by_role("status")).to_have_text(real.locator(".tl-seen").inner_text())
    expect(real.locator(".tl-time")).to_have_text(re.compile(r"^(About|.*less)"))
    expect(real.get_by_role("img").last).to_have_attribute(
        "aria-label", re.compile(r"^Accuracy, the share right by epoch: training from 0\.\d{3} to")
    )


def test_the_table_holds_the_figures_of_each_epoch(lab_view: Locator) -> None:
    set_knobs(lab_view, epochs=3)
    press(lab_view)
    expect_over(lab_view)
    lab_view.locator("summary").click()
    rows = lab_view.locator(".tl-figures tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text(re.compile(r"2\s*0\.500\s*0\.600\s*0\.700\s*0\.600"))


def test_the_run_before_stays_pale(lab_view: Locator) -> None:
    for epochs in (2, 4):
        set_knobs(lab_view, epochs=epochs)
        press(lab_view)
        expect_over(lab_view)
    expect(lab_view.locator(".tl-told p")).to_contain_text(["4 epochs", "2 epochs"])
    pale = lab_view.locator(".tl-before")
    expect(pale).to_have_count(4)
    assert all("L" in (pale.nth(place).get_attribute("d") or "") for place in range(4))


def test_stop_ends_a_run_in_mid_epoch(lab_view: Locator) -> None:
    set_knobs(lab_view, epochs=5, seed=7)
    press(lab_view)
    expect(lab_view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")
    expect(lab_view.locator(".tl-time")).to_contain_text("Epoch 3 of 5.")
    press(lab_view, "Stop")
    expect(lab_view.locator(".tl-seen")).to_contain_text("Stopped after 2 epochs of 5.")


def test_an_interrupt_of_the_kernel_ends_a_run_too(lab_view: Locator, opened: LabPage) -> None:
    set_knobs(lab_view, epochs=5, seed=7)
    press(lab_view)
    expect(lab_view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")
    opened.page.evaluate(INTERRUPT)
    expect(lab_view.locator(".tl-seen")).to_contain_text("The kernel was interrupted after 2")
    set_knobs(lab_view)
    press(lab_view)
    expect(lab_view.locator(".tl-seen")).to_contain_text("Still improving")


def test_while_it_trains_the_kernel_runs_other_code(lab_view: Locator, opened: LabPage) -> None:
    set_knobs(lab_view, epochs=5, seed=7)
    press(lab_view)
    expect(lab_view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")
    opened.run_code("1 + 1")
    press(lab_view, "Stop")
    expect_over(lab_view)


def test_a_loss_that_is_no_number_is_drawn_and_told(lab_view: Locator) -> None:
    set_knobs(lab_view, rate="far too large")
    press(lab_view)
    expect(lab_view.locator(".tl-seen")).to_contain_text("It diverged: after epoch 2 the loss was")
    expect(lab_view.locator(".tl-mark").filter(has_text="no number")).to_have_count(4)
    assert "NaN" not in lab_view.locator(".tl-panels").inner_html()


def test_a_training_that_breaks_is_told_as_text(lab_view: Locator) -> None:
    set_knobs(lab_view, seed=13)
    press(lab_view)
    expect(lab_view.locator(".tl-seen")).to_contain_text("ValueError: no <b>luck</b>")


def test_the_keyboard_alone_sets_the_knobs_and_trains(lab_view: Locator, opened: LabPage) -> None:
    keyboard = opened.page.keyboard
    set_knobs(lab_view)
    lab_view.get_by_role("radio", name="usual").focus()
    cells = opened.page.evaluate(CELLS)
    keyboard.press("ArrowRight")
    expect(lab_view.get_by_role("radio", name="far too large")).to_be_checked()
    keyboard.press("ArrowLeft")
    keyboard.press("Tab")
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    keyboard.press("Home")
    expect(lab_view.locator(".tl-figure")).to_have_text("1")
    keyboard.press("ArrowRight")
    keyboard.press("Tab")
    for key in ("Control+a", "4", "2"):
        keyboard.press(key)
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect_over(lab_view)
    expect(lab_view.locator(".tl-told p").first).to_contain_text(
        "learning rate 0.1 (usual), 2 epochs, vectors by chance, seed 42"
    )
    for key in ("b", "d", "d"):
        keyboard.press(key)
    assert opened.page.evaluate(CELLS) == cells


def test_a_seed_out_of_range_is_brought_into_it(lab_view: Locator) -> None:
    seed = lab_view.get_by_role("spinbutton")
    for typed, taken, said in (
        ("-3", "0", "Taken: 0, the smallest seed"),
        ("123456", "9999", "Taken: 9999, the largest seed"),
        ("2.4", "2", "Taken: 2, a whole number"),
        ("7", "7", ""),
        ("", "0", "Taken: 0"),
    ):
        seed.fill(typed)
        seed.blur()
        expect(seed).to_have_value(taken)
        expect(lab_view.locator(".tl-taken")).to_have_text(said)


def test_a_seed_out_of_range_moves_nothing_under_the_pointer(lab_view: Locator) -> None:
    set_knobs(lab_view, epochs=2, seed=123456)
    press(lab_view)  # takes the focus from the field, and the click must still arrive
    expect(lab_view.locator(".tl-told p").first).to_contain_text("2 epochs, ")
    expect(lab_view.locator(".tl-told p").first).to_contain_text("seed 9999")


def test_a_long_silence_takes_back_how_long_it_will_take(lab_view: Locator) -> None:
    set_knobs(lab_view, epochs=5, seed=7)
    press(lab_view)
    expect(lab_view.locator(".tl-time")).to_contain_text("to go")
    expect(lab_view.get_by_role("note")).to_contain_text("Waiting for the kernel")
    expect(lab_view.locator(".tl-time")).to_be_empty()
    press(lab_view, "Stop")
    expect_over(lab_view)


def test_a_run_before_that_cannot_be_seen_as_a_line_is_told_or_drawn_as_dots(
    lab_view: Locator,
) -> None:
    set_knobs(lab_view, epochs=1)
    press(lab_view)
    expect_over(lab_view)
    expect(lab_view.locator(".tl-told p").first).to_contain_text("1 epoch,")
    set_knobs(lab_view, rate="far off", epochs=3)
    press(lab_view)
    expect(lab_view.locator(".tl-told p").first).to_contain_text("far off")
    expect_over(lab_view)
    expect(lab_view.locator(".tl-dot.tl-before")).to_have_count(4)
    set_knobs(lab_view, epochs=3)
    press(lab_view)
    expect(lab_view.locator(".tl-told p").first).to_contain_text("(usual), 3 epochs")
    expect_over(lab_view)
    expect(lab_view.locator(".tl-told p").last).to_contain_text(
        "Pale, the run before (loss: off this scale):"
    )


def test_the_guess_and_the_best_epoch_never_overlap(real: Locator) -> None:
    real.get_by_role("radio", name="by chance").check()
    real.get_by_role("slider").fill("9")
    press(real)
    expect(real.locator(".tl-told p").first).to_contain_text("9 epochs, vectors by chance")
    expect_over(real)
    mark, guess = real.locator(".tl-mark").bounding_box(), real.locator(".tl-over").bounding_box()
    assert mark is not None
    assert guess is not None
    assert mark["y"] + mark["height"] <= guess["y"]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_wrong_with_the_lab(
    lab_view: Locator, opened: LabPage, theme: str
) -> None:
    set_knobs(lab_view)
    press(lab_view)
    expect_over(lab_view)
    lab_view.locator("details").evaluate("one => (one.open = true)")
    opened.set_theme(theme)
    assert opened.accessibility_report(".lessons-training") == ""
