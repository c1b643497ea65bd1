"""The first stages by hand: a text becomes tokens, ids, and the mean of its vectors."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercises.exercise import Case, Exercise, Mistake
from lessons_lib.practice.exercises.tasks.calls import sentences

_WORDS = ("Well", "don't", "ALWAYS", "sunny", "days", "café", "e-mail", "No", "it's", "Great")
_MARKS = ("", "", ",", "!", "?", "...", ";", ")")


def _text(rng: Random) -> Case:
    words = (rng.choice(_WORDS) + rng.choice(_MARKS) for _ in range(rng.randint(3, 30)))
    return {"text": rng.choice((" ", "  ")).join(words)}


def _ids(rng: Random) -> Case:
    return {"ids": [rng.randint(2, 900) for _ in range(rng.randint(0, 30))]}


def _vectors(rng: Random) -> Case:
    words, padding, features = rng.randint(1, 5), rng.randint(1, 4), rng.randint(2, 4)
    ids = [rng.randint(1, 900) for _ in range(words)] + [0] * padding
    rows = [[round(rng.uniform(-2, 2), 2) for _ in range(features)] for _ in range(words)]
    return {"vectors": rows + [[0.0] * features] * padding, "ids": ids}


PREPROCESS = Exercise(
    id="preprocess-by-hand",
    title="Preprocess by hand",
    difficulty="medium",
    task="""Stage two makes tokens of a text. Finish `tokens(text)`:

1. make all letters small,
2. delete the punctuation, all of `string.punctuation`,
3. split at white space,
4. keep the first 20 tokens.

Deleted means gone: `"don't"` becomes `"dont"`.""",
    start="""import string


def tokens(text):
    return text.split()


print(tokens(text))
""",
    gives="tokens",
    asks="tokens(text)",
    example={"text": "I love sunny days, don't you?"},
    draw=_text,
    edges=(
        {"text": " ".join(["One", "two,"] * 13)},
        {"text": "well-made -- isn't it?"},
        {"text": "LOUD   words"},
        {"text": ""},
    ),
    hints=(
        "`text.lower()` is step one, `.split()` is step three.",
        "Keep a character if it is not in `string.punctuation`. Then join what is left with `''`.",
        "`[:20]` takes the first twenty of a list, or all if there are fewer.",
    ),
    solution="""import string


def tokens(text):
    kept = [one for one in text.lower() if one not in string.punctuation]
    return "".join(kept).split()[:20]
""",
    mistakes=(
        Mistake(
            "import string\ndef tokens(text):\n    return text.split()",
            "That is step three alone. Make the letters small, and delete the punctuation, first.",
        ),
        Mistake(
            "import string\ndef tokens(text):\n    text = text.lower()\n"
            "    for one in string.punctuation:\n        text = text.replace(one, ' ')\n"
            "    return text.split()[:20]",
            'A space in place of a mark parts the word: "don\'t" becomes two. Put nothing there.',
        ),
        Mistake(
            "import string\ndef tokens(text):\n"
            "    kept = [one for one in text.lower() if one not in string.punctuation]\n"
            "    return ''.join(kept).split()",
            "Long texts are cut: keep the first 20 tokens.",
        ),
        Mistake(
            "import string\ndef tokens(text):\n"
            "    kept = [one for one in text if one not in string.punctuation]\n"
            "    return ''.join(kept).split()[:20]",
            "The capitals are still there. Make all letters small first.",
        ),
        Mistake(
            "import string\ndef tokens(text):\n"
            "    return [one.strip(string.punctuation) for one in text.lower().split()][:20]",
            "`strip` takes marks from the two ends only. Those inside a word stay.",
        ),
    ),
)

PAD_IDS = Exercise(
    id="pad-the-ids",
    title="Make every row equally long",
    difficulty="easy",
    task="""The model reads rows of exactly 20 ids. Finish `padded(ids)`: cut what is longer, and
fill what is shorter with `0` **at the end**. Do not change the list that was passed.""",
    start="""def padded(ids):
    return ids


print(padded(ids))
""",
    gives="padded",
    asks="(padded(ids), ids)",
    asks_in_words="padded(ids), with ids after it,",
    example={"ids": [5, 17, 204, 3]},
    draw=_ids,
    edges=({"ids": list(range(2, 30))}, {"ids": list(range(2, 22))}, {"ids": []}),
    hints=(
        "`ids[:20]` is a new list with at most twenty ids.",
        "`[0] * 3` is a list of three zeros. How many are missing?",
    ),
    solution="""def padded(ids):
    kept = ids[:20]
    return kept + [0] * (20 - len(kept))
""",
    mistakes=(
        Mistake(
            "def padded(ids):\n    return ids",
            "Nothing was done yet: cut to 20, then fill up with zeros.",
        ),
        Mistake(
            "def padded(ids):\n    kept = ids[:20]\n    return [0] * (20 - len(kept)) + kept",
            "The zeros stand in front. The padding belongs behind the ids.",
        ),
        Mistake(
            "def padded(ids):\n    return ids + [0] * (20 - len(ids))",
            "Short rows are right. Rows with more than 20 ids must be cut, too.",
        ),
        Mistake(
            "def padded(ids):\n    del ids[20:]\n    while len(ids) < 20:\n        ids.append(0)\n"
            "    return ids",
            "This changes the caller's own list. Make a new one, for instance with ids[:20].",
        ),
    ),
)

MASKED_MEAN = Exercise(
    id="masked-mean",
    title="Average without the padding",
    difficulty="hard",
    task="""Each id has a vector. The model averages the vectors of a text, feature by feature, and
leaves out those whose id is `0`: they are padding.

Finish `masked_mean(vectors, ids)`. It returns a list with one number for each feature. If all is
padding, every number is `0.0`.""",
    start="""def masked_mean(vectors, ids):
    count = len(vectors)
    return [sum(feature) / count for feature in zip(*vectors)]


print(masked_mean(vectors, ids))
""",
    gives="masked_mean",
    asks="masked_mean(vectors, ids)",
    example={"vectors": [[1.0, 4.0], [3.0, 0.0], [0.0, 0.0], [0.0, 0.0]], "ids": [8, 5, 0, 0]},
    draw=_vectors,
    edges=(
        {"vectors": [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], "ids": [0, 0]},
        {"vectors": [[0.0, 0.0]], "ids": [0]},
        {"vectors": [[2.0, 6.0], [9.0, 9.0]], "ids": [3, 0]},
        {"vectors": [[2.0, 6.0], [4.0, 8.0]], "ids": [3, 1]},
    ),
    hints=(
        "First choose the rows to keep: `zip(vectors, ids)` pairs each with its id.",
        "Divide by how many rows you kept, not by how many there are.",
        "What if no row is kept? Then there is nothing to divide by.",
    ),
    solution="""def masked_mean(vectors, ids):
    kept = [vector for vector, number in zip(vectors, ids) if number != 0]
    if not kept:
        return [0.0] * len(vectors[0])
    return [sum(feature) / len(kept) for feature in zip(*kept)]
""",
    mistakes=(
        Mistake(
            "def masked_mean(vectors, ids):\n"
            "    return [sum(feature) / len(vectors) for feature in zip(*vectors)]",
            "This divides by all rows, padding too. Then short texts look weaker than they are.",
        ),
        Mistake(
            "def masked_mean(vectors, ids):\n"
            "    kept = [v for v, number in zip(vectors, ids) if number != 0]\n"
            "    return [sum(feature) / len(vectors) for feature in zip(*kept)]",
            "The right rows are added, but divided by the count of all rows.",
        ),
        Mistake(
            "def masked_mean(vectors, ids):\n"
            "    kept = [v for v, number in zip(vectors, ids) if number != 0]\n"
            "    return [sum(feature) / len(kept) for feature in zip(*kept)]",
            "A text that is all padding has no row to average. Return zeros for it.",
        ),
        Mistake(
            "def masked_mean(vectors, ids):\n"
            "    kept = [v for v, number in zip(vectors, ids) if number > 1]\n"
            "    if not kept:\n        return [0.0] * len(vectors[0])\n"
            "    return [sum(feature) / len(kept) for feature in zip(*kept)]",
            "Id 1 stands for an unknown word, and it counts. Only id 0 is padding.",
        ),
    ),
)


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
