"""The first exploration of the course: a learner's own text, and the label it gets."""

from __future__ import annotations

from functools import partial

from lessons_lib.classroom.sessions.controls import Text
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.explore.shown import Table
from lessons_lib.pipeline.inference.models import load_folded
from lessons_lib.pipeline.inference.one_text import OneTextPipeline
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.label import LABELS
from lessons_lib.pipeline.text.vocabulary import UNK

NO_WORDS = "Type a few words, and the model will label them."
UNKNOWN = "The model knows none of these words, so “{}” is no better than a blind guess."


def show_first_label(pipeline: OneTextPipeline | None = None) -> Explore:
    """Return a text field that shows the label and the probabilities of what is typed.

    It uses the folded path by default, which does without torch.
    """
    return Explore(
        {"text": Text("Your text", value="The movie was great")},
        partial(first_label, pipeline or load_folded()),
        title="What would the model say?",
        lead="Replace the text with an opinion of your own, and watch the three bars.",
    )


def first_label(pipeline: OneTextPipeline, text: str) -> list[str | Table]:
    """Return a sentence with the label of a text and a table of its probabilities."""
    ids = pipeline.ids_of(text)
    if not ids:
        return [NO_WORDS]
    prediction = RealTimePredictor(pipeline).predict(text)
    label, top = prediction.label, max(prediction.probabilities)
    sentence = f"The model labels this text {label}, with a probability of {top:.3f}."
    if all(number == UNK for number in ids):
        sentence = UNKNOWN.format(label)
    return [sentence, probability_table(prediction)]


def probability_table(prediction: Prediction) -> Table:
    """Return a table of the three probabilities, with bars."""
    shares = prediction.probabilities
    rows = [(str(label), f"{p:.3f}") for label, p in zip(LABELS, shares, strict=True)]
    return Table(("label", "probability"), rows, bars=shares)
