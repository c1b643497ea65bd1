"""A progress bar for long work in a notebook, in native HTML that screen readers support."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from IPython.display import display


def progress_bar(steps: range, *, label: str = "Measuring") -> Iterator[int]:
    """Yield each step of a range and show the progress in a bar, which is removed at the end.

    Parameters
    ----------
    steps : range
        The steps to iterate over.
    label : str
        The text in front of the bar.
    """
    handle: Any = display(_bar(label, 0, len(steps)), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    try:
        for done, step in enumerate(steps, 1):
            yield step
            handle.update(_bar(label, done, len(steps)), raw=True)
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _bar(label: str, done: int, steps: int) -> dict[str, str]:
    text = f"{label}: {done} of {steps}"
    bar = f'<progress value="{done}" max="{steps}" style="width: 16em"></progress>'
    return {"text/html": f"<label>{html.escape(text)} {bar}</label>", "text/plain": text}
