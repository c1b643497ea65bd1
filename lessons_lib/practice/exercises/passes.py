"""Batches by hand: a list is cut into chunks, and each is one pass."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import Case, Exercise, Mistake
from lessons_lib.practice.exercises.sentences import sentences


def _archive(rng: Random) -> Case:
    return {"texts": sentences(rng, rng.randint(1, 9)), "batch_size": rng.randint(1, 5)}


def _sizes(rng: Random) -> Case:
    return {"n_texts": rng.randint(1, 20_000), "batch_size": rng.randint(2, 600)}


CUT_INTO_BATCHES = Exercise(
    id="cut-into-batches",
    title="Cut a list into batches",
    difficulty="medium",
    task="""Finish `batches(texts, batch_size)`. It returns a list of lists: each holds
`batch_size` texts in their order, and the last one holds what is left. No texts, no batches.""",
    start="""def batches(texts, batch_size):
    return [texts]


print(batches(texts, batch_size))
""",
    gives="batches",
    asks="batches(texts, batch_size)",
    example={"texts": ["a", "b", "c", "d", "e"], "batch_size": 2},
    draw=_archive,
    edges=(
        {"texts": ["a", "b", "c", "d"], "batch_size": 2},
        {"texts": ["a", "b", "c"], "batch_size": 7},
        {"texts": ["a", "b", "c", "d", "e"], "batch_size": 4},
        {"texts": [], "batch_size": 3},
    ),
    hints=(
        "`range(0, len(texts), batch_size)` gives the place where each batch begins.",
        "`texts[begin : begin + batch_size]` is one batch. A slice may reach beyond the end.",
    ),
    solution="""def batches(texts, batch_size):
    begins = range(0, len(texts), batch_size)
    return [texts[begin : begin + batch_size] for begin in begins]
""",
    mistakes=(
        Mistake(
            "def batches(texts, batch_size):\n    return [texts]",
            "This is one batch with all the texts. Cut it every `batch_size` texts.",
        ),
        Mistake(
            "def batches(texts, batch_size):\n    count = len(texts) // batch_size\n"
            "    return [texts[i * batch_size : (i + 1) * batch_size] for i in range(count)]",
            "The last texts are lost when they do not fill a batch. Keep what is left.",
        ),
        Mistake(
            "def batches(texts, batch_size):\n"
            "    return [texts[i : i + batch_size] for i in range(len(texts))]",
            "These overlap. The next batch begins `batch_size` places further.",
        ),
        Mistake(
            "def batches(texts, batch_size):\n    count = len(texts) // batch_size + 1\n"
            "    return [texts[i * batch_size : (i + 1) * batch_size] for i in range(count)]",
            "When the texts fill their batches exactly, an empty one is left over at the end.",
        ),
        Mistake(
            "def batches(texts, batch_size):\n"
            "    return [texts[i::batch_size] for i in range(batch_size)]",
            "This deals the texts out like cards. A batch holds neighbours.",
        ),
    ),
)

COUNT_THE_PASSES = Exercise(
    id="count-the-passes",
    title="Count the passes",
    difficulty="easy",
    task="""A pass through the model carries `batch_size` texts, and the last pass carries what is
left. Finish `passes(n_texts, batch_size)`: how many passes are needed?""",
    start="""def passes(n_texts, batch_size):
    return n_texts


print(passes(n_texts, batch_size))
""",
    gives="passes",
    asks="passes(n_texts, batch_size)",
    example={"n_texts": 10_000, "batch_size": 512},
    draw=_sizes,
    edges=(
        {"n_texts": 1000, "batch_size": 100},
        {"n_texts": 1001, "batch_size": 100},
        {"n_texts": 1, "batch_size": 100},
        {"n_texts": 0, "batch_size": 8},
    ),
    hints=(
        "Divide the texts by the batch size. What if that is no whole number?",
        "A pass that is not full is still a pass: round up. `math.ceil` does that.",
    ),
    solution="""from math import ceil


def passes(n_texts, batch_size):
    return ceil(n_texts / batch_size)
""",
    mistakes=(
        Mistake(
            "def passes(n_texts, batch_size):\n    return n_texts",
            "That is one pass for each text, as in real-time. A batch shares its pass.",
        ),
        Mistake(
            "def passes(n_texts, batch_size):\n    return n_texts // batch_size",
            "This rounds down: the texts that are left over get no pass.",
        ),
        Mistake(
            "def passes(n_texts, batch_size):\n    return n_texts // batch_size + 1",
            "When the texts fill their batches exactly, this counts one pass too many.",
        ),
        Mistake(
            "def passes(n_texts, batch_size):\n    return n_texts / batch_size",
            "Half a pass does not exist. Round up to a whole number.",
        ),
        Mistake(
            "def passes(n_texts, batch_size):\n    return round(n_texts / batch_size)",
            "`round` goes to the nearest number, so it may go down. Round up.",
        ),
    ),
)
