"""Explorations of a learner's own texts: a label, two models, and which word changes a label.

The mean and the head are linear, so each word's contribution to the difference of two scores is
exact. So is its change from one text to the other, whether the word was added, removed, or has a
different weight because the number of words changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lessons_lib.classroom.sessions.controls import Text
from lessons_lib.classroom.sessions.page import shown
from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, Explore, ShownPart, Table
from lessons_lib.formats import counted
from lessons_lib.lesson.explorations.stages import token_chips
from lessons_lib.lesson.views.trace import SAME, names_in_words
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import (
    Pipeline,
    Prediction,
    PredictionTrace,
    load_folded,
    load_model,
    load_textbook,
)
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import uncut_tokens
from lessons_lib.pipeline.text.vocabulary import UNK

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.realtime import LightPipeline, OneTextPipeline
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline

SMALL_MODEL, LARGE_MODEL = "small model", "transformer"
NO_WORDS = "Type a few words, and the model will label them."
UNKNOWN = "The model knows none of these words, so “{}” is no better than a blind guess."
FIRST, SECOND = "not good", "not bad"
OTHER_TEXTS = ("What a waste of time", "How is the weather?")
MOST_WORDS = 10
TEXT_COLUMNS = ("first", "second", "change")
NOTE = (
    "A word with an outline is only in that text. A word contributes its own scores "
    "divided by the number of words in the text, so each word counts less in a longer text."
)


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


def show_two_calls(pipeline: Pipeline | None = None) -> Explore:
    """Return a text field whose text goes through a real-time call and through a batch call."""
    return Explore(
        {"text": Text("Your text", "The movie was great")},
        partial(two_calls, pipeline or load_folded()),
        title="One model, two calls",
        lead="Replace the text with your own. The batch has two more texts.",
    )


def two_calls(pipeline: Pipeline, text: str) -> list[ShownPart]:
    """Return both calls with their results, and what the real-time call does with a list."""
    if not text.strip():
        return [NO_WORDS]
    realtime, texts = RealTimePredictor(pipeline), [text, *OTHER_TEXTS]
    one, many = realtime.predict(text), BatchPredictor(pipeline).predict(texts)
    try:
        realtime.predict(texts)  # type: ignore[arg-type]
    except TypeError as error:
        refused = str(error)
    rows = [
        ("real-time", f"model.predict({shown(text, length=40)!r})", _short(one)),
        ("batch", f"model.predict({_listed(texts)})", ", ".join(map(_short, many))),
    ]
    same = "also" if many[0].label == one.label else "not"
    return [
        Table(("mode", "call", "result"), rows),
        f"A string gives one prediction. A list gives a list, one prediction per text in the same "
        f"order; your text is {same} {one.label} there.",
        f"Passing the list to the real-time call is an error: {refused}",
    ]


def _short(prediction: Prediction) -> str:
    return f"{prediction.label} {max(prediction.probabilities):.2f}"


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(repr(shown(text, length=24)) for text in texts)}]"


def probability_table(prediction: Prediction) -> Table:
    """Return a table of the three probabilities, with bars."""
    shares = prediction.probabilities
    rows = [(str(label), f"{p:.3f}") for label, p in zip(LABELS, shares, strict=True)]
    return Table(("label", "probability"), rows, bars=shares)


def show_two_models() -> Explore:
    """Return a text field whose text is labeled by the small model and by the transformer."""
    from lessons_lib.extras import ExtraMissingError
    from lessons_lib.pipeline.model.transformer_files import TransformerMissingError

    models: dict[str, Pipeline] = {SMALL_MODEL: load_folded()}
    note = ""
    try:
        models[LARGE_MODEL] = load_model("transformer")
    except (ExtraMissingError, TransformerMissingError):
        note = "The transformer is not on this machine, so only the small model answers."
    return Explore(
        {"text": Text("Your text", "not bad at all")},
        partial(two_labels, models),
        title="One text, two models",
        lead="Find a text on which they disagree. Try irony, “not”, and rare words.",
        note=note,
    )


def two_labels(models: Mapping[str, Pipeline], text: str) -> list[ShownPart]:
    """Return a sentence with each model's label, and a table of their probabilities."""
    if not text.strip():
        return [NO_WORDS]
    predictions = {name: RealTimePredictor(one).predict(text) for name, one in models.items()}
    labels = [f"the {name} says {one.label}" for name, one in predictions.items()]
    shares = zip(*(one.probabilities for one in predictions.values()), strict=True)
    rows = [(str(one), *(f"{p:.3f}" for p in row)) for one, row in zip(LABELS, shares, strict=True)]
    sentence = ", and ".join(labels)
    return [f"{sentence[0].upper()}{sentence[1:]}.", Table(("label", *predictions), rows)]


def show_text_pair(
    pipeline: SentimentPipeline | LightPipeline | None = None,
    first: str = FIRST,
    second: str = SECOND,
) -> Explore:
    """Return an exploration of two texts that shows how each word changes the prediction."""
    trace = (pipeline or load_textbook()).trace
    return Explore(
        {"first": Text("First text", first), "second": Text("Second text", second)},
        partial(pair_parts, trace),
        title="Two texts, side by side",
        lead="Change a word in either text and see which word changes the prediction. What if you "
        "add “not”, repeat a word, or reverse the order?",
        note=NOTE,
    )


def pair_parts(trace: Callable[[str], PredictionTrace], first: str, second: str) -> list[ShownPart]:
    """Return what changed the prediction between two texts, their tokens, and each word's share."""
    one, other = traces = trace(first), trace(second)
    lead = lead_to_compare(one, other)
    moves = word_moves(traces, lead)
    return [
        change_explanation(one, other, moves, lead),
        _chips("First", first, one, other),
        _chips("Second", second, other, one),
        _probabilities(one, other),
        *([_contributions(traces, moves, lead)] if moves else []),
    ]


@dataclass(frozen=True, slots=True)
class Lead:
    """The difference of two scores: that of the class `ahead` minus that of `behind`."""

    ahead: Label
    behind: Label

    def of(self, scores: Sequence[float]) -> float:
        """Return the lead in one row of scores."""
        return scores[self.ahead.number] - scores[self.behind.number]


def lead_to_compare(first: PredictionTrace, second: PredictionTrace) -> Lead:
    """Return the lead of the second label over the first, or of their label over its rival."""
    before, after = first.prediction.label, second.prediction.label
    if before is not after:
        return Lead(after, before)
    rivals = [Lead(after, label) for label in LABELS if label is not after]
    both = first.logits.tolist(), second.logits.tolist()
    return min(rivals, key=lambda lead: min(map(lead.of, both)))


@dataclass(frozen=True, slots=True)
class WordMove:
    """A word: its count in each text, and its contribution to the lead."""

    word: str
    times: tuple[int, int]
    parts: tuple[float, float]

    @property
    def moved(self) -> float:
        """How far it moved the lead from the first text to the second."""
        return self.parts[1] - self.parts[0]

    @property
    def change(self) -> str:
        """How the word changed: "adding ", "removing ", or empty."""
        return "" if all(self.times) else "adding " if self.times[1] else "removing "


def word_moves(traces: Sequence[PredictionTrace], lead: Lead) -> list[WordMove]:
    """Return each distinct word, sorted by how far it moved the lead, largest first."""
    times = [Counter(trace.tokens) for trace in traces]
    words = dict.fromkeys((*traces[1].tokens, *traces[0].tokens))
    parts = [dict.fromkeys(words, 0.0) for _ in traces]
    for trace, part in zip(traces, parts, strict=True):
        for token, share in zip(trace.tokens, trace.shares.tolist(), strict=True):
            part[token] += lead.of(share)
    moves = [
        WordMove(word, (times[0][word], times[1][word]), (parts[0][word], parts[1][word]))
        for word in words
    ]
    return sorted(moves, key=lambda one: -abs(round(one.moved, 6)))


def change_explanation(
    first: PredictionTrace, second: PredictionTrace, moves: Sequence[WordMove], lead: Lead
) -> str:
    """Describe whether the label changed, and which word moved its lead most."""
    before, after = first.prediction.label, second.prediction.label
    if not moves:
        return f"Neither text has any tokens left, so the bias alone decides both: {after}."
    if first.tokens == second.tokens:
        return "Both texts have the same tokens, so they get the same prediction."
    if sorted(first.tokens) == sorted(second.tokens):
        return (
            "Both texts have the same words in a different order. The model averages the words, "
            "and an average does not depend on their order, so the prediction is the same."
        )
    change = f"changes from {before} to {after}" if before is not after else f"stays {after}"
    most = moves[0]
    if abs(most.moved) <= SAME:
        return f"The label {change}: every word contributes the same to both texts."
    alike = [
        one for one in moves if abs(one.moved - most.moved) <= SAME and one.change == most.change
    ]
    names = names_in_words([shown(one.word) for one in alike])
    each = " each" if len(alike) > 1 else ""
    effect = f"{abs(most.moved):.2f}{each} toward {lead.ahead if most.moved > 0 else lead.behind}"
    return f"The label {change}. The largest effect comes from {most.change}{names}: {effect}."


def only_here(tokens: Iterable[str], other: Iterable[str]) -> list[bool]:
    """Return whether each token is missing from the other text; repeats are matched one by one."""
    left = Counter(other)
    lacking = []
    for token in tokens:
        lacking.append(left[token] == 0)
        left[token] -= not lacking[-1]
    return lacking


def _chips(name: str, text: str, trace: PredictionTrace, other: PredictionTrace) -> Chips:
    """Return the tokens of a text, marked if they are cut off, unknown, or only in this text."""
    chips = token_chips([shown(token) for token in uncut_tokens(text)], trace.ids.tolist())
    for place, is_only in enumerate(only_here(trace.tokens, other.tokens)):
        if is_only:
            chip = chips[place]
            mark = f"only here, {chip.mark}" if chip.mark else "only here"
            chips[place] = Chip(chip.text, mark, chip.look or "outlined")
    return Chips(f"{name}: {trace.prediction.label}", chips)


def _probabilities(first: PredictionTrace, second: PredictionTrace) -> Table:
    before, after = first.prediction.probabilities, second.prediction.probabilities
    changes = [new - old for old, new in zip(before, after, strict=True)]
    rows = [
        (str(label), f"{old:.3f}", f"{new:.3f}", _signed(change))
        for label, old, new, change in zip(LABELS, before, after, changes, strict=True)
    ]
    return Table(("probability", *TEXT_COLUMNS), rows, bars=changes)


def _contributions(
    traces: Sequence[PredictionTrace], moves: Sequence[WordMove], lead: Lead
) -> Table:
    """Return the contributions of the words that moved the lead most, and of the rest together."""
    bias = lead.of(traces[0].bias.tolist())
    before, after = (lead.of(trace.logits.tolist()) for trace in traces)
    most, rest = moves[:MOST_WORDS], moves[MOST_WORDS:]
    rows = [(_named(one), *one.parts) for one in most]
    if rest:
        first, second = (sum(one.parts[side] for one in rest) for side in (0, 1))
        rows.append((counted(len(rest), "more word"), first, second))
    rows += [("start (bias)", bias, bias), ("sum: the lead", before, after)]
    steps = [new - old for _, old, new in rows]
    largest = max(*map(abs, steps), SAME)
    return Table(
        ("word", *TEXT_COLUMNS),
        [(name, *map(_signed, (old, new, new - old))) for name, old, new in rows],
        f"What each word adds to the lead of {lead.ahead} over {lead.behind}, rounded",
        bars=[step / largest for step in steps],
    )


def _named(move: WordMove) -> str:
    """Name a word, and how often it occurs if that differs between the texts."""
    first, second = move.times
    if first == second:
        return shown(move.word)
    note = f"{first} × → {second} ×" if first and second else "added" if second else "removed"
    return f"{shown(move.word)} ({note})"


def _signed(figure: float) -> str:
    rounded = round(figure, 3)
    return f"{rounded:+.3f}".replace("-", "−") if rounded else "0.000"
