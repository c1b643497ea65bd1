"""The first stages by hand: a text becomes tokens, ids, and the mean of its vectors."""

from __future__ import annotations

from random import Random

from lessons_lib.practice.exercise import Case, Exercise, Mistake

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
