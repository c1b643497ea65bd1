"""What the exports share: a bank as items, one per question or row of variants, and their key."""

from collections.abc import Iterable
from decimal import Decimal
from textwrap import indent
from typing import NamedTuple

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Question, Quiz
from lessons_lib.classroom.quiz.variants import filled_from


class KeyAnswer(NamedTuple):
    """An option or a number, its share of the credit in percent, and the feedback on it.

    With neither a text nor a value, it stands for any other number.
    """

    share: float
    feedback: str
    text: str = ""
    value: float | None = None
    tolerance: float = 0


class Item(NamedTuple):
    """A graded question with its values filled in; `id` is the same in every export."""

    id: str
    question: Question
    quiz: Quiz

    @property
    def answers(self) -> list[KeyAnswer]:
        """The options, or the right number, the known wrong ones, and any other."""
        question = self.question
        if isinstance(question, ChoiceQuestion):
            key = question.answer or ()
            gain = 100 / len(key)
            shares = (-gain if question.kind == "several" else 0, gain)
            options = question.options.items()
            return [KeyAnswer(shares[name in key], one.feedback, one.text) for name, one in options]
        if question.answer and question.feedback:
            about, off = question.feedback, float(question.answer.tolerance)
            right = KeyAnswer(100, about.right, "", float(question.answer.value), off)
            known = (KeyAnswer(0, one.feedback, "", float(one.value), off) for one in about.known)
            return [right, *known, KeyAnswer(0, about.wrong)]
        return []

    @property
    def explanation(self) -> str:
        """The solution, the answer, the quick check and the common mistakes, as Markdown."""
        question = self.question
        steps = ((f"{one.title}.".replace("?.", "?"), one.text) for one in question.solution)
        parts = [_numbered(f"**{title}** {text.strip()}" for title, text in steps)]
        ends = (("Answer", question.final_answer), ("Quick check", question.quick_check))
        parts += [f"**{title}:** {text.strip()}" for title, text in ends if text.strip()]
        if question.common_mistakes:
            parts.append(f"**Common mistakes:**\n\n{_numbered(question.common_mistakes)}")
        return "\n\n".join(filter(None, parts))


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


def labels_of(question: Question) -> list[str]:
    """Return the labels of a question as tags, like `difficulty:easy`."""
    names = ("difficulty", "stage", "objective")
    return [f"{name}:{getattr(question, name)}" for name in names]


def digits(number: float) -> str:
    """Return a number in plain digits, rounded to 15 significant ones."""
    return f"{Decimal(f'{number:.15g}'):f}"


def span(low: float, high: float) -> tuple[float, float]:
    """Return the middle of two numbers, and the tolerance that just reaches both."""
    first, last = map(Decimal, map(digits, (low, high)))
    return float((first + last) / 2), float((last - first) / 2)


def _numbered(texts: Iterable[str]) -> str:
    blocks = (indent(text.strip(), "   ").lstrip() for text in texts)
    return "\n".join(f"{number}. {block}" for number, block in enumerate(blocks, 1))
