"""How fast a site is in Chromium on this machine, and how much memory and processor time it takes.

``python -m tests.benchmarks.site FOLDER`` measures the site in a folder: a first visit, a reload,
the next page by a link, answers, keystrokes, and a table's slider.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, find_chromium
from tests.site.conftest import Reader, serving

ROUNDS = 30
PAGE, QUIZ = "06_batch_inference.html", "show_quiz 06_batch_inference shapes"
NEXT, NEXT_QUIZ = "07_realtime_inference.html", "show_quiz 07_realtime_inference calls"
# Answers as fast as a script can: clicks, and waits for the page that follows.
ANSWERED = """async ([root, letter]) => {
    const node = document.querySelector(`.lessons-place[data-place="${root}"]`);
    const status = node.querySelector("[role=status]");
    node.querySelector(`input[value=${letter}]`).click();
    const begin = performance.now();
    const done = new Promise((resolve) => {
        const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
        observer.observe(node, { subtree: true, childList: true, characterData: true });
    });
    node.querySelector("[type=submit]").click();
    await done;
    return performance.now() - begin;
}"""
CHANGED = """async ([place, selector, value]) => {
    const node = document.querySelector(`.lessons-place[data-place^="${place}"]`);
    const field = node.querySelector(selector);
    const begin = performance.now();
    const shown = node.querySelector(".xp-result, .te-result, .lb-body");
    const done = new Promise((resolve) => {
        const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
        observer.observe(shown, { subtree: true, childList: true, characterData: true });
    });
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await done;
    return performance.now() - begin;
}"""


def answerable(reader: Reader, place: Locator) -> None:
    """Answer a question, and wait for the verdict."""
    reader.answer(place, "A")


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def processes(browser_pid: int) -> list[psutil.Process]:
    """Return the processes that run pages."""
    children = psutil.Process(browser_pid).children(recursive=True)
    return [one for one in children if "--type=renderer" in one.cmdline()]


def p95(values: list[float]) -> str:
    """Return the median and the 95th percentile, in milliseconds."""
    return (
        f"p50 {statistics.median(values):.0f}, p95 {statistics.quantiles(values, n=20)[-1]:.0f} ms"
    )


def visit(browser: Browser, url: str) -> None:
    """Print what a visit takes."""
    page = browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    reader = Reader(page, url)
    print(f"card shown {seconds(lambda: reader.open(PAGE)):.2f} s")
    begin = time.perf_counter()
    answerable(reader, reader.place(QUIZ))
    print(f"answered {time.perf_counter() - begin:.2f} s later")
    print(f"after a reload {seconds(lambda: again(page, reader)):.2f} s")
    page.locator("a.next-page").click()
    page.wait_for_url(f"**/{NEXT}")
    print(f"next page {seconds(lambda: answerable(reader, reader.place(NEXT_QUIZ))):.2f} s")
    answers = [page.evaluate(ANSWERED, [NEXT_QUIZ, "AB"[n % 2]]) for n in range(ROUNDS)]
    print(f"an answer: {p95(answers)}")
    reader.open("09_micro_batching.html")
    reader.place("show_overload").scroll_into_view_if_needed()
    sent = [[("show_overload"), "input[type=range]", str(n % 9)] for n in range(ROUNDS + 1)]
    changes = [page.evaluate(CHANGED, one) for one in sent]
    print(f"a table: {p95(changes[1:])}, the first with its fetch {changes[0]:.0f} ms")


def again(page: Page, reader: Reader) -> None:
    """Load the page again, and answer."""
    page.reload()
    reader.drawn()
    answerable(reader, reader.place(QUIZ))


def main() -> None:
    """Measure a site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with serving(folder) as server, sync_playwright() as playwright:
        path = find_chromium()
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        visit(browser, server.url)
        browser.close()


if __name__ == "__main__":
    main()
