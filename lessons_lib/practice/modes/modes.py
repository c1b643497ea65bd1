"""The table of the ten learning modes in the README, made from the course plan."""

from __future__ import annotations

import sys
from pathlib import Path

from lessons_lib.practice.course import Mode, course

BEGIN, END = "<!-- modes -->\n", "<!-- /modes -->"


def modes_table(folder: str = "notebooks/") -> str:
    """Return the table, its links starting with a folder."""
    rows = "".join(_row(one, folder) for one in course().modes)
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
    minutes = course().minutes(mode)
    return f"| {mode.number} {mode.title} | {mode.idea} | {mode.does} | {link} | {minutes} |\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
