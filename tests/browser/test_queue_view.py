"""The queue in JupyterLab: played, paused, stepped, measured; by keyboard; accessible."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.browser import expect_to_fit, press, status
from tests.support.lab import KERNEL, LabPage
from tests.support.waiting import eventually, now

SETUP = """from functools import partial
from types import SimpleNamespace

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson
from lessons_lib.lesson.views.queue import Stop, tour_for
from lessons_lib.lesson.views.queue import QueueView

cost = CostModel(fixed_s=0.0002, per_text_s=0.00004)

def measure(rate: float, size: int, timeout_ms: float) -> SimpleNamespace:
    if size == 3:
        raise RuntimeError("three is <b>refused</b>")
    return SimpleNamespace(p50_ms=4.0, p99_ms=8.0, texts_per_s=20.0, n=200)
"""

TOUR = """queue = QueueView(
    simulate=partial(simulate_poisson, cost=cost, n=400),
    measure=measure,
    tour=tour_for(cost.texts_per_s),
)
queue"""

SHORT = """def short(rate: float, size: int, *more: float, n: int = 12) -> object:
    if size == 2:
        raise ValueError("two is <b>refused</b>")
    return simulate_poisson(rate, size, *more, cost=cost, n=n)

brief = QueueView(simulate=short, tour=[Stop("Brief", 3000.0, 8, 0.5, "It is soon over.")])
brief"""

STOPS = ["Idle", "Busy", "Saturated", "Batch too small", "Wait too long"]

FIGURES = "All figures of this run"

NAMES = ("Arrival rate", "Maximum batch size", "Batch wait timeout")

GROWS = "More requests arrive than the model can answer: the queue and the latency keep growing."

LAYOUT = """(root) => {
    const box = (name) => root.querySelectorAll(name)[name === ".qv-button" ? 1 : 0];
    const { top } = box(".qv-strip").getBoundingClientRect();
    const below = top - box(".qv-transport").getBoundingClientRect().top;
    return `${below} ${box(".qv-button").getBoundingClientRect().left}`;
}"""

FRAMES = """(root) => new Promise((resolve) => {
    const seen = [];
    const look = () => {
        seen.push(root.querySelector(".qv-clock").textContent);
        if (seen.length < 45) requestAnimationFrame(look);
        else resolve(new Set(seen).size);
    };
    look();
})"""

INSIDE = """(root) => new Promise((resolve) => {
    const [wrong, from] = [[], performance.now()];
    const look = (now) => {
        const box = root.querySelector(".qv-model-box");
        const [left, width] = ["x", "width"].map((name) => Number(box.getAttribute(name)));
        const dots = [...root.querySelectorAll(".qv-dots circle:not([display])")];
        const inside = dots.filter((dot) => {
            const x = Number(dot.getAttribute("cx"));
            return x > left && x < left + width;
        });
        const words = root.querySelector(".qv-model").textContent;
        const most = words === "model: idle" ? 0 : Number(words.match(/\\d+$/)[0]);
        const working = inside.filter((dot) => dot.matches(".qv-working")).length;
        if (working > most || (!most && inside.length)) wrong.push([words, working, inside.length]);
        if (now - from < 2000) requestAnimationFrame(look);
        else resolve(wrong);
    };
    requestAnimationFrame(look);
})"""


@pytest.fixture
def opened(lab_page: LabPage) -> LabPage:
    lab_page.show("scratch/queue.ipynb", SETUP, TOUR, SHORT)
    return lab_page


@pytest.fixture
def queue(opened: LabPage) -> Locator:
    """The view with a tour, at its first stop."""
    view = opened.panel.locator(".lessons-queue").first
    choose(view, "Idle")
    view.get_by_text(FIGURES).click()
    return view


@pytest.fixture
def brief(opened: LabPage) -> Locator:
    """A view of a run of twelve requests, without tour and measure."""
    view = opened.panel.locator(".lessons-queue").nth(1)
    type_exact(view, "Maximum batch size", "8")
    press(view, "Restart")
    return view


def choose(view: Locator, stop: str) -> None:
    """Choose a stop, and go back to the start of its run, which plays by itself."""
    button = view.locator(".qv-stop", has_text=stop)
    button.click()
    expect(button).to_have_attribute("aria-current", "step")
    expect(view.locator(".qv-figures")).to_have_attribute("aria-busy", "false")
    press(view, "Restart")


def exact(view: Locator, name: str) -> Locator:
    return view.get_by_role("spinbutton", name=name)


def type_exact(view: Locator, name: str, value: str) -> None:
    exact(view, name).fill(value)
    exact(view, name).press("Enter")
    expect(view.locator(".qv-figures")).to_have_attribute("aria-busy", "false")


def figure(view: Locator, name: str, column: int = 0) -> Locator:
    return view.locator(f"[data-figure={name}] td").nth(column)


def test_the_model_shows_no_more_texts_than_its_label_says(queue: Locator) -> None:
    choose(queue, "Busy")
    press(queue, "Play")
    assert now(queue.evaluate(INSIDE)) == []
    press(queue, "Pause")


def test_the_tour_goes_from_stop_to_stop_and_each_plays_by_itself(queue: Locator) -> None:
    look = queue.locator(".qv-look")
    buttons = [*["Next stop"] * 4, "Back to stop 1"]
    for button, stop in zip(buttons, [*STOPS[1:], STOPS[0]], strict=True):
        press(queue, button)
        expect(queue.locator("[aria-current]")).to_contain_text(stop)
        expect(look).to_have_text(re.compile(f"^Stop {STOPS.index(stop) + 1} of 5: "))
        expect(queue.get_by_role("button", name="Pause")).to_be_visible()
        expect(status(queue)).to_have_text(f"{look.inner_text()} Playing.")
    expect(queue.get_by_role("button", name="Next stop")).to_be_focused()
    press(queue, "Pause")


def test_each_stop_has_instructions_and_a_summary_and_moves_nothing(queue: Locator) -> None:
    layouts, seen = set(), queue.locator(".qv-seen")
    for stop in STOPS:
        choose(queue, stop)
        layouts.add(queue.evaluate(LAYOUT))
        expect(queue.locator("[aria-current]")).to_have_count(1)
        expect(queue.locator(".qv-look")).not_to_be_empty()
        if stop == "Saturated":
            expect(seen).to_have_text(GROWS)
        press(queue, "To the end")
        layouts.add(queue.evaluate(LAYOUT))
        p50 = figure(queue, "p50_ms").inner_text()
        expect(seen).to_contain_text(f"Of 400 requests, half were answered within {p50} and")
        grows = stop in ("Saturated", "Batch too small")
        expect(seen.filter(has_text=GROWS)).to_have_count(int(grows))
    assert len(layouts) == 1


def test_the_keyboard_alone_sets_plays_steps_and_reads(queue: Locator, opened: LabPage) -> None:
    cells = opened.cells()
    for part in (".qv-exact input", "input[type=range]", ".qv-stop"):
        queue.locator(part).first.focus()
        opened.press("b", "a", "d", "d")
    queue.locator(".qv-stop").nth(1).press("Enter")
    expect(queue.locator("[aria-current]")).to_contain_text("Busy")
    expect(queue.get_by_role("button", name="Pause")).to_be_visible()
    opened.press(*["Tab"] * 5)  # past three stops and the next one
    expect(exact(queue, "Arrival rate")).to_be_focused()
    before = figure(queue, "texts_per_s").inner_text()
    opened.press("Tab", "ArrowLeft")
    expect(figure(queue, "texts_per_s")).not_to_have_text(before)
    slider, valuetext = queue.get_by_role("slider", name="Arrival rate"), "requests per second"
    expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^[\d,]+ {valuetext}$"))
    opened.press(*["Tab"] * 5)
    expect(queue.get_by_role("radio", name="when the model is free")).to_be_focused()
    opened.press("Tab")
    expect(queue.get_by_role("button", name="Pause")).to_be_focused()
    opened.press("Space")
    expect(queue.get_by_role("button", name="Play")).to_be_focused()
    expect(status(queue)).to_contain_text("Paused: ")
    opened.press("Tab", "Enter")
    expect(status(queue)).to_contain_text(re.compile("arrives|starts|answered, after"))
    assert now(opened.cells()) == cells
    unguarded = queue.locator(":is(input, button):not([data-lm-suppress-shortcuts=true])")
    expect(unguarded).to_have_count(0)


def test_a_measurement_is_shown_beside_the_simulation(queue: Locator) -> None:
    press(queue, "Measure for real")
    expect(figure(queue, "p50_ms", 2)).to_have_text("4.0 ms")
    for column, n in enumerate(("400", "200", "200", "–")):
        expect(figure(queue, "n", column)).to_have_text(n)
    expect(figure(queue, "texts_per_s", 3)).to_have_text(re.compile(r"^× [\d.]+$"))
    expect(queue.locator(".qv-remark")).to_contain_text("both with n = 200")
    expect(status(queue)).to_contain_text("Measured: p50 4.0 ms, p99 8.0 ms, 20 texts per second")
    choose(queue, "Busy")
    expect(figure(queue, "p50_ms", 2)).to_have_text("–")


def test_the_queue_grows_if_batches_are_closed_at_a_short_timeout(queue: Locator) -> None:
    choose(queue, "Busy")
    type_exact(queue, "Batch wait timeout", "0.05")
    press(queue, "To the end")
    expect(queue.locator(".qv-grows")).to_have_count(0)
    queue.get_by_role("radio", name="at the timeout").check()
    press(queue, "To the end")
    expect(queue.locator(".qv-grows")).to_contain_text("in batches that are closed so early")
    expect(queue.locator(".qv-look")).to_have_text(re.compile("^At stop 2 of 5: "))
    button = queue.get_by_role("button", name="Measure for real")
    expect(button).to_have_attribute("aria-disabled", "true")
    choose(queue, "Busy")
    expect(queue.get_by_role("radio", name="when the model is free")).to_be_checked()
    expect(button).to_have_attribute("aria-disabled", "false")


def test_errors_are_reported_as_text(queue: Locator, brief: Locator) -> None:
    type_exact(queue, "Maximum batch size", "3")
    press(queue, "Measure for real")
    expect(queue.locator(".qv-remark")).to_contain_text("RuntimeError: three is <b>refused</b>")
    button = queue.get_by_role("button", name="Measure for real")
    expect(button).to_have_attribute("aria-disabled", "false")
    type_exact(brief, "Maximum batch size", "2")
    expect(brief.locator(".qv-problem")).to_contain_text("ValueError: two is <b>refused</b>")
    expect(status(brief)).to_contain_text("ValueError: two is")
    type_exact(brief, "Maximum batch size", "8")
    expect(brief.locator(".qv-problem")).to_be_empty()
    expect(brief.get_by_role("button", name="Measure for real")).to_have_count(0)


def test_it_is_accessible_in_both_themes(queue: Locator, brief: Locator, opened: LabPage) -> None:
    choose(queue, "Saturated")
    press(queue, "To the end")
    type_exact(brief, "Maximum batch size", "0")
    expect(brief.locator(".qv-problem")).to_contain_text("Now set to 1 text.")
    press(brief, "Step")
    opened.expect_accessible(".lessons-queue")


def test_a_narrow_column_cuts_nothing_off(queue: Locator, opened: LabPage) -> None:
    for width in (1400, 1160, 1000):
        with opened.of_width(width):
            expect(queue.locator(".qv-scene")).to_have_attribute("width", re.compile(r"^\d+$"))
            opened.page.wait_for_function(
                "root => root.querySelector('.qv-scene').clientWidth <= root.clientWidth",
                arg=queue.element_handle(),
            )
            expect_to_fit(queue)
    with opened.of_width(820):
        expect(queue.locator(".qv-answered")).to_have_text("✓ 0")
    press(queue, "To the end")
    for width in (820, 740):
        with opened.of_width(width):
            expect(queue.locator(".qv-answered")).to_contain_text("400")
            eventually(lambda: queue.locator(".qv-scene").evaluate(TOUCHING), [])


# The words above the picture that come closer than 8 pixels to their neighbors.
TOUCHING = """scene => {
    const names = [".qv-queue", ".qv-batch", ".qv-model", ".qv-answered"];
    const boxes = names.map(name => scene.querySelector(name).getBBox()).filter(box => box.width);
    const gaps = boxes.slice(1).map((box, at) => box.x - boxes[at].x - boxes[at].width);
    return gaps.filter(gap => gap < 8);
}"""


def test_with_reduced_motion_a_stop_shows_its_end_at_once(queue: Locator, opened: LabPage) -> None:
    with opened.with_reduced_motion():
        press(queue, "Next stop")
        expect(queue.locator(".qv-seen")).to_contain_text("Of 400 requests")
        eventually(lambda: queue.evaluate(FRAMES), 1)


def test_a_restarted_kernel_is_reported(lab_page: LabPage) -> None:
    lab_page.show("scratch/lost.ipynb", SETUP, TOUR)
    view = lab_page.panel.locator(".lessons-queue")
    expect(view).to_be_visible()
    lab_page.page.evaluate(f"{KERNEL}.restart()")
    press(view, "Take the tour")
    again = view.get_by_text("▶ Run this cell")
    expect(again.first).to_be_hidden()  # this is no page of the lessons
    advice = re.compile("If you restarted the kernel, run this cell again")
    expect(view.locator(".qv-problem")).to_contain_text(advice)
    view.get_by_text(FIGURES).click()
    press(view, "Measure for real")
    expect(view.locator(".qv-remark")).to_contain_text(advice)
