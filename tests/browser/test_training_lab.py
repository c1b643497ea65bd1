"""The training lab in JupyterLab: set, run, stopped, with a broken loss, by keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import press, status
from tests.support.lab import LabPage
from tests.support.waiting import eventually, now

REAL = """from functools import partial

from lessons_lib.pipeline.embedding.table import load_word_vectors
from lessons_lib.pipeline.model.training import LEARNING_RATES, train_with_knobs
from lessons_lib.pipeline.text.corpus import demo_corpus
from lessons_lib.lesson.views.training import TrainingLab

training = partial(train_with_knobs, demo_corpus(), load_word_vectors())
TrainingLab(training, learning_rates=LEARNING_RATES, learning_rate="bold",
            note="<b>A run</b> takes little.")"""

ENDLESS = """import math
import time

from lessons_lib.pipeline.model.trace import EpochRow

def row(epoch, loss):
    return EpochRow(epoch, loss, 0.7, loss + 0.1, 0.6)

def train(*, epochs, seed, on_epoch, on_step, **knobs):
    if seed == 13:
        raise ValueError("no <b>luck</b>")
    rate = knobs["learning_rate"]
    for epoch in range(1, epochs + 1):
        loss = math.nan if rate == 1 and epoch > 1 else 1 / epoch
        on_epoch(row(epoch, loss))
        while seed == 7 and epoch == 2:  # until it is stopped
            on_step()
            time.sleep(0.01)

TrainingLab(train, learning_rates={"usual": 0.1, "far too large": 1.0})"""

TRAIN = re.compile("^Train")
KNOBS = ".tl-runs p"


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    lab_page.show("lab/training.ipynb", REAL, ENDLESS)
    return lab_page


@pytest.fixture
def real(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-training").first


@pytest.fixture
def lab_view(opened: LabPage) -> Locator:
    return opened.panel.locator(".lessons-training").last


def set_knobs(view: Locator, *, rate: str = "usual", epochs: int = 3, seed: int = 0) -> None:
    view.get_by_role("radio", name=rate).check()
    view.get_by_role("slider").fill(str(epochs))
    view.get_by_role("spinbutton").fill(str(seed))


def train(view: Locator, **knobs: Any) -> None:
    set_knobs(view, **knobs)
    press(view, TRAIN)
    expect_over(view)


def train_endlessly(view: Locator) -> None:
    """Start a run that stays in its third epoch until it is stopped."""
    set_knobs(view, epochs=5, seed=7)
    press(view, TRAIN)
    expect(view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "2")


def expect_over(view: Locator) -> None:
    expect(view.get_by_role("button", name="Train again")).to_be_visible()


def test_a_run_draws_four_curves_and_reports_the_best_epoch(real: Locator) -> None:
    real.get_by_role("slider").fill("4")
    press(real, TRAIN)
    expect_over(real)
    expect(real.locator(".tl-curve:not(.tl-before)")).to_have_count(4)
    expect(real.locator(".tl-dot")).to_have_count(16)
    expect(real.locator(".tl-is-best")).to_have_count(2)
    expect(real.locator(".tl-mark")).to_have_text(re.compile(r"^lowest held-out: epoch \d$"))
    expect(real.locator(".tl-seen")).not_to_be_empty()
    expect(status(real)).to_have_text(real.locator(".tl-seen").inner_text())
    expect(real.locator(".tl-time")).to_have_text(re.compile(r"^(About|.*less)"))
    said = re.compile(r"^Accuracy \(share correct\) over 4 epochs: training from 0\.\d{3} to")
    expect(real.get_by_role("img").last).to_have_attribute("aria-label", said)


def test_a_run_moves_nothing_below_it(lab_view: Locator) -> None:
    height = "(node) => node.getBoundingClientRect().height"
    before = lab_view.evaluate(height)
    train(lab_view)
    train(lab_view, epochs=2)
    eventually(lambda: lab_view.evaluate(height), before)


def test_the_table_has_each_epoch_and_the_previous_run_is_pale(lab_view: Locator) -> None:
    train(lab_view)
    lab_view.locator("summary").click()
    rows = lab_view.locator(".tl-figures tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text(re.compile(r"2\s*0\.500\s*0\.600\s*0\.700\s*0\.600"))
    for epochs in (2, 4):
        train(lab_view, epochs=epochs)
    expect(lab_view.locator(KNOBS)).to_contain_text(["4 epochs", "2 epochs"])
    pale = lab_view.locator(".tl-before")
    expect(pale).to_have_count(4)
    for index in range(4):
        expect(pale.nth(index)).to_have_attribute("d", re.compile("L"))


def test_a_run_leaves_the_kernel_free_and_is_stopped_or_interrupted(
    lab_view: Locator, opened: LabPage
) -> None:
    train_endlessly(lab_view)
    expect(lab_view.locator(".tl-time")).to_contain_text("Epoch 3 of 5.")
    opened.run_code("1 + 1")
    press(lab_view, "Stop")
    expect(lab_view.locator(".tl-seen")).to_contain_text("Stopped after 2 epochs of 5.")
    train_endlessly(lab_view)
    opened.interrupt()
    expect(lab_view.locator(".tl-seen")).to_contain_text("The kernel was interrupted after 2")
    train(lab_view)
    expect(lab_view.locator(".tl-seen")).to_contain_text("Still improving")


def test_an_infinite_loss_is_drawn_and_an_error_is_reported_as_text(lab_view: Locator) -> None:
    set_knobs(lab_view, rate="far too large")
    press(lab_view, TRAIN)
    expect(lab_view.locator(".tl-seen")).to_contain_text("Training diverged: after epoch 2, the")
    expect(lab_view.locator(".tl-mark").filter(has_text="no number")).to_have_count(4)
    assert "NaN" not in now(lab_view.locator(".tl-panels").inner_html())
    set_knobs(lab_view, seed=13)
    press(lab_view, TRAIN)
    expect(lab_view.locator(".tl-seen")).to_contain_text("ValueError: no <b>luck</b>")


def test_the_keyboard_alone_sets_the_knobs_and_trains(lab_view: Locator, opened: LabPage) -> None:
    set_knobs(lab_view)
    lab_view.get_by_role("radio", name="usual").focus()
    cells = opened.cells()
    opened.press("ArrowRight")
    expect(lab_view.get_by_role("radio", name="far too large")).to_be_checked()
    opened.press("ArrowLeft", "Tab", "ArrowRight", "Tab", "Home")
    expect(lab_view.locator(".tl-figure")).to_have_text("1")
    opened.press("ArrowRight", "Tab", "Control+a", "4", "2", "Tab", "Enter")
    expect_over(lab_view)
    knobs = "learning rate 0.1 (usual), 2 epochs, random vectors, seed 42"
    expect(lab_view.locator(KNOBS).first).to_contain_text(knobs)
    opened.press("b", "d", "d")
    assert now(opened.cells()) == cells


def test_a_seed_out_of_range_is_adjusted_and_the_click_still_arrives(lab_view: Locator) -> None:
    set_knobs(lab_view, epochs=2, seed=123456)
    press(lab_view, TRAIN)  # the field loses the focus, and the click must still arrive
    expect(lab_view.locator(KNOBS).first).to_contain_text("2 epochs, ")
    expect(lab_view.locator(KNOBS).first).to_contain_text("seed 9999")
    expect(lab_view.locator(".tl-taken")).to_have_text("Using 9999, the largest seed")


def test_the_lab_is_accessible_in_both_themes(lab_view: Locator, opened: LabPage) -> None:
    train(lab_view)
    lab_view.locator("details").evaluate("one => (one.open = true)")
    opened.expect_accessible(".lessons-training")
