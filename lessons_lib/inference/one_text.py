"""What a call that takes one text says to everything else."""

from __future__ import annotations


def not_one_text(method: str, value: object) -> TypeError:
    """Return the error for a value that is not one string; it names the other mode."""
    return TypeError(
        f"{method}() takes one text (str), got {_described(value)}. "
        "For many texts use BatchPredictor.predict(texts)."
    )


def _described(value: object) -> str:
    if value is None:
        return "None"
    kind = type(value).__name__
    return f"{kind} of {len(value)}" if isinstance(value, list | tuple | set | dict) else kind
