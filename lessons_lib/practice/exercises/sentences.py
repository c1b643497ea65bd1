"""Fresh sentences for the cases of exercises."""

from __future__ import annotations

from random import Random

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
