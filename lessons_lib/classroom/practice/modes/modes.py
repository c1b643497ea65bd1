"""A learner's answers to the questions of the mode finder, and the README's table."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from lessons_lib.classroom.course import Mode, course
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import WISH

BEGIN, END = "<!-- modes -->\n", "<!-- /modes -->"


def latest_wish(events: Iterable[Event]) -> dict[str, str]:
    """Return the latest valid answers by question, "" where there is none."""
    questions = course().finder.questions
    wish = {one.field: "" for one in questions}
    for event in events:
        answers = {field: event.payload.get(field) or "" for field in wish}
        if event.kind == WISH and all(
            answers[one.field] in ("", *one.answers) for one in questions
        ):
            wish = {field: str(answer) for field, answer in answers.items()}
    return wish


def modes_table(folder: str = "notebooks/") -> str:
    """Return the table, with links into a folder."""
    rows = "".join(_row(one, folder) for one in course().modes)
    return (
        f"| mode | what it is | what you do | notebook | minutes |\n|---|---|---|---|---|\n{rows}"
    )


def with_table(text: str) -> str:
    """Return a text with the table between its two markers.

    Raises
    ------
    ValueError
        If the markers do not occur once each, in this order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in before + after:
        raise ValueError(f"The text must contain {BEGIN.strip()} … {END} once, on separate lines.")
    return f"{before}{BEGIN}{modes_table()}{END}{after}"


def _row(mode: Mode, folder: str) -> str:
    link = f"[{mode.notebooks}]({folder}{mode.lessons[0]}.ipynb)"
    minutes = course().minutes(mode)
    return f"| {mode.number} {mode.title} | {mode.idea} | {mode.does} | {link} | {minutes} |\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
