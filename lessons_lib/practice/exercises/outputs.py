"""The last stage by hand: logits become probabilities, and these a label."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import Case, Exercise, Mistake


def _logits(rng: Random) -> Case:
    return {"logits": [round(rng.uniform(-4, 4), 2) for _ in range(3)]}


def _probabilities(rng: Random) -> Case:
    cuts = sorted(rng.sample(range(1, 100), 2))
    parts = (cuts[0], cuts[1] - cuts[0], 100 - cuts[1])
    return {"probabilities": [one / 100 for one in parts]}


SOFTMAX = Exercise(
    id="softmax",
    title="From logits to probabilities",
    difficulty="hard",
    task="""Finish `softmax(logits)`: raise *e* to each logit, then divide each by their sum. The
probabilities sum to one.

Take the highest logit off each of them first. The result is the same, and large logits no longer
overflow.""",
    start="""from math import exp


def softmax(logits):
    powers = [exp(one) for one in logits]
    return powers


print(softmax(logits))
""",
    gives="softmax",
    asks="softmax(logits)",
    example={"logits": [0.2, 1.9, -0.4]},
    draw=_logits,
    edges=({"logits": [1000.0, 999.0, 0.0]}, {"logits": [-900.0, -901.0, -902.0]}),
    hints=(
        "`sum(powers)` is what each power is divided by.",
        "`max(logits)` is the highest. Take it off inside of `exp`.",
    ),
    solution="""from math import exp


def softmax(logits):
    highest = max(logits)
    powers = [exp(one - highest) for one in logits]
    return [one / sum(powers) for one in powers]
""",
    mistakes=(
        Mistake(
            "from math import exp\ndef softmax(logits):\n    return [exp(one) for one in logits]",
            "These do not sum to one yet. Divide each by their sum.",
        ),
        Mistake(
            "from math import exp\ndef softmax(logits):\n"
            "    powers = [exp(one) for one in logits]\n"
            "    return [one / sum(powers) for one in powers]",
            "Small logits are right. Large ones overflow: take the highest off each of them first.",
        ),
        Mistake(
            "def softmax(logits):\n    return [one / sum(logits) for one in logits]",
            "Logits may be negative. Raise e to each of them before you divide.",
        ),
        Mistake(
            "from math import exp\ndef softmax(logits):\n    highest = max(logits)\n"
            "    return [exp(one - highest) for one in logits]",
            "No overflow any more. Now divide each by their sum.",
        ),
    ),
)

LABEL_OF = Exercise(
    id="label-of",
    title="From probabilities to a label",
    difficulty="easy",
    task="""The classes stand in this order: `negative`, `neutral`, `positive`.

Finish `label_of(probabilities)`. It returns the name of the class with the highest probability. In
a tie, the first one.""",
    start="""LABELS = ["negative", "neutral", "positive"]


def label_of(probabilities):
    return max(probabilities)


print(label_of(probabilities))
""",
    gives="label_of",
    asks="label_of(probabilities)",
    example={"probabilities": [0.1, 0.2, 0.7]},
    draw=_probabilities,
    edges=(
        {"probabilities": [0.4, 0.4, 0.2]},
        {"probabilities": [0.2, 0.4, 0.4]},
        {"probabilities": [0.4, 0.2, 0.4]},
        {"probabilities": [0.8, 0.1, 0.1]},
        {"probabilities": [0.36, 0.33, 0.31]},
    ),
    hints=(
        "`max(probabilities)` is a number. You want the place where it stands.",
        "`probabilities.index(number)` is the first place of a number.",
    ),
    solution="""LABELS = ["negative", "neutral", "positive"]


def label_of(probabilities):
    return LABELS[probabilities.index(max(probabilities))]
""",
    mistakes=(
        Mistake(
            "def label_of(probabilities):\n    return max(probabilities)",
            "That is the highest probability itself. Find its place, then the name at that place.",
        ),
        Mistake(
            "def label_of(probabilities):\n    return probabilities.index(max(probabilities))",
            "That is the place of the class. Return the name at that place.",
        ),
        Mistake(
            "def label_of(probabilities):\n"
            "    names = ['positive', 'neutral', 'negative']\n"
            "    return names[probabilities.index(max(probabilities))]",
            "The order is turned round. The first class is negative.",
        ),
        Mistake(
            "def label_of(probabilities):\n"
            "    pairs = zip(probabilities, ['negative', 'neutral', 'positive'])\n"
            "    return max(pairs)[1]",
            "In a tie this compares the names. The first class should win.",
        ),
        Mistake(
            "def label_of(probabilities):\n"
            "    if probabilities[2] > 0.5:\n        return 'positive'\n"
            "    return 'negative' if probabilities[0] > 0.5 else 'neutral'",
            "The highest may be below one half. Compare the three with each other.",
        ),
    ),
)
