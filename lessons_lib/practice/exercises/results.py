"""What comes back from a call, and which call a task needs."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import BATCH, BOTH, Case, Exercise, Mistake
from lessons_lib.practice.exercises.sentences import sentence, sentences


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
    setup=BATCH,
    counts_passes=True,
)

READ_THE_ERROR = Exercise(
    id="read-the-error",
    title="Do what an error says",
    difficulty="hard",
    task="""`labels(given)` is to answer one text **or** a list of texts. It always returns a list
of labels.

It works for lists. Given one text, it stops with an error. The error says what to use instead.
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
    setup=BOTH,
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
    setup=BOTH,
    counts_passes=True,
)
