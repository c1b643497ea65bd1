"""The marked place in the README that the benchmark fills."""

from __future__ import annotations

BEGIN, END = "<!-- benchmark -->\n", "<!-- /benchmark -->"


def block(text: str) -> str:
    """Return what stands between the marks.

    Raises
    ------
    ValueError
        If the marks do not stand there once each, the first before the second.
    """
    return _parted(text)[1]


def with_block(text: str, content: str) -> str:
    """Return the text with new content between the marks."""
    before, _, after = _parted(text)
    return f"{before}{BEGIN}{content}{END}{after}"


def _parted(text: str) -> tuple[str, str, str]:
    before, begin, rest = text.partition(BEGIN)
    content, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in before + after:
        raise ValueError(f"The text holds {BEGIN.strip()} … {END} once, each on a line of its own.")
    return before, content, after
