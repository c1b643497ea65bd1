"""What the readers of other systems' files share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any, NamedTuple, TypeAlias

from lessons_lib.annexes.exchange.items import KeyAnswer
from lessons_lib.classroom.quiz.question import LETTERS

Fields: TypeAlias = tuple[dict[str, Any], str]  # of a question, and what was not kept

_LABEL = re.compile(
    r"(difficulty(?=:(?:easy|medium|hard)$)|objective|stage):([a-z0-9]+(?:-[a-z0-9]+)*)"
)
NOT_IMPORTED = "only choices, true/false and numbers can be imported"


class ForeignFileError(ValueError):
    """A file that cannot be read; the message begins with the line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"{line}: {message}")


class Found(NamedTuple):
    """A question in a file of another system.

    Attributes
    ----------
    line : int
        Where it begins, counted from 1.
    name : str
        What its file calls it, possibly empty.
    kind : str
        The type's name there, such as `essay`.
    data : dict
        Fields of our format with plain values, as far as the file has them: `kind`, `stem`,
        `options`, `answer`, `feedback`, `hints`, `solution`, `tags` … Empty if it is skipped.
    note : str
        Why it is skipped, or what was not kept; often empty.
    """

    line: int
    name: str
    kind: str
    data: dict[str, Any]
    note: str = ""


def texts_of(name: str, stem: str, solution: str = "", tags: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields that every kind of question has: its id, texts, labels and tags.

    Labels among the tags, like `difficulty:easy`, become fields, and the other tags slugs.
    """
    labels = {tag: _LABEL.fullmatch(tag) for tag in tags}
    others = (slug_of(tag) for tag, label in labels.items() if not label)
    return {
        "id": own_id(name),
        "stem": stem,
        "solution": [{"title": "Solution", "text": solution}] if solution else [],
        "tags": [*filter(None, dict.fromkeys(others))],
        **{label[1]: label[2] for label in labels.values() if label},
    }


def own_id(name: str) -> str:
    """Return an id for a question that comes back as an item: `own-knee.v2` or `own-knee`."""
    return re.sub(r"\.r[0-9]+(\.v0$|(?=\.v[0-9]+$))", "", name)


def slug_of(text: str) -> str:
    """Return a text as a slug, like `chapter-3`; empty if it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain)[:70].strip("-")


def decoded(content: bytes) -> str:
    """Return a file's text; raise `ForeignFileError` if it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ForeignFileError(line, "the file is not UTF-8: save it as UTF-8.") from None


def fields_of(kind: str, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]) -> Fields:
    """Return the fields that a question of a kind gets from its answers.

    Parameters
    ----------
    kind : str
        `single`, `several` or `number`.
    answers : sequence of KeyAnswer
        As another system has them.
    markdown : callable
        Turns their texts and feedback into Markdown.

    Returns
    -------
    Fields
        `kind`, `answer`, and `options` or `feedback`; and a sentence if something was not kept.

    Raises
    ------
    ValueError
        If no answer is right, or too many are, or there are too many options, or the right number
        is none.
    """
    is_number, is_several = kind == "number", kind == "several"
    least, most = 0.01 if is_several else 100, 100 if is_number else len(LETTERS)
    if not is_number:  # Moodle drops empty options, too
        answers = [one for one in answers if one.text.strip() or one.share >= least]
    right = [one for one in answers if one.share >= least]
    if len(answers) > most:
        raise ValueError(f"it has {len(answers)} answers, but at most {most} are allowed.")
    if not right or (len(right) > 1 and not is_several):
        rule = "at least one" if is_several else "exactly one"
        raise ValueError(f"{len(right)} of {len(answers)} answers are right, but {rule} must be.")
    gain = 100 / len(right)
    shares = (-gain if is_several else 0, gain)
    kept = all(abs(one.share - shares[one in right]) < 0.01 for one in answers)
    if is_number:
        fields, all_known = _number(right[0], answers, markdown)
        note = "" if kept and all_known else "Not kept as in the file: known wrong numbers."
        return {"kind": kind, **fields}, note
    named = dict(zip(LETTERS, answers, strict=False))
    key = [letter for letter, one in named.items() if one in right]
    options = {
        letter: {"text": markdown(one.text), "feedback": markdown(one.feedback)}
        for letter, one in named.items()
    }
    note = "" if kept else "Not kept as in the file: partial credit."
    return {"kind": kind, "answer": key if is_several else key[0], "options": options}, note


def _number(
    right: KeyAnswer, answers: Sequence[KeyAnswer], markdown: Callable[[str], str]
) -> tuple[dict[str, Any], bool]:
    """Return the fields of a number, and whether they have all of its known mistakes."""
    value, tolerance = right.value, right.tolerance
    if value is None or not abs(value) + abs(tolerance) < inf:
        raise ValueError(f"the right answer must be a number, got {value} ± {tolerance}.")
    known: dict[float, str] = {}
    kept = True
    for one in answers:
        if one is right or one.value is None:
            continue
        near = min(abs(one.value - other) for other in (value, *known))
        fits = one.share <= 0 and one.feedback.strip() and one.tolerance <= tolerance < near < inf
        if fits:
            known[one.value] = markdown(one.feedback)
        kept = kept and bool(fits) and one.tolerance == tolerance
    others = [one.feedback for one in answers if one.value is None]
    texts = {"right": markdown(right.feedback), "wrong": markdown("".join(others[:1]))}
    feedback: dict[str, Any] = {key: text for key, text in texts.items() if text}
    feedback["known"] = [{"value": other, "feedback": text} for other, text in known.items()]
    return {"answer": {"value": value, "tolerance": tolerance}, "feedback": feedback}, kept
