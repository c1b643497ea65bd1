"""What comes back from a call, and which call a task needs."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercises.exercise import Case, Exercise, Mistake
from lessons_lib.practice.exercises.tasks.calls import sentence, sentences
from lessons_lib.practice.exercises.tasks.models import BATCH_SETUP, BOTH_SETUP


def _some(rng: Random) -> Case:
    return {"texts": sentences(rng, rng.randint(2, 7))}


def _one_or_some(rng: Random) -> Case:
    is_one = rng.random() < 0.5
    return {"given": sentence(rng) if is_one else sentences(rng, rng.randint(2, 5))}


def _job(rng: Random) -> Case:
    return {"texts": sentences(rng, rng.randint(2, 9)), "someone_waits": rng.random() < 0.5}


TYPE_OF_RESULTS = Exercise(
    id="type-of-results",
    title="What comes back from a batch",
    difficulty="medium",
    task="""`texts = ['hello', 'world']` and `results = model.predict(texts)`: what is `results`?

Let Python answer. Set `kind` to the name of its type, `count` to how many predictions it holds,
and `last` to the label of the last text. It has to work for any number of texts.""",
    start="""# model is a BatchPredictor. texts is there already.
results = model.predict(texts)
kind = "Prediction"
count = 1
last = results.label
""",
    gives="last",
    asks="(kind, count, last)",
    asks_in_words="kind, count, last",
    example={"texts": ["hello", "world"]},
    draw=_some,
    edges=({"texts": ["only one"]},),
    hints=(
        "`type(results).__name__` is the name of a type.",
        "`len` counts. The last one of a list is at place `-1`.",
        "Each element is a prediction: it is the element that has a `.label`.",
    ),
    solution="""results = model.predict(texts)
kind = type(results).__name__
count = len(results)
last = results[-1].label
""",
    mistakes=(
        Mistake(
            "results = model.predict(texts)\nkind = 'Prediction'\ncount = 1\nlast = results.label",
            "There is no one prediction for all of them. `results` is a list, one for each text.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = 'dict'\ncount = len(results)\n"
            "last = results[texts[-1]].label",
            "The results are not keyed by text. They stand in a list, in the order of the texts.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = 'list'\ncount = 2\nlast = results[1].label",
            "That is true for two texts only. Let `len` count, and -1 find the last.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = type(results).__name__\ncount = len(results)\n"
            "last = results[0].label",
            "That is the label of the first text. The last one is at place -1.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = type(results)\ncount = len(results)\n"
            "last = results[-1].label",
            "`type(results)` is the type itself. Its name is a text: `type(results).__name__`.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = str(type(results))\ncount = len(results)\n"
            "last = results[-1].label",
            "`str` shows more than the name. Ask for the name: `type(results).__name__`.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = type(results[0]).__name__\n"
            "count = len(results)\nlast = results[-1].label",
            "That is the type of one element. Ask `results` itself what it is.",
        ),
        Mistake(
            "results = model.predict(texts)\nkind = type(results).__name__\n"
            "count = len(results)\nlast = results[-1]",
            "That is the whole last prediction. The task asks for its `.label`.",
        ),
    ),
    setup=BATCH_SETUP,
    counts_passes=True,
)

READ_THE_ERROR = Exercise(
    id="read-the-error",
    title="Do what an error says",
    difficulty="hard",
    task="""`labels(given)` is to answer one text **or** a list of texts. It always returns a list
of labels.

It works for lists. Given one text, it stops with this error, which says what to use instead:

```text
TypeError: BatchPredictor.predict() takes many texts (a list of str), got one str.
For one text use RealTimePredictor.predict(text).
```

Both models are there: `batch` and `realtime`.""",
    start="""def labels(given):
    return [one.label for one in batch.predict(given)]


print(labels(given))
""",
    gives="labels",
    asks="labels(given)",
    example={"given": "How is the weather?"},
    draw=_one_or_some,
    edges=({"given": ["The movie was great", "Terrible sound"]}, {"given": "Terrible sound"}),
    hints=(
        "The last sentence of the error names the other predictor, and how to call it.",
        "`isinstance(given, str)` tells whether it is one text.",
        "One text has one label. Put square brackets around it to return a list.",
    ),
    solution="""def labels(given):
    if isinstance(given, str):
        return [realtime.predict(given).label]
    return [one.label for one in batch.predict(given)]
""",
    mistakes=(
        Mistake(
            "def labels(given):\n    return [one.label for one in batch.predict(list(given))]",
            "`list` of one text is a list of its letters, and each letter gets a label.",
        ),
        Mistake(
            "def labels(given):\n    if isinstance(given, str):\n"
            "        return realtime.predict(given).label\n"
            "    return [one.label for one in batch.predict(given)]",
            "For one text this returns the label alone. Put it into a list.",
        ),
        Mistake(
            "def labels(given):\n    return [realtime.predict(given).label]",
            "Now one text works, but a list does not. Ask first which of the two came.",
        ),
        Mistake(
            "def labels(given):\n    if isinstance(given, str):\n        given = [given]\n"
            "    return [realtime.predict(one).label for one in given]",
            "A list is still a batch: give it to `batch.predict` in one call.",
        ),
    ),
    setup=BOTH_SETUP,
    counts_passes=True,
)

CHOOSE_THE_MODE = Exercise(
    id="choose-the-mode",
    title="Choose the mode for a job",
    difficulty="hard",
    task="""`label_all(texts, someone_waits)` returns the label of each text, in order. Both models
are there: `batch` and `realtime`.

- Somebody waits for each answer: make a real-time call for each text.
- Nobody waits, as with an archive of 10,000 sentences: least total time counts, so make one batch
  call.""",
    start="""def label_all(texts, someone_waits):
    return [realtime.predict(text).label for text in texts]


print(len(label_all(texts, someone_waits)), "labels")
""",
    gives="label_all",
    asks="label_all(texts, someone_waits)",
    example={
        "texts": [f"Sentence {number} was great" for number in range(10_000)],
        "someone_waits": False,
    },
    draw=_job,
    edges=({"texts": ["I love sunny days", "Terrible sound"], "someone_waits": True},),
    hints=(
        "What the start does is right when somebody waits. Ask for that with `if`.",
        "`batch.predict(texts)` returns one prediction for each text. Each has a `.label`.",
    ),
    solution="""def label_all(texts, someone_waits):
    if someone_waits:
        return [realtime.predict(text).label for text in texts]
    return [one.label for one in batch.predict(texts)]
""",
    mistakes=(
        Mistake(
            "def label_all(texts, someone_waits):\n"
            "    return [realtime.predict(text).label for text in texts]",
            "Each answer is quick, but 10,000 passes add up. When nobody waits, share the passes.",
        ),
        Mistake(
            "def label_all(texts, someone_waits):\n"
            "    return [one.label for one in batch.predict(texts)]",
            "When somebody waits for each answer, the first would come with the last. Make "
            "real-time calls for them.",
        ),
        Mistake(
            "def label_all(texts, someone_waits):\n    if not someone_waits:\n"
            "        return [realtime.predict(text).label for text in texts]\n"
            "    return [one.label for one in batch.predict(texts)]",
            "The two modes are swapped. Batch is for when nobody waits.",
        ),
    ),
    setup=BOTH_SETUP,
    counts_passes=True,
)


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
