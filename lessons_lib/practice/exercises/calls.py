"""The two calls: many texts together, and one text at once."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import BATCH, REAL_TIME, Case, Exercise, Mistake
from lessons_lib.practice.exercises.sentences import sentence, sentences


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
    setup=BATCH,
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
    setup=REAL_TIME,
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

It fails. The editor holds the same lines, with `text` in place of `'Hello world'`. Run them, read
the error, and mend them.""",
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
    setup=REAL_TIME,
    counts_passes=True,
)
