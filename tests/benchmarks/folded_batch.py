"""The folded batch predictor as it is measured everywhere in this folder."""

from __future__ import annotations

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline


def folded_batch() -> BatchPredictor:
    """Return a batch predictor of the shipped model on the folded path."""
    return BatchPredictor(FoldedPipeline.load())
