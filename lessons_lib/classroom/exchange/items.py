"""Unroll a bank into items that other systems can take: one per question or row of variants.

Their ids, labels and course are here too, and back to ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import indent
from typing import Any, NamedTuple

from lessons_lib.classroom.exchange.foreign import slug_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.quiz.variants import filled_from

_LABEL = re.compile(
    r"(difficulty(?=:(?:easy|medium|hard)$)|objective|stage):([a-z0-9]+(?:-[a-z0-9]+)*)"
)


class Item(NamedTuple):
    """A graded question with its values filled in; `id` is the same in every export."""

    id: str
    question: Question
    quiz: Quiz


def items_of(bank: QuizBank) -> tuple[Item, ...]:
    """Return an item for each graded question, or for each row of its variants."""
    return tuple(
        Item(item_id(question, variant), filled, quiz)
        for quiz in bank.quizzes
        for question in quiz.questions
        for variant in (range(len(question.variants)) if question.variants else (None,))
        if question.is_graded and (filled := filled_from(question, variant)) is not None
    )


def item_id(question: Question, variant: int | None) -> str:
    """Return the id of an item: `own-knee.r1.v2` for the second row, `v0` without variants."""
    return f"{question.id}.r{question.revision}.v{0 if variant is None else variant + 1}"


def own_id(name: str = "") -> str:
    """Return an id for a question that comes back as an item: `own-knee.v2` or `own-knee`."""
    return re.sub(r"\.r[0-9]+(\.v0$|(?=\.v[0-9]+$))", "", name)


def labels_of(question: Question) -> list[str]:
    """Return the labels of a question as tags, like `difficulty:easy`."""
    names = ("difficulty", "stage", "objective")
    return [f"{name}:{getattr(question, name)}" for name in names]


def sorted_tags(tags: Iterable[str]) -> dict[str, Any]:
    """Return the labels among tags as fields of a question, and the other tags as slugs."""
    labels = {tag: _LABEL.fullmatch(tag) for tag in tags}
    others = (slug_of(tag) for tag, label in labels.items() if not label)
    fields = {label[1]: label[2] for label in labels.values() if label}
    return {"tags": [*filter(None, dict.fromkeys(others))], **fields}


def explanation(question: Question) -> str:
    """Return the solution, the answer, the quick check and the common mistakes as Markdown."""
    steps = ((f"{one.title}.".replace("?.", "?"), one.text.strip()) for one in question.solution)
    parts = [_numbered(f"**{title}** {text}" for title, text in steps)]
    for title, text in (("Answer", question.final_answer), ("Quick check", question.quick_check)):
        parts.append(f"**{title}:** {text.strip()}" if text.strip() else "")
    if question.common_mistakes:
        parts.append(f"**Common mistakes:**\n\n{_numbered(question.common_mistakes)}")
    return "\n\n".join(filter(None, parts))


def _numbered(texts: Iterable[str]) -> str:
    return "\n".join(
        f"{number}. {indent(text.strip(), '   ').lstrip()}" for number, text in enumerate(texts, 1)
    )
