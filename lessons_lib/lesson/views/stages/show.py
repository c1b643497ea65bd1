"""The stage map with examples from the pipeline; apart, so that the map alone needs no numpy."""

from __future__ import annotations

from lessons_lib.lesson.views.stages.map import StageMap
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.preprocess import preprocess


def show_stages(here: str | None = None, *, is_large: bool = False) -> StageMap:
    """Return a map of the six stages, with examples that the pipeline computes now.

    Parameters
    ----------
    here, is_large : str, bool
        See `StageMap`.
    """
    return StageMap(here, examples=_examples(), is_large=is_large)


def _examples() -> dict[str, str]:
    """Return what leaves each stage for three short texts."""
    texts = ["I love sunny days", "The movie was great", "How is the weather?"]
    tokens = preprocess(texts[0])
    shipped = load_checkpoint()
    vector = shipped.embedding[shipped.vocabulary.id_of(tokens[1])]  # (50,)
    rows = [list(one) for one in FoldedPipeline.load().probabilities(texts).tolist()]  # (3, 3)
    row = "[" + ", ".join(f"{p:.3f}" for p in rows[0]) + "]"
    return {
        "text": f"“{texts[0]}”",
        "preprocessing": str(tokens),
        "embedding": f"{tokens[1]}: [{vector[0]:.2f}, {vector[1]:.2f}, …]".replace("-", "−"),
        "batch": f"[{row}, …]",
        "realtime": row,
        "output": str(LABELS[rows[0].index(max(rows[0]))]),
    }
