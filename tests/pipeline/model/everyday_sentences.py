"""Everyday sentences with their labels, none of which the model was trained on."""

from pathlib import Path

from lessons_lib.pipeline.text.label import Label


def read_sentences() -> list[tuple[str, Label]]:
    lines = Path(__file__).with_name("everyday_sentences.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in lines.splitlines())
    return [(text, Label(label)) for label, text in pairs]
