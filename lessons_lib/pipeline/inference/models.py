"""Pipelines by name; each is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessons_lib.pipeline.inference.prediction import Pipeline

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.folded import FoldedPipeline
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline


def load_model(name: str) -> Pipeline:
    """Return the pipeline with this name.

    Parameters
    ----------
    name : str
        "small" for the folded path, which doesn't need torch, "transformer", or "heavier" for the
        textbook path run many times over.

    Raises
    ------
    ValueError
        If there is no such model.
    """
    if name == "small":
        return load_folded()
    if name == "transformer":
        from lessons_lib.pipeline.inference.transformer import TransformerPipeline

        return TransformerPipeline.load()
    if name == "heavier":
        from lessons_lib.pipeline.inference.textbook import HeavierPipeline

        return HeavierPipeline(load_textbook())
    raise ValueError(f"`model` must be small, heavier or transformer, got {name!r}.")


def load_textbook() -> SentimentPipeline:
    """Return the textbook path, whose stages can be called and traced one by one; loads torch."""
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

    return SentimentPipeline.load()


def load_folded() -> FoldedPipeline:
    """Return the folded path, which does without torch; loads numpy."""
    from lessons_lib.pipeline.inference.folded import FoldedPipeline

    return FoldedPipeline.load()
