"""The six stages of the pipeline, as the stage map draws them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One box of the pipeline: the shapes that go in and come out, and the notebook about it."""

    slug: str
    title: str
    does: str
    shape_in: str
    shape_out: str
    lesson: str


STAGES = (
    Stage(
        "text",
        "Input text data",
        "raw texts are collected",
        "10000 texts × variable length",
        "10000 texts × variable length",
        "02_raw_text",
    ),
    Stage(
        "preprocessing",
        "Text preprocessing",
        "lowercase, remove punctuation, split words",
        "10000 texts × variable length",
        "10000 texts × 20 tokens (max)",
        "03_preprocessing",
    ),
    Stage(
        "embedding",
        "Feature extraction",
        "tokens become numeric vectors by word embeddings",
        "10000 × 20 tokens",
        "10000 × 20 tokens × 50 features",
        "04_embeddings",
    ),
    Stage(
        "batch",
        "Model inference (batch)",
        "the model runs on all texts at once",
        "10000 × 20 × 50",
        "10000 × 3 classes",
        "06_batch_inference",
    ),
    Stage(
        "realtime",
        "Model inference (real-time)",
        "the model runs on one text immediately",
        "1 × 20 × 50",
        "1 × 3 classes",
        "07_realtime_inference",
    ),
    Stage(
        "output",
        "Output predictions",
        "the most probable class is the label",
        "batch or single × 3 classes",
        "batch or single × 1 label",
        "08_probabilities_to_labels",
    ),
)
