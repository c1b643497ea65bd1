"""The folded batch predictor as it is measured everywhere in this folder."""

from __future__ import annotations

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline

# Each chunk costs a fixed number of array operations: 512 texts are too few to carry those of the
# folded path, while a job of 1,000 texts should not be much dearer than one of a million. On the
# textbook path both sizes are about as fast.
BATCH_SIZE = 1_024


def folded_batch() -> BatchPredictor:
    """Return a batch predictor of the shipped model on the folded path."""
    return BatchPredictor(FoldedPipeline.load(), batch_size=BATCH_SIZE)
