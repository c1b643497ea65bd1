"""A progress bar for long work in a notebook: native HTML, which screen readers know."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from IPython.display import display


def progress_bar(steps: range, *, label: str = "Measuring") -> Iterator[int]:
    """Go through a range and show how far it is; the bar goes when all is done or interrupted.

    Parameters
    ----------
    steps : range
        What is gone through.
    label : str
        What is being done.
    """
    handle: Any = display(_bar(label, 0, len(steps)), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    try:
        for done, step in enumerate(steps, 1):
            yield step
            handle.update(_bar(label, done, len(steps)), raw=True)
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _bar(label: str, done: int, steps: int) -> dict[str, str]:
    words = f"{label}: {done} of {steps}"
    bar = f'<progress value="{done}" max="{steps}" style="width: 16em"></progress>'
    return {"text/html": f"<label>{html.escape(words)} {bar}</label>", "text/plain": words}
