"""An exploration of stage 2: a text's way to twenty ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lessons_lib.classroom.sessions.controls import Text
from lessons_lib.classroom.widgets.explore.explore import Chip, Chips, Explore, ShownPart, Table
from lessons_lib.formats import counted
from lessons_lib.pipeline.text.preprocess import MAX_TOKENS, preprocess, uncut_tokens
from lessons_lib.pipeline.text.vocabulary import PAD, UNK, Vocabulary

FIRST_TEXT = "DON’T miss it — Tom’s pancakes were SOOO blorptastic!"


def deleted_signs(text: str) -> list[str]:
    """Return the characters of a text that preprocessing deletes, in order."""
    return [one for one in text.lower() if not one.isspace() and not preprocess(one)]


def id_chip(text: str, number: int) -> Chip:
    """Return a chip for a token or its id, marked if it is unknown or padding."""
    if number == UNK:
        return Chip(text, "unknown", "warned")
    return Chip(text, "padding", "faded") if number == PAD else Chip(text)


def token_chips(tokens: Sequence[str], ids: Sequence[int]) -> list[Chip]:
    """Return a chip for each token, with or without an id."""
    kept = [id_chip(token, number) for token, number in zip(tokens, ids, strict=False)]
    return kept + [Chip(token, "cut off", "struck") for token in tokens[len(ids) :]]


def preprocessing_parts(text: str, vocabulary: Vocabulary) -> list[ShownPart]:
    """Return what a text looks like after each step of preprocessing, and its ids."""
    deleted = deleted_signs(text)
    kept = text.lower().translate({ord(one): None for one in deleted})
    tokens = uncut_tokens(text)
    ids = vocabulary.encode(tokens)
    n_slots, n_unknown = min(len(tokens), MAX_TOKENS), ids.count(UNK)
    signs = [Chip(sign if n == 1 else f"{sign} ×{n}") for sign, n in Counter(deleted).items()]
    counts = (
        f"{counted(len(tokens), 'token')}: {n_unknown} unknown, {len(tokens) - n_slots} cut off. "
        f"{ids.count(PAD)} of the {MAX_TOKENS} slots are padding."
    )
    return [
        counts if tokens else f"No token is left, so all {MAX_TOKENS} slots are padding.",
        Table(("step", "the text after it"), [("1 lowercase", text.lower()), ("2 delete", kept)]),
        *([Chips("Deleted", signs)] if signs else []),
        *([Chips("3 split", token_chips(tokens, ids))] if tokens else []),
        Chips("Next stage: ids", [id_chip(str(number), number) for number in ids]),
    ]


def show_preprocessing(vocabulary: Vocabulary | None = None) -> Explore:
    """Return an exploration that takes the learner's text through each step up to its ids.

    Parameters
    ----------
    vocabulary : Vocabulary, optional
        The known words; by default those of the shipped model.
    """
    known = vocabulary or _shipped_vocabulary()
    return Explore(
        {"text": Text("Your text", FIRST_TEXT)},
        lambda text: preprocessing_parts(text, known),
        title="Your text, step by step",
        lead="Type a text of your own. Can you make one with more than twenty tokens, one without "
        "any, and one in which every word is unknown?",
    )


def _shipped_vocabulary() -> Vocabulary:
    from lessons_lib.pipeline.model.checkpoint import load_checkpoint  # loads numpy

    return load_checkpoint().vocabulary
