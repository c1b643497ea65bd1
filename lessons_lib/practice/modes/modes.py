"""The ten learning modes: one subject, ten ways in.

The chooser of the first notebook, the table in the README and the tests are made from this one
table. Titles of notebooks and minutes are those of the course plan.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from lessons_lib.practice.course import LESSONS, lesson

Counted: TypeAlias = Literal["questions", "tasks", "lab book", "cards", "verdict"]

TRY_IT = "try-it-1"  # the cell that says what to try; cells keep their ids from build to build


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to learn: what it is, what the learner does in it, and which notebooks it takes.

    `place` is the cell of the first notebook where the mode begins, empty for its top. `start`
    says what to do there first. `counted` says what progress is computed from.
    """

    number: int
    slug: str
    title: str
    idea: str
    does: str
    start: str
    lessons: tuple[str, ...]
    place: str = ""
    counted: Counted = "questions"

    @property
    def minutes(self) -> int:
        """How long the mode takes: the minutes of its notebooks."""
        return sum(lesson(slug).minutes for slug in self.lessons)

    @property
    def notebooks(self) -> str:
        """The numbers of its notebooks: 05, or 02–08."""
        first, last = self.lessons[0][:2], self.lessons[-1][:2]
        return first if first == last else f"{first}–{last}"

    def link(self, slug: str = "") -> str:
        """Return the address that opens the mode, from a neighbour of its notebooks.

        Parameters
        ----------
        slug : str
            The notebook to open, if not the first; it opens at its top then.
        """
        opened = slug or self.lessons[0]
        fragment = f"#cell-id={self.place}" if self.place and opened == self.lessons[0] else ""
        return f"{lesson(opened).file_name}{fragment}"


def _between(first: str, last: str) -> tuple[str, ...]:
    """Return the slugs of the lessons whose numbers lie between two, both included."""
    return tuple(one.slug for one in LESSONS if first <= one.slug[:2] <= last)


_READ_ON = "Run each cell with Shift and Enter as you come to it."
_RUN_ABOVE = (
    "Click the text there, choose Run, then Run All Above Selected Cell. "
    "Then go on with Shift and Enter."
)

MODES = (
    Mode(
        1,
        "concept",
        "Concept",
        "The whole idea in plain words, with a ferry for a picture.",
        "Read it from top to bottom.",
        _READ_ON,
        ("01_concept",),
    ),
    Mode(
        2,
        "pipeline",
        "Pipeline",
        "The six stages from a raw text to a label, one by one.",
        "Walk through them with a sentence of your own, and watch the shapes.",
        _READ_ON,
        _between("02", "08"),
    ),
    Mode(
        3,
        "training",
        "Training",
        "How the model comes to know what it knows.",
        "Train it, and watch the curves of loss and accuracy grow.",
        _READ_ON,
        ("05_training",),
    ),
    Mode(
        4,
        "trace",
        "Trace",
        "One prediction, followed through five layers.",
        "Type any text, and see which word moved the answer.",
        _RUN_ABOVE,
        ("08_probabilities_to_labels",),
        TRY_IT,
    ),
    Mode(
        5,
        "watch",
        "Watch",
        "Requests that queue up, and batches that form, in slow motion.",
        "Take the guided tour, then move the sliders.",
        _RUN_ABOVE,
        ("09_micro_batching",),
        TRY_IT,
    ),
    Mode(
        6,
        "code-along",
        "Code-along",
        "Small coding tasks, checked by what your code does.",
        "Write the calls, and mend the broken ones.",
        "Run the cell of the card with Shift and Enter, and write in it.",
        ("14_code_along",),
        counted="tasks",
    ),
    Mode(
        7,
        "experiment",
        "Experiment",
        "A lab book that sets your guess beside the measurement.",
        "Turn the knobs: guess first, then measure on this machine.",
        _RUN_ABOVE,
        ("10_latency_and_throughput",),
        TRY_IT,
        counted="lab book",
    ),
    Mode(
        8,
        "flashcards",
        "Flashcards",
        "Terms and facts on cards, which come back just before you forget.",
        "Recall the answer, turn the card, say how hard it was.",
        "Run the cell of the card with Shift and Enter.",
        ("13_flashcards",),
        counted="cards",
    ),
    Mode(
        9,
        "practice",
        "Practice",
        "Five questions from easy to hard, then as many as you like.",
        "Answer, with hints, steps and common mistakes at hand.",
        "Run the cell of the card with Shift and Enter. No test is needed before.",
        ("11_practice",),
    ),
    Mode(
        10,
        "test",
        "Test",
        "Ten questions over easy, medium and hard, with no help.",
        "Answer them all, and get a verdict and a list of what to read.",
        "Run the cell of the card with Shift and Enter, and press Start.",
        ("12_test",),
        counted="verdict",
    ),
)


def mode(slug: str, modes: Iterable[Mode] = MODES) -> Mode:
    """Return the learning mode of a slug.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    known = {one.slug: one for one in modes}
    if slug not in known:
        raise ValueError(f"A learning mode is one of {', '.join(known)}; got {slug!r}.")
    return known[slug]


BEGIN, END = "<!-- modes -->\n", "<!-- /modes -->"


def modes_table(folder: str = "notebooks/") -> str:
    """Return the table, its links starting with a folder."""
    rows = "".join(_row(one, folder) for one in MODES)
    return (
        f"| mode | what it is | what you do | notebook | minutes |\n|---|---|---|---|---|\n{rows}"
    )


def with_table(text: str) -> str:
    """Return a text with the table between its two marks.

    Raises
    ------
    ValueError
        If the marks do not stand there once each, the first before the second.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in before + after:
        raise ValueError(f"The text holds {BEGIN.strip()} … {END} once, each on a line of its own.")
    return f"{before}{BEGIN}{modes_table()}{END}{after}"


def _row(mode: Mode, folder: str) -> str:
    link = f"[{mode.notebooks}]({folder}{mode.lessons[0]}.ipynb)"
    return f"| {mode.number} {mode.title} | {mode.idea} | {mode.does} | {link} | {mode.minutes} |\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
