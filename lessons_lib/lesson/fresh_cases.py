"""Cases that a learner has not seen, drawn at random for each check of an exercise."""

from collections.abc import Callable
from random import Random

from lessons_lib.classroom.lesson import Case

_WHO = ("The film", "My new phone", "This café", "The last chapter", "Our guide", "The soup")
_VERB = ("was", "is", "seemed", "felt")
_HOW = ("wonderful", "terrible", "boring", "delightful", "broken", "lovely", "too loud", "fine")
_END = (".", "!", "?", " today.", ", they said.", " and I told everybody!")
_WORDS = ("Well", "don't", "ALWAYS", "sunny", "days", "café", "e-mail", "No", "it's", "Great")
_LABELS = ("negative", "neutral", "positive")
_MARKS = ("", "", ",", "!", "?", "...", ";", ")")


def _sentence(rng: Random) -> str:
    return f"{rng.choice(_WHO)} {rng.choice(_VERB)} {rng.choice(_HOW)}{rng.choice(_END)}"


def _sentences(rng: Random, least: int, most: int) -> list[str]:
    """Return different sentences: each ends with its number."""
    return [f"{_sentence(rng)} ({number})" for number in range(1, rng.randint(least, most) + 1)]


def _text_with_punctuation(rng: Random) -> str:
    words = (rng.choice(_WORDS) + rng.choice(_MARKS) for _ in range(rng.randint(3, 30)))
    return rng.choice((" ", "  ")).join(words)


def _padded_vectors(rng: Random) -> Case:
    words, padding, features = rng.randint(1, 5), rng.randint(1, 4), rng.randint(2, 4)
    ids = [rng.randint(1, 900) for _ in range(words)] + [0] * padding
    rows = [[round(rng.uniform(-2, 2), 2) for _ in range(features)] for _ in range(words)]
    return {"vectors": rows + [[0.0] * features] * padding, "ids": ids}


def _probabilities(rng: Random) -> list[float]:
    first, second = sorted(rng.sample(range(1, 100), 2))
    return [one / 100 for one in (first, second - first, 100 - second)]


def _answers_of_workers(rng: Random) -> Case:
    pairs = [(key, rng.choice(_LABELS)) for key in range(rng.randint(2, 15))]
    parts = [rng.sample(pairs, rng.randint(1, len(pairs))) for _ in range(2)]
    cut = rng.randint(1, len(pairs))
    return {"parts": [*parts, pairs[cut:], pairs[:cut]]}


# By the id of the exercise. Each binds the same names as the exercise's example.
FRESH_CASES: dict[str, Callable[[Random], Case]] = {
    "batch-call": lambda rng: {f"text{n}": text for n, text in enumerate(_sentences(rng, 3, 3), 1)},
    "real-time-call": lambda rng: {"text": _sentence(rng)},
    "mend-the-call": lambda rng: {"text": _sentence(rng)},
    "type-of-results": lambda rng: {"texts": _sentences(rng, 2, 7)},
    "choose-the-mode": lambda rng: {
        "texts": _sentences(rng, 2, 9),
        "someone_waits": rng.random() < 0.5,
    },
    "read-the-error": lambda rng: {
        "given": _sentence(rng) if rng.random() < 0.5 else _sentences(rng, 2, 5)
    },
    "preprocess-by-hand": lambda rng: {"text": _text_with_punctuation(rng)},
    "pad-the-ids": lambda rng: {"ids": [rng.randint(2, 900) for _ in range(rng.randint(0, 30))]},
    "masked-mean": _padded_vectors,
    "softmax": lambda rng: {"logits": [round(rng.uniform(-4, 4), 2) for _ in range(3)]},
    "label-of": lambda rng: {"probabilities": _probabilities(rng)},
    "cut-into-batches": lambda rng: {
        "texts": _sentences(rng, 1, 9),
        "batch_size": rng.randint(1, 5),
    },
    "count-the-passes": lambda rng: {
        "n_texts": rng.randint(1, 20_000),
        "batch_size": rng.randint(2, 600),
    },
    "p50-and-p99": lambda rng: {
        "latencies_ms": [round(rng.lognormvariate(1, 1), 2) for _ in range(rng.randint(3, 250))]
    },
    "start-the-batch": lambda rng: {
        "waiting": rng.randint(0, 10),
        "oldest_waited_ms": rng.choice((0, 2, 4, 5, 6, 9)),
        "max_batch_size": rng.choice((4, 8)),
        "timeout_ms": 5,
    },
    "count-the-slots": lambda rng: {
        "lengths": [rng.randint(2, 300) for _ in range(rng.randint(3, 12))],
        "batch_size": rng.randint(2, 5),
    },
    "merge-the-answers": _answers_of_workers,
}
