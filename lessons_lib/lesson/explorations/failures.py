"""Where the model fails: how often by kind of text, and five ways for a learner to fool it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.kinds import Done, event_of, payloads
from lessons_lib.classroom.sessions.controls import Choice, Text
from lessons_lib.classroom.widgets.explore.explore import Chips, Explore, Table
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.formats import counted, percent
from lessons_lib.lesson.explorations.stages import token_chips
from lessons_lib.pipeline.inference.prediction import Prediction, load_folded
from lessons_lib.pipeline.inference.realtime import OneTextPipeline, RealTimePredictor
from lessons_lib.pipeline.text.label import LABELS, Label
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess, uncut_tokens

if TYPE_CHECKING:
    from lessons_lib.pipeline.inference.textbook import SentimentPipeline
    from lessons_lib.pipeline.text.corpus import Corpus, LabelledText

# Tokens have no apostrophe: don't is dont.
_NEGATIONS = """
    not no never none nothing nobody nowhere neither nor without cannot cant couldnt dont doesnt
    didnt isnt arent wasnt werent wont wouldnt shouldnt hasnt havent hadnt aint
"""
_PRAISE = """
    amazing awesome beautiful best brilliant excellent fantastic good great love loved nice perfect
    thanks wonderful
"""
NEGATIONS, PRAISE = frozenset(_NEGATIONS.split()), frozenset(_PRAISE.split())
HOME_TEXTS, HOME_SHARE = 20, 0.9
SURE = 0.9
ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class FailureShare:
    """How many texts are of a kind, and the shares of correct labels in them and in all others."""

    kind: str
    texts: int
    correct: float
    others: float


@dataclass(frozen=True, slots=True)
class FailureShares:
    """The shares of all kinds of texts that are hard for the model."""

    rows: tuple[FailureShare, ...]

    @property
    def hardest(self) -> str:
        """The kind with the smallest share of correct labels."""
        return min((one for one in self.rows if one.texts), key=lambda one: one.correct).kind

    @property
    def table(self) -> Table:
        """A table of the kinds."""
        rows = [
            (one.kind, f"{one.texts:,}", _share(one.correct), _share(one.others))
            for one in self.rows
        ]
        return Table(("kind of text", "texts", "correct", "correct among others"), rows)


def _share(share: float) -> str:
    return "–" if math.isnan(share) else percent(share)


def failure_shares(corpus: Corpus, pipeline: SentimentPipeline) -> FailureShares:
    """Return the share of correct labels on the test split, for each kind of hard text.

    Raises
    ------
    ValueError
        If the test split is empty.
    """
    if not corpus.test:
        raise ValueError("failure_shares() needs a corpus with test texts, got none.")
    numbers = pipeline.probabilities([one.text for one in corpus.test]).argmax(axis=1)
    right = [number == one.label.number for number, one in zip(numbers, corpus.test, strict=True)]
    homes = homes_of_words(corpus.train)
    members = [_kinds(one, homes, pipeline.vocabulary) for one in corpus.test]
    rows = []
    for kind in members[0]:
        inside = [one for one, kinds in zip(right, members, strict=True) if kinds[kind]]
        outside = [one for one, kinds in zip(right, members, strict=True) if not kinds[kind]]
        rows.append(FailureShare(kind, len(inside), _mean(inside), _mean(outside)))
    return FailureShares(tuple(rows))


def _mean(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else math.nan


def homes_of_words(texts: Iterable[LabelledText]) -> dict[str, str]:
    """Return the source of each word that nearly all its texts come from, if there is one."""
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in texts:
        for word in set(preprocess(one.text)):
            uses[word][one.source] += 1
    homes = {word: counts.most_common(1)[0] for word, counts in uses.items()}
    return {
        word: source
        for word, (source, most) in homes.items()
        if uses[word].total() >= HOME_TEXTS and most >= HOME_SHARE * uses[word].total()
    }


def _kinds(one: LabelledText, homes: Mapping[str, str], known: Container[str]) -> dict[str, bool]:
    """Return whether a text belongs to each kind that is hard for the model."""
    tokens = preprocess(one.text)
    is_negative = one.label is Label.NEGATIVE
    return {
        "a negation word": not NEGATIONS.isdisjoint(tokens),
        "words of praise, rated negative": is_negative and not PRAISE.isdisjoint(tokens),
        "more than twenty words": len(uncut_tokens(one.text)) > MAX_TOKENS,
        "a word from another kind of text": any(
            homes.get(token, one.source) != one.source for token in tokens
        ),
        "an unknown word": any(token not in known for token in tokens),
        "rated neutral": one.label is Label.NEUTRAL,
    }


@dataclass(frozen=True, slots=True)
class Attempt:
    """A text that may fool the model: all its tokens, what it means, and the prediction."""

    tokens: Sequence[str]
    meaning: Label
    prediction: Prediction
    predict: Callable[[str], Prediction]

    @property
    def is_wrong(self) -> bool:
        """Whether the model's label is not what the text means."""
        return self.prediction.label is not self.meaning


@dataclass(frozen=True, slots=True)
class Target:
    """A way to fool the model; `activity` is recorded when a learner first succeeds."""

    activity: str
    name: str
    task: str
    why: str
    is_hit: Callable[[Attempt], bool]


def _is_negation(one: Attempt) -> bool:
    return one.is_wrong and not NEGATIONS.isdisjoint(one.tokens[:MAX_TOKENS])


def _is_irony(one: Attempt) -> bool:
    has_praise = not PRAISE.isdisjoint(one.tokens[:MAX_TOKENS])
    is_taken_in = one.prediction.label is Label.POSITIVE
    return has_praise and is_taken_in and one.meaning is Label.NEGATIVE


def _is_late(one: Attempt) -> bool:
    rest = " ".join(one.tokens[MAX_TOKENS:])
    return bool(rest) and one.is_wrong and one.predict(rest).label is one.meaning


def _is_plain(one: Attempt) -> bool:
    is_sure = max(one.prediction.probabilities) >= SURE
    return one.meaning is Label.NEUTRAL and one.is_wrong and is_sure


def _is_swapped(one: Attempt) -> bool:
    other = {"movie": "film", "film": "movie"}
    swapped = " ".join(other.get(token, token) for token in one.tokens)
    return one.predict(swapped).label is not one.prediction.label


TARGETS = (
    Target(
        "fooled-negation",
        "Negation",
        "A word such as not, no, or never, and a wrong label.",
        "In a mean, a negation can't refer to another word.",
        _is_negation,
    ),
    Target(
        "fooled-irony",
        "Irony",
        "Words of praise that you mean negatively, labeled positive.",
        "The words are words of praise, and words are all that the model sees.",
        _is_irony,
    ),
    Target(
        "fooled-ending",
        "Late turn",
        f"What you mean comes after the first {MAX_TOKENS} words, and the label is wrong.",
        "What was cut off isn't part of the mean.",
        _is_late,
    ),
    Target(
        "fooled-fact",
        "Plain fact",
        f"A neutral text that gets another label with a probability of at least {SURE:.2f}.",
        "Each word carries the leaning of the texts that it came from in training.",
        _is_plain,
    ),
    Target(
        "fooled-swap",
        "Movie or film",
        "A text with one of these words that would get another label with the other one.",
        "The two words mean the same, but they came with different ratings in training.",
        _is_swapped,
    ),
)


class Game:
    """Judges a learner's texts, and keeps the targets reached in the record, but no text.

    Parameters
    ----------
    pipeline : OneTextPipeline
        The model to fool.
    log : EventLog, optional
        Holds the targets reached earlier; the session's record if not given.
    """

    def __init__(self, pipeline: OneTextPipeline, log: EventLog | None = None) -> None:
        self._pipeline = pipeline
        self._predict = RealTimePredictor(pipeline).predict
        self._record = learner_record(log)

    @property
    def reached(self) -> set[str]:
        """The activities of all targets reached so far."""
        return {event.subject for event, _ in payloads(self._record.events, Done)}

    def judge(self, meaning: str, text: str) -> list[str | Chips | Table]:
        """Return what the model says about a text, its tokens, and the score."""
        attempt = Attempt(uncut_tokens(text), Label(meaning), self._predict(text), self._predict)
        said = f"The model says {attempt.prediction.label}"
        sentence = f"{said} ({max(attempt.prediction.probabilities):.2f})"
        if not attempt.tokens:
            sentence = "Write a few words."
        elif not text.rstrip().endswith(ENDS):
            sentence += " so far. End your text with . ! or ?, and it counts."
        else:
            sentence += f"; you mean {meaning}. {self._verdict(attempt)}"
        return [sentence, self._seen(attempt.tokens, text), self._table()]

    def _verdict(self, attempt: Attempt) -> str:
        """Record the targets that a text reaches for the first time, and describe the result."""
        hits = [one for one in TARGETS if one.is_hit(attempt)]
        new = [one for one in hits if one.activity not in self.reached]
        for one in new:
            self._record.append(event_of(one.activity, Done()))
        if hits:
            names = " and ".join(one.name for one in hits)
            again = "" if new else " again"
            return f"Target reached{again}: {names}. {(new or hits)[0].why}"
        return "It's fooled, but not in one of these ways." if attempt.is_wrong else "Not fooled."

    def _seen(self, tokens: Sequence[str], text: str) -> Chips:
        return Chips("Your words", token_chips(tokens, self._pipeline.ids_of(text)))

    def _table(self) -> Table:
        reached = self.reached
        rows = [
            (one.name, one.task, "✓ reached" if one.activity in reached else "open")
            for one in TARGETS
        ]
        score = sum(one.activity in reached for one in TARGETS)
        caption = f"Your score: {score} of {counted(len(TARGETS), 'target')}"
        if score == len(TARGETS):
            caption += ". You have fooled it in every way!"
        return Table(("Target", "How to reach it", "Status"), rows, caption=caption)


def show_fool_the_model(
    pipeline: OneTextPipeline | None = None, *, log: EventLog | None = None
) -> Explore:
    """Return a game in which the learner writes texts that the model labels incorrectly."""
    return Explore(
        {
            "meaning": Choice("What your text means", LABELS, Label.POSITIVE),
            "text": Text("Your text", value="The movie was great."),
        },
        Game(pipeline or load_folded(), log).judge,
        title="Fool the model",
        lead="Choose what you mean, and then write a text that reaches one of the five targets.",
        note="Only the targets that you reach are recorded, never what you write.",
    )
