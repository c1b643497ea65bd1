"""How fast a site is in Chromium on this machine: `python -m tests.benchmarks.site FOLDER`.

Prints what a first visit, a reload and the next page take, the median and the 95th percentile of
answers, keystrokes and a slider, and the processor time and the memory of the page's process.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.annexes.site.conftest import VIEW, Reader, serving
from tests.support.browser import CHROMIUM_FLAGS, find_chromium

ROUNDS = 30
QUIZ = "show_quiz 06_batch_inference shapes"
NEXT_QUIZ = "show_quiz 07_realtime_inference calls"
RIGHT = ".qc-verdict[data-standing=right]"  # what was shown before the reload was not
EXPLORER, TABLE = "show_explorer", "show_overload"
# From an action in a place, done as `act`, until what it shows has changed; in milliseconds.
TIMED = """async ([name, act, value, shown]) => {
    const place = document.querySelector(`.lessons-place[data-place^="${name}"]`);
    const changed = new Promise((resolve) => {
        const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
        const about = { subtree: true, childList: true, characterData: true, attributes: true };
        observer.observe(place.querySelector(shown), about);
    });
    const begin = performance.now();
    new Function("place", "value", act)(place, value);
    await changed;
    return performance.now() - begin;
}"""
SUBMIT = "place.querySelector(`input[value=${value}]`).checked = true; \
place.querySelector('[type=submit]').click();"
ENTER = "const field = place.querySelector('textarea, input'); field.value = value; \
field.dispatchEvent(new Event('input', { bubbles: true }));"
SLIDE = "const field = place.querySelector('input[type=range]'); field.value = value; \
field.dispatchEvent(new Event('input', { bubbles: true }));"


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def rounds(page: Page, name: str, act: str, shown: str, values: list[str]) -> str:
    """Return the median and the 95th percentile of actions, and what the first one took."""
    first, *rest = (page.evaluate(TIMED, [name, act, value, shown]) for value in values)
    slow = statistics.quantiles(rest, n=20)[-1]
    return f"p50 {statistics.median(rest):.0f} ms, p95 {slow:.0f} ms (first {first:.0f} ms)"


def renderer() -> psutil.Process:
    """Return the process of the page: the largest of those that draw pages."""
    children = psutil.Process().children(recursive=True)
    pages = [one for one in children if "--type=renderer" in " ".join(one.cmdline())]
    return max(pages, key=lambda one: one.memory_full_info().uss)


def visit(reader: Reader) -> None:
    """Print what a visit takes."""
    page = reader.page
    print(f"card shown: {seconds(lambda: reader.open('06_batch_inference.html')):.2f} s")
    print(f"… and answered: {seconds(lambda: reader.answer(reader.place(QUIZ), 'A')):.2f} s later")
    times = renderer().cpu_times()
    print(f"processor time so far: {times.user + times.system:.1f} s")

    def again() -> None:
        page.reload()
        reader.drawn()
        reader.answer(reader.place(QUIZ), "D")
        reader.place(QUIZ).locator(RIGHT).wait_for()

    print(f"reloaded and answered: {seconds(again):.2f} s")

    def onward() -> None:
        page.locator("a.next-page").click()
        page.wait_for_url("**/07_realtime_inference.html")
        reader.drawn()
        reader.answer(reader.place(NEXT_QUIZ), "A")

    print(f"next page, answered: {seconds(onward):.2f} s")
    letters = ["AB"[number % 2] for number in range(ROUNDS + 1)]
    print(f"answer: {rounds(page, NEXT_QUIZ, SUBMIT, '[role=status]', letters)}")
    reader.open("08_probabilities_to_labels.html")
    reader.place(EXPLORER).scroll_into_view_if_needed()
    typed = ["a film that I would never see again"[: number + 4] for number in range(ROUNDS + 1)]
    print(f"keystroke: {rounds(page, EXPLORER, ENTER, '.lessons-card', typed)}")
    reader.open("09_micro_batching.html")
    reader.place(TABLE).scroll_into_view_if_needed()
    stops = [str(number % 8) for number in range(ROUNDS + 1)]
    print(f"table: {rounds(page, TABLE, SLIDE, '.xp-result', stops)}")
    print(f"memory of the page's process: {renderer().memory_full_info().uss / 1e6:.0f} MB")


def main() -> None:
    """Measure the site in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    with serving(parser.parse_args().folder) as server, sync_playwright() as playwright:
        path = find_chromium()
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        visit(Reader(chromium.new_context(viewport=VIEW).new_page(), server.url))
        chromium.close()


if __name__ == "__main__":
    main()
