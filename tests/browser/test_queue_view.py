"""The queue in JupyterLab: played, paused, stepped, measured; by keyboard; accessible."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson
from tests.browser.conftest import KERNEL, LabPage, overflow, press, status

SETUP = """import asyncio
import threading
from functools import partial
from types import SimpleNamespace

from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate_poisson
from lessons_lib.lesson.views.queue.tour import Stop, tour_for
from lessons_lib.lesson.views.queue.view import QueueView

cost = CostModel(fixed_s=0.0002, per_text_s=0.00004)
gate = threading.Event()  # the view may be answered in another thread than the cells
presses = []

async def measure(rate: float, size: int, timeout_ms: float) -> SimpleNamespace:
    presses.append(size)
    await asyncio.to_thread(gate.wait, 30)
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

SHORT = """def short(rate: float, size: int, timeout_ms: float) -> object:
    if size == 2:
        raise ValueError("two is <b>refused</b>")
    return simulate_poisson(rate, size, timeout_ms, cost=cost, n=12)

brief = QueueView(simulate=short, tour=[Stop("Brief", 3000.0, 8, 0.5, "It is soon over.")])
brief"""

LONE = """def seldom(rate: float, size: int, timeout_ms: float) -> SimpleNamespace:
    return SimpleNamespace(p50_ms=4.0, p99_ms=8.0, texts_per_s=1.31, n=15)

QueueView(simulate=short, measure=seldom, tour=[Stop("Lone", 2.0, 8, 5.0, "Few come.")])"""

STALE = """serial = queue.asked["serial"]
queue.answer = {**queue.answer, "serial": serial - 1, "n": 999}
queue.answer = {"serial": serial, "error": "the end"}"""

END = re.compile(r"^(\S+) of \1 ms$")

STOPS = ["Idle", "Busy", "Saturated", "Batch too small", "Wait too long"]

NAMES = ("Arrival rate", "Maximum batch size", "Batch wait timeout")

COST = CostModel(fixed_s=0.0002, per_text_s=0.00004)

GROWS = "More requests arrive than the model can answer: the queue and the latency keep growing."

LAYOUT = """(root) => {
    const box = (name) => root.querySelectorAll(name)[name === ".qv-button" ? 1 : 0];
    const { top } = box(".qv-strip").getBoundingClientRect();
    const below = top - box(".qv-transport").getBoundingClientRect().top;
    return `${below} ${box(".qv-button").getBoundingClientRect().left}`;
}"""

PICTURE = """(root) => [
    root.querySelector(".qv-clock").textContent,
    ...[...root.querySelectorAll(".qv-dots circle:not([display])")].map((dot) => dot.outerHTML),
].join()"""

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

LONG_TASKS = """() => {
    window.longTasks = [];
    window.taskObserver?.disconnect();
    window.taskObserver = new PerformanceObserver((list) =>
        window.longTasks.push(...list.getEntries().map((entry) => entry.duration)));
    window.taskObserver.observe({ type: "longtask" });
}"""


@pytest.fixture(scope="module")
def opened(shared_lab_page: LabPage) -> LabPage:
    shared_lab_page.show("scratch/queue.ipynb", SETUP, TOUR, SHORT, LONE)
    return shared_lab_page


@pytest.fixture
def queue(opened: LabPage) -> Locator:
    """The view with a tour, at its first stop."""
    view = opened.panel.locator(".lessons-queue").first
    choose(view, "Idle")
    return view


@pytest.fixture
def brief(opened: LabPage) -> Locator:
    """A view of a run of twelve requests, without tour and measure."""
    view = opened.panel.locator(".lessons-queue").nth(1)
    type_exact(view, "Maximum batch size", "8")
    press(view, "Restart")
    return view


@pytest.fixture
def lone(opened: LabPage) -> Locator:
    """A view whose simulation has a fixed number of requests."""
    view = opened.panel.locator(".lessons-queue").last
    type_exact(view, "Arrival rate", "2")
    return view


def choose(view: Locator, stop: str) -> None:
    """Choose a stop, and go back to the start of its run, which plays by itself."""
    button = view.locator(".qv-stop", has_text=stop)
    button.click()
    expect(button).to_have_attribute("aria-current", "step")
    expect(view.locator(".qv-figures")).to_have_attribute("aria-busy", "false")
    press(view, "Restart")


def slider(view: Locator, name: str) -> Locator:
    return view.get_by_role("slider", name=name)


def exact(view: Locator, name: str) -> Locator:
    return view.get_by_role("spinbutton", name=name)


def type_exact(view: Locator, name: str, value: str) -> None:
    exact(view, name).fill(value)
    exact(view, name).press("Enter")
    expect(view.locator(".qv-figures")).to_have_attribute("aria-busy", "false")


def figure(view: Locator, name: str, column: int = 0) -> Locator:
    return view.locator(f"[data-figure={name}] td").nth(column)


def test_nothing_moves_before_play_or_after_pause(queue: Locator) -> None:
    assert queue.evaluate(FRAMES) == 1
    choose(queue, "Busy")
    press(queue, "Play")
    assert queue.evaluate(FRAMES) > 10
    expect(queue.locator(".qv-dots circle:not([display])").first).to_be_attached()
    press(queue, "Pause")
    expect(status(queue)).to_contain_text("Paused: ")
    before = queue.evaluate(PICTURE)
    assert queue.evaluate(FRAMES) == 1
    assert queue.evaluate(PICTURE) == before


@pytest.mark.parametrize("stop", ["Busy", "Batch too small"])
def test_the_model_shows_no_more_texts_than_its_label_says(queue: Locator, stop: str) -> None:
    choose(queue, stop)
    press(queue, "Play")
    assert queue.evaluate(INSIDE) == []
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


def test_a_run_ends_by_itself_with_what_was_seen_and_can_be_played_again(brief: Locator) -> None:
    press(brief, "Play")
    expect(brief.get_by_role("button", name="Play again")).to_be_visible()
    seen = re.compile(r"^Of 12 requests, half were answered within .* of the latency\.$")
    expect(brief.locator(".qv-seen")).to_have_text(seen)
    expect(status(brief)).to_have_text(seen)
    assert brief.evaluate(FRAMES) == 1
    press(brief, "Play again")
    expect(brief.get_by_role("button", name="Pause")).to_be_visible()


def test_step_reports_each_event_until_the_end(brief: Locator) -> None:
    expect(status(brief)).to_contain_text("Back at the start: 0 waiting, the model is idle")
    press(brief, "Step")
    expect(status(brief)).to_have_text("Request 1 arrives: 1 waiting.")
    while "A batch of" not in (seen := status(brief).inner_text()):
        press(brief, "Step")
        expect(status(brief)).not_to_have_text(seen)
    expect(status(brief)).to_have_text(re.compile(r"^A batch of \d+ starts: \d+ waiting\.$"))
    picture = brief.get_by_role("img")
    expect(picture).to_have_attribute("aria-label", re.compile("the model works on a batch of"))
    for _ in range(12 + 2 * 12):
        press(brief, "Step")
        if brief.get_by_role("button", name="Play again").is_visible():
            break
    expect(brief.locator(".qv-seen")).to_contain_text("Of 12 requests")
    expect(picture).to_have_attribute("aria-label", re.compile("12 of 12 answered"))
    expect(brief.get_by_role("button", name="Step")).to_have_attribute("aria-disabled", "true")


def test_the_advice_for_a_batch_size_that_is_too_small_works(queue: Locator) -> None:
    choose(queue, "Batch too small")
    type_exact(queue, "Maximum batch size", "16")
    expect(queue.locator(".qv-seen")).not_to_contain_text("keep growing")
    expect(queue.locator("[aria-current]")).to_have_count(0)
    expect(queue.locator(".qv-look")).to_have_text(
        re.compile("^At stop 4 of 5: .* Set the maximum batch size to 16")
    )
    choose(queue, "Batch too small")
    expect(queue.locator(".qv-look")).to_have_text(re.compile("^Stop 4 of 5: With batches of one"))


@pytest.mark.parametrize("name", NAMES)
def test_every_slider_works_at_both_ends(queue: Locator, name: str) -> None:
    for key, limit in (("Home", "min"), ("End", "max")):
        choose(queue, "Busy")
        slider(queue, name).press(key)
        number = exact(queue, name)
        expect(number).to_have_value(str(number.get_attribute(limit)))
        expect(status(queue)).to_contain_text("Simulated: p50 ")
        press(queue, "Play")
        assert queue.evaluate(FRAMES) > 3
        press(queue, "Pause")
        expect(queue.locator(".qv-problem")).to_be_empty()


def test_the_keyboard_alone_sets_plays_steps_and_reads(queue: Locator, opened: LabPage) -> None:
    queue.locator(".qv-stop").nth(1).press("Enter")
    expect(queue.locator("[aria-current]")).to_contain_text("Busy")
    expect(queue.get_by_role("button", name="Pause")).to_be_visible()
    opened.press(*["Tab"] * 5)  # past three stops and the next one
    expect(exact(queue, "Arrival rate")).to_be_focused()
    before = figure(queue, "texts_per_s").inner_text()
    opened.press("Tab", "ArrowLeft")
    expect(figure(queue, "texts_per_s")).not_to_have_text(before)
    valuetext = re.compile(r"^[\d,]+ requests per second$")
    expect(slider(queue, "Arrival rate")).to_have_attribute("aria-valuetext", valuetext)
    opened.press(*["Tab"] * 5)
    expect(queue.get_by_role("button", name="Pause")).to_be_focused()
    opened.press("Space")
    expect(queue.get_by_role("button", name="Play")).to_be_focused()
    expect(status(queue)).to_contain_text("Paused: ")
    opened.press("Tab", "Enter")
    expect(status(queue)).to_contain_text(re.compile("arrives|starts|answered, after"))


def test_a_value_out_of_range_is_reported_and_the_nearest_used(queue: Locator) -> None:
    for name, typed, used in (
        ("Arrival rate", "0", "min"),
        ("Arrival rate", "1e12", "max"),
        ("Maximum batch size", "0", "min"),
        ("Batch wait timeout", "-5", "min"),
        ("Batch wait timeout", "1e-9", "min"),
    ):
        choose(queue, "Idle")
        type_exact(queue, name, typed)
        number = exact(queue, name)
        expect(queue.locator(".qv-problem")).to_contain_text(re.compile(f"^{name}: choose "))
        expect(number).to_have_value(str(number.get_attribute(used)))
    choose(queue, "Idle")
    before = exact(queue, "Arrival rate").input_value()
    type_exact(queue, "Arrival rate", "")
    expect(exact(queue, "Arrival rate")).to_have_value(before)
    expect(queue.locator(".qv-problem")).to_contain_text("Now set to 26 requests per second.")


def test_the_last_of_many_quick_changes_stays(queue: Locator, opened: LabPage) -> None:
    choose(queue, "Busy")
    for _ in range(30):
        slider(queue, "Arrival rate").press("ArrowLeft")
    rate = exact(queue, "Arrival rate").input_value()
    size, wait_ms = (exact(queue, name).input_value() for name in NAMES[1:])
    run = simulate_poisson(float(rate), int(size), float(wait_ms), cost=COST, n=400)
    expect(figure(queue, "texts_per_s")).to_have_text(f"{run.texts_per_s:,.0f} texts/s")


def test_an_answer_to_an_older_setting_is_dropped(queue: Locator, opened: LabPage) -> None:
    expect(figure(queue, "n")).to_have_text("400")
    opened.run_code(STALE)
    expect(queue.locator(".qv-problem")).to_contain_text("the end")
    expect(figure(queue, "n")).to_have_text("400")
    choose(queue, "Busy")
    expect(queue.locator(".qv-problem")).to_be_empty()


def test_an_error_is_reported_as_text_and_the_next_run_works(
    brief: Locator, opened: LabPage
) -> None:
    type_exact(brief, "Maximum batch size", "2")
    expect(brief.locator(".qv-problem")).to_contain_text("ValueError: two is <b>refused</b>")
    expect(status(brief)).to_contain_text("ValueError: two is")
    type_exact(brief, "Maximum batch size", "8")
    expect(brief.locator(".qv-problem")).to_be_empty()


def test_without_a_measure_there_is_no_button_for_it(brief: Locator) -> None:
    expect(brief.get_by_role("button", name="Measure for real")).to_have_count(0)
    expect(brief.locator(".qv-figures thead th")).to_have_text(["simulated"])


def test_a_measurement_is_shown_beside_the_simulation(queue: Locator, opened: LabPage) -> None:
    opened.run_code("gate.clear(); presses.clear()")
    press(queue, "Measure for real")
    running = queue.get_by_role("button", name="measuring…")
    expect(running).to_have_attribute("aria-disabled", "true")
    running.click(force=True)
    opened.run_code("gate.set()")
    expect(figure(queue, "p50_ms", 2)).to_have_text("4.0 ms")
    for column, n in enumerate(("400", "200", "200", "–")):
        expect(figure(queue, "n", column)).to_have_text(n)
    rate, size, wait_ms = (float(exact(queue, name).input_value()) for name in NAMES)
    run = simulate_poisson(rate, int(size), wait_ms, cost=COST, n=200)
    expect(figure(queue, "texts_per_s", 1)).to_have_text(f"{run.texts_per_s:.0f} texts/s")
    ratio = float(figure(queue, "texts_per_s", 3).inner_text().removeprefix("× "))
    assert ratio == pytest.approx(20 / run.texts_per_s, rel=0.06)
    expect(queue.locator(".qv-remark")).to_contain_text("both with n = 200")
    expect(status(queue)).to_contain_text("Measured: p50 4.0 ms, p99 8.0 ms, 20 texts per second")
    opened.run_code("assert presses == [8]; print(presses)")
    choose(queue, "Busy")
    expect(figure(queue, "p50_ms", 2)).to_have_text("–")


def test_only_runs_of_equal_length_are_compared_to_two_digits(lone: Locator) -> None:
    press(lone, "Measure for real")
    expect(figure(lone, "n", 2)).to_have_text("15")
    for column in (1, 3):
        expect(figure(lone, "texts_per_s", column)).to_have_text("–")
    no_ratio = "No ratio: 12 requests were simulated and 15 measured"
    expect(lone.locator(".qv-remark")).to_contain_text(no_ratio)
    expect(figure(lone, "texts_per_s", 2)).to_have_text("1.3 texts/s")
    type_exact(lone, "Arrival rate", "1.3")
    expect(figure(lone, "utilization")).to_have_text("less than 1 %")
    expect(figure(lone, "texts_per_s")).to_have_text(re.compile(r"^0\.\d\d texts/s$"))
    press(lone, "To the end")
    expect(lone.locator(".qv-seen")).to_contain_text("was busy less than 1 % of the time")
    expect(lone.locator(".qv-clock")).to_have_text(re.compile(r"^[\d.]+ of [\d.]+ s$"))


def test_an_ending_that_decides_the_figures_is_reported_before_play(queue: Locator) -> None:
    for name, value in zip(NAMES, ("4800", "128", "40"), strict=True):
        type_exact(queue, name, value)
    for _ in range(2):
        expect(queue.locator(".qv-seen")).to_contain_text("The last 16 waited for the full timeout")
        press(queue, "To the end")


def test_a_failed_measurement_is_reported_as_text(queue: Locator, opened: LabPage) -> None:
    opened.run_code("gate.set()")
    type_exact(queue, "Maximum batch size", "3")
    expect(status(queue)).to_contain_text("Simulated")
    press(queue, "Measure for real")
    expect(queue.locator(".qv-remark")).to_contain_text("RuntimeError: three is <b>refused</b>")
    button = queue.get_by_role("button", name="Measure for real")
    expect(button).to_have_attribute("aria-disabled", "false")


def test_letters_typed_in_it_are_not_notebook_commands(queue: Locator, opened: LabPage) -> None:
    before = opened.cells()
    for part in (".qv-stop", "input[type=range]", ".qv-exact input"):
        queue.locator(part).first.focus()
        opened.press("b", "a", "d", "d")
        assert opened.cells() == before
    unguarded = queue.locator(":is(input, button):not([data-lm-suppress-shortcuts=true])")
    expect(unguarded).to_have_count(0)


def test_it_is_accessible_in_both_themes(queue: Locator, brief: Locator, opened: LabPage) -> None:
    choose(queue, "Saturated")
    press(queue, "To the end")
    type_exact(brief, "Maximum batch size", "0")
    expect(brief.locator(".qv-problem")).to_contain_text("Now set to 1 text.")
    press(brief, "Step")
    assert opened.accessibility_in_both_themes(".lessons-queue") == ""


def test_a_narrow_column_cuts_nothing_off(queue: Locator, opened: LabPage) -> None:
    for width in (1400, 1160, 1000):
        with opened.of_width(width):
            expect(queue.locator(".qv-scene")).to_have_attribute("width", re.compile(r"^\d+$"))
            opened.page.wait_for_function(
                "root => root.querySelector('.qv-scene').clientWidth <= root.clientWidth",
                arg=queue.element_handle(),
            )
            assert overflow(queue) <= 0
    with opened.of_width(820):
        expect(queue.locator(".qv-answered")).to_have_text("✓ 0")
    press(queue, "To the end")
    for width in (820, 740):
        with opened.of_width(width):
            expect(queue.locator(".qv-answered")).to_contain_text("400")
            assert queue.locator(".qv-scene").evaluate(TOUCHING) == []


# The words above the picture that come closer than 8 pixels to their neighbors.
TOUCHING = """scene => {
    const names = [".qv-queue", ".qv-batch", ".qv-model", ".qv-answered"];
    const boxes = names.map(name => scene.querySelector(name).getBBox()).filter(box => box.width);
    const gaps = boxes.slice(1).map((box, at) => box.x - boxes[at].x - boxes[at].width);
    return gaps.filter(gap => gap < 8);
}"""


def processor_ms(page: Page) -> float:
    """Return how long the page's main thread has worked, on the processor's own clock."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


def test_a_picture_is_drawn_within_half_a_frame(queue: Locator, opened: LabPage) -> None:
    press(queue, "Play")
    before = processor_ms(opened.page)
    queue.evaluate(FRAMES)
    spent = processor_ms(opened.page) - before
    press(queue, "Pause")
    assert spent / 90 < 1000 / 60 / 2


def test_no_task_blocks_the_page_during_the_default_run(queue: Locator, opened: LabPage) -> None:
    """The best of three, on an idle machine: other programs can block a page, too."""
    if os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip("other programs keep the machine busy: their share is unknown")
    longest = []
    for _ in range(3):
        press(queue, "Restart")
        opened.page.evaluate(LONG_TASKS)
        press(queue, "Play")
        queue.evaluate(FRAMES)
        press(queue, "Pause")
        longest.append(max(opened.page.evaluate("window.longTasks"), default=0))
    assert min(longest) < 100


def test_with_reduced_motion_nothing_glides(queue: Locator, opened: LabPage) -> None:
    with opened.with_reduced_motion():
        press(queue, "Next stop")
        expect(queue.locator(".qv-clock")).to_have_text(END)
        expect(queue.locator(".qv-seen")).to_contain_text("Of 400 requests")
        choose(queue, "Saturated")
        press(queue, "Step")
        still = queue.evaluate(PICTURE)
        assert queue.evaluate(FRAMES) == 1
        assert queue.evaluate(PICTURE) == still
        press(queue, "Play")
        assert queue.evaluate(FRAMES) <= 6  # pictures in ninety frames
        press(queue, "Pause")


def test_a_restarted_kernel_is_reported(lab_page: LabPage) -> None:
    lab_page.show("scratch/lost.ipynb", SETUP, TOUR)
    view = lab_page.panel.locator(".lessons-queue")
    expect(view).to_be_visible()
    lab_page.page.evaluate(f"{KERNEL}.restart()")
    press(view, "Take the tour")
    advice = re.compile("If you restarted the kernel, run this cell again")
    expect(view.locator(".qv-problem")).to_contain_text(advice)
    press(view, "Measure for real")
    expect(view.locator(".qv-remark")).to_contain_text(advice)
