"""Fresh sentences for the cases of exercises."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercises.exercise import Case, Exercise, Mistake
from lessons_lib.practice.exercises.tasks.models import BATCH_SETUP, REAL_TIME_SETUP

_WHO = ("The film", "My new phone", "This café", "The last chapter", "Our guide", "The soup")
_VERB = ("was", "is", "seemed", "felt")
_HOW = ("wonderful", "terrible", "boring", "delightful", "broken", "lovely", "too loud", "fine")
_END = (".", "!", "?", " today.", ", they said.", " and I told everybody!")


def sentence(rng: Random) -> str:
    """Return one sentence."""
    return f"{rng.choice(_WHO)} {rng.choice(_VERB)} {rng.choice(_HOW)}{rng.choice(_END)}"


def sentences(rng: Random, count: int) -> list[str]:
    """Return so many different sentences: the places are part of them."""
    return [f"{sentence(rng)} ({place})" for place in range(1, count + 1)]


def _three(rng: Random) -> Case:
    first, second, third = sentences(rng, 3)
    return {"text1": first, "text2": second, "text3": third}


def _one(rng: Random) -> Case:
    return {"text": sentence(rng)}


BATCH_CALL = Exercise(
    id="batch-call",
    title="Write a batch call",
    difficulty="easy",
    task="""`model` is a `BatchPredictor`. Three texts lie ready: `text1`, `text2` and `text3`.

Make **one** batch call with all three, in this order. Keep what comes back as `results`.""",
    start="""# model, text1, text2 and text3 are there already.
results = ...
""",
    gives="results",
    asks="results",
    example={
        "text1": "I love sunny days",
        "text2": "The movie was great",
        "text3": "How is the weather?",
    },
    draw=_three,
    hints=(
        "A batch call has the verb `predict`.",
        "It takes **one** argument: a list. Put square brackets around the texts.",
    ),
    solution="""results = model.predict([text1, text2, text3])
""",
    mistakes=(
        Mistake(
            "results = model.predict(text1)",
            "That is one text. A batch call takes a list: square brackets around all three.",
        ),
        Mistake(
            "results = model.predict(text1, text2, text3)",
            "These are three arguments. `predict` takes one: a list that holds the three texts.",
        ),
        Mistake(
            "results = [model.predict([one])[0] for one in (text1, text2, text3)]",
            "The results are right, but they took three calls. Pass all three texts in one list.",
        ),
        Mistake(
            "results = model.predict([text3, text2, text1])",
            "The answers come in the order of the texts. Keep the order that the task asks for.",
        ),
        Mistake(
            "results = model.predict(['text1', 'text2', 'text3'])",
            "With quotes these are three words, not the three names. Leave the quotes out.",
        ),
        Mistake(
            "results = [text1, text2, text3]",
            "These are the texts themselves. Hand the list to model.predict.",
        ),
    ),
    setup=BATCH_SETUP,
    counts_passes=True,
)

REAL_TIME_CALL = Exercise(
    id="real-time-call",
    title="Write a real-time call",
    difficulty="easy",
    task="""Now `model` is a `RealTimePredictor`. One text has just come in, as `text`, and somebody
waits.

Ask the model for its prediction. Keep the prediction as `prediction`, and its label as `label`.""",
    start="""# model and text are there already.
prediction = ...
label = ...
""",
    gives="label",
    asks="(prediction, label)",
    asks_in_words="prediction, label",
    example={"text": "I love sunny days"},
    draw=_one,
    hints=(
        "The verb is the same as in a batch call: `predict`.",
        "A real-time call takes the text itself, without brackets around it.",
        "A prediction has two parts: `.label` and `.probabilities`.",
    ),
    solution="""prediction = model.predict(text)
label = prediction.label
""",
    mistakes=(
        Mistake(
            "prediction = model.predict([text])\nlabel = prediction[0].label",
            "Square brackets make a list. A real-time call takes the one text itself.",
        ),
        Mistake(
            "prediction = model.predict('text')\nlabel = prediction.label",
            "In quotes, that is the word 'text'. Pass the name, without quotes.",
        ),
        Mistake(
            "prediction = model.predict(text)\nlabel = max(prediction.probabilities)",
            "That is the highest probability. The label is the name of its class.",
        ),
        Mistake(
            "prediction = model.predict(text)\nlabel = prediction",
            "The label is a part of the prediction. Ask the prediction for its `.label`.",
        ),
        Mistake(
            "label = model.predict(text).label",
            "Keep the name `prediction`: store what comes back, then ask it for its label.",
        ),
        Mistake(
            "prediction = model.predict(text)\nlabel = model.predict(text).label",
            "One text needs one call. Ask the prediction that you kept for its label.",
        ),
    ),
    setup=REAL_TIME_SETUP,
    counts_passes=True,
)

MEND_THE_CALL = Exercise(
    id="mend-the-call",
    title="Mend a real-time call",
    difficulty="medium",
    task="""Somebody wrote this for a real-time model, which takes one string:

```python
input_text = ['Hello world']
prediction = model.predict(input_text)
```

It fails:

```text
TypeError: RealTimePredictor.predict() takes one text (str), got list of 1.
For many texts use BatchPredictor.predict(texts).
```

The cell holds the same lines, with `text` in place of `'Hello world'`. Read the error, and fix
them.""",
    start="""# model is a RealTimePredictor. text is there already.
input_text = [text]
prediction = model.predict(input_text)
""",
    gives="prediction",
    asks="(input_text, prediction)",
    asks_in_words="input_text, prediction",
    example={"text": "Hello world"},
    draw=_one,
    hints=(
        "Read the end of the error: what kind was wanted, and what kind came?",
        "The second line is fine. Look at what `input_text` is.",
    ),
    solution="""input_text = text
prediction = model.predict(input_text)
""",
    mistakes=(
        Mistake(
            "input_text = [text]\nprediction = model.predict(input_text)",
            "The input is still a list. A real-time call takes one string: no brackets.",
        ),
        Mistake(
            "input_text = str([text])\nprediction = model.predict(input_text)",
            "Now the brackets and quotes are part of the text. Take the list away instead.",
        ),
        Mistake(
            "input_text = [text]\nprediction = model.predict(input_text[0])",
            "The prediction is right. But `input_text` is still a list: mend it where it is made.",
        ),
        Mistake(
            "input_text = [text]\nprediction = model.predict(input_text, batch_size=1)",
            "A batch size is not what is missing. A real-time call takes one string, and no more.",
        ),
        Mistake(
            "prediction = model.predict(text)",
            "Keep the name `input_text`: mend the line that makes it. The other line can stay.",
        ),
        Mistake(
            "input_text = text[0]\nprediction = model.predict(input_text)",
            "`text` is one string, so `text[0]` is its first letter. Take all of it: no brackets.",
        ),
        Mistake(
            "input_text = 'text'\nprediction = model.predict(input_text)",
            "In quotes, that is the word 'text'. Use the name, without quotes.",
        ),
        Mistake(
            "input_text = 'Hello world'\nprediction = model.predict(input_text)",
            "That works for this one text. Use the name `text`: it holds what comes in.",
        ),
        Mistake(
            "input_text = text\nprediction = model.predict(input_text).label",
            "The input is mended. Now keep the whole prediction, not its label alone.",
        ),
    ),
    setup=REAL_TIME_SETUP,
    counts_passes=True,
)


def _latencies(rng: Random) -> Case:
    count = rng.randint(3, 250)
    return {"latencies_ms": [round(rng.lognormvariate(1, 1), 2) for _ in range(count)]}


def _queue(rng: Random) -> Case:
    return {
        "waiting": rng.randint(0, 10),
        "oldest_waited_ms": rng.choice((0, 2, 4, 5, 6, 9)),
        "max_batch_size": rng.choice((4, 8)),
        "timeout_ms": 5,
    }


PERCENTILES = Exercise(
    id="p50-and-p99",
    title="Tell latency by p50 and p99",
    difficulty="hard",
    task="""Finish `p50_p99(latencies_ms)`. It returns the two percentiles as a pair.

The rule: sort the latencies. Of *n* of them, the 50th percentile stands at place *n* × 50 / 100,
rounded up, counted from one. For the 99th it is 99 in place of 50. (NumPy, which the notebooks
use, also goes between two places. On long lists the two rules hardly differ.)""",
    start="""def p50_p99(latencies_ms):
    mean = sum(latencies_ms) / len(latencies_ms)
    return mean, max(latencies_ms)


print(p50_p99(latencies_ms))
""",
    gives="p50_p99",
    asks="p50_p99(latencies_ms)",
    example={"latencies_ms": [3, 2, 90, 4, 2]},
    draw=_latencies,
    edges=(
        {"latencies_ms": [7]},
        {"latencies_ms": [float(one) for one in range(200, 0, -1)]},
        {"latencies_ms": [1.5, 9.5]},
    ),
    hints=(
        "`sorted(latencies_ms)` leaves the list as it is, and returns a sorted one.",
        "Python counts places from zero: take one off.",
        "`-(-n * 50 // 100)` rounds up in whole numbers. So does `math.ceil(n * 50 / 100)`.",
    ),
    solution="""def p50_p99(latencies_ms):
    ordered = sorted(latencies_ms)
    n = len(ordered)
    return ordered[-(-n * 50 // 100) - 1], ordered[-(-n * 99 // 100) - 1]
""",
    mistakes=(
        Mistake(
            "def p50_p99(latencies_ms):\n"
            "    return sum(latencies_ms) / len(latencies_ms), max(latencies_ms)",
            "One slow answer pulls the mean up, and the slowest is the p99 of short lists only. "
            "Sort, then count.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    n = len(latencies_ms)\n"
            "    return latencies_ms[-(-n * 50 // 100) - 1], latencies_ms[-(-n * 99 // 100) - 1]",
            "The places are right, but the latencies stand in the order they came. Sort first.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    ordered = sorted(latencies_ms)\n    n = len(ordered)\n"
            "    return ordered[n * 50 // 100], ordered[n * 99 // 100]",
            "Round up, then take one off: the rule counts from one, and Python from zero.",
        ),
        Mistake(
            "def p50_p99(latencies_ms):\n    ordered = sorted(latencies_ms)\n    n = len(ordered)\n"
            "    return ordered[-(-n * 50 // 100) - 1], ordered[-1]",
            "p50 is right. But from 100 latencies on, one in a hundred may be slower than the p99.",
        ),
    ),
)

START_THE_BATCH = Exercise(
    id="start-the-batch",
    title="Decide when a batch starts",
    difficulty="medium",
    task="""In micro-batching, requests wait a moment for company. The model is free. Finish
`starts(...)`: does a batch start now?

It starts when `max_batch_size` requests wait, or more. It also starts when the oldest has waited
for `timeout_ms`, or longer. With nobody waiting, it never starts. Return `True` or `False`.""",
    start="""def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):
    return waiting == max_batch_size


print(starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms))
""",
    gives="starts",
    asks="starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms)",
    example={"waiting": 3, "oldest_waited_ms": 6, "max_batch_size": 8, "timeout_ms": 5},
    draw=_queue,
    edges=(
        {"waiting": 8, "oldest_waited_ms": 0, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 9, "oldest_waited_ms": 1, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 1, "oldest_waited_ms": 5, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 7, "oldest_waited_ms": 4, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 0, "oldest_waited_ms": 9, "max_batch_size": 8, "timeout_ms": 5},
        {"waiting": 0, "oldest_waited_ms": 0, "max_batch_size": 8, "timeout_ms": 0},
    ),
    hints=(
        "There are two reasons to start. One of them is enough: `or`.",
        "“Or more” and “or longer” are `>=`.",
        "Put the empty queue first: `if waiting == 0: return False`.",
    ),
    solution="""def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):
    if waiting == 0:
        return False
    return waiting >= max_batch_size or oldest_waited_ms >= timeout_ms
""",
    mistakes=(
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting == max_batch_size",
            "A full batch is one reason. The other is a request that has waited long enough.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting >= max_batch_size and oldest_waited_ms >= timeout_ms",
            "With `and`, a quiet hour would never end: nobody fills the batch. One reason does.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting >= max_batch_size or oldest_waited_ms >= timeout_ms",
            "Nearly. With nobody waiting there is nothing to start.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    if waiting == 0:\n        return False\n"
            "    return waiting > max_batch_size or oldest_waited_ms > timeout_ms",
            "Exactly full is full, and exactly at the timeout is time: use >=.",
        ),
        Mistake(
            "def starts(waiting, oldest_waited_ms, max_batch_size, timeout_ms):\n"
            "    return waiting and (waiting >= max_batch_size or oldest_waited_ms >= timeout_ms)",
            "With 0 in front, `and` gives 0, not False. Write `waiting > 0`, or put `bool(...)` "
            "around it all.",
        ),
    ),
)
