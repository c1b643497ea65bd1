"""A hundred sentences of our own, labelled by hand: for the screen, and for want of a network."""

from __future__ import annotations

import functools
import importlib.resources

from lessons_lib.text.label import Label


@functools.cache
def demo_sentences() -> tuple[tuple[str, Label], ...]:
    """Return the demo sentences, each with its label, in the order of their file."""
    file = importlib.resources.files("lessons_lib") / "assets" / "demo_sentences.tsv"
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t", maxsplit=1) for line in lines if line)
    return tuple((text, Label(label)) for label, text in pairs)


def demo_texts() -> list[str]:
    """Return the demo sentences without their labels."""
    return [text for text, _ in demo_sentences()]
