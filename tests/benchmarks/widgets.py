"""Time what a learner feels in JupyterLab: medians of 30 actions each, in headless Chromium.

Run `python -m tests.benchmarks.widgets` on an idle machine.
"""

from __future__ import annotations

import statistics

from tests.browser.conftest import scripted_lab_page

CELLS = {
    "submit → feedback": (
        "from lessons_lib.classroom.record.log import InMemoryLog\n"
        'from lessons_lib import show_quiz\nshow_quiz("01_concept", log=InMemoryLog())',
        ".lessons-quiz",
        """(root, turn) => {
            root.querySelectorAll("input")[turn % 2 ? 0 : 2].click();
            root.querySelector("button[type=submit]").click();
        }""",
        "[role=status]",
    ),
    "explorer: key → update": (
        "from lessons_lib import show_explorer\nshow_explorer()",
        ".lessons-explorer",
        """(root, turn) => {
            const input = root.querySelector("textarea");
            input.value = `The movie was ${turn % 2 ? "great" : "dull"}`;
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        ".lx-seen",
    ),
    "queue: slider → figures": (
        "from lessons_lib import show_queue\nshow_queue()",
        ".lessons-queue",
        """(root, turn) => {
            const slider = root.querySelector("input[type=range]");
            slider.value = turn % 2 ? 10 : 12;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        ".qv-figures",
    ),
}
TIMES = """async ([selector, act, part]) => {
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const root = panel.querySelector(selector), times = [];
    for (let turn = 0; turn < 32; turn += 1) {
        const changed = new Promise((resolve) => {
            const observer = new MutationObserver(() => (observer.disconnect(), resolve()));
            observer.observe(root.querySelector(part), {
                childList: true, characterData: true, subtree: true,
            });
        });
        const start = performance.now();
        eval(act)(root, turn);
        await changed;
        times.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return times.slice(2);
}"""


def main() -> None:
    """Print the median, and the slowest, of each action in milliseconds."""
    with scripted_lab_page(1440, 1200) as page:
        page.show("speed.ipynb", *(cell for cell, *_ in CELLS.values()))
        for name, (_, *wanted) in CELLS.items():
            times = page.page.evaluate(TIMES, wanted)
            print(f"{name:24} {statistics.median(times):4.0f} ms (slowest {max(times):.0f})")


if __name__ == "__main__":
    main()
