"""`lessons quiz preview`: one question in plain text, and all that a learner may see of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from lessons_lib.commands.console import CommandError, say
from lessons_lib.commands.quiz_check import counted, read
from lessons_lib.quiz.placeholders import fill
from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Question, Quiz

LINE = "─" * 60


def preview(path: Path, name: str, variant: int | None = None) -> int:
    """Print a question: first what is asked, below a line what follows the answer.

    Parameters
    ----------
    path : Path
        A quiz file.
    name : str
        The id of a question in it.
    variant : int, optional
        The row of its variants, counted from 1.

    Raises
    ------
    CommandError
        If the file has problems, or no such question or row.
    """
    quiz, problems = read(path)
    if quiz is None:
        listed = "\n".join(map(str, problems))
        raise CommandError(f"A file is previewed once it has no problems:\n{listed}")
    question = _chosen(quiz, name)
    row = _row(question, variant)
    filled = question if row is None else fill(question, question.variants[row])
    about = f"{question.id} · {question.difficulty} · {question.stage} · {question.objective}"
    say(about if row is None else f"{about} · variant {row + 1} of {len(question.variants)}")
    for line in (*_asked(filled), LINE, *_told(filled)):
        say(line)
    return 0


def _chosen(quiz: Quiz, name: str) -> Question:
    names = {one.id: one for one in quiz.questions}
    if name in names:
        return names[name]
    near = [one for one in names if name and name in one]
    near += [one for one in difflib.get_close_matches(name[:80], names, n=5) if one not in near]
    listed = "".join(f"\n  {one}" for one in near or names)
    meant = "Near to it are" if near else "Its questions are"
    raise CommandError(f"{quiz.name} has no question {name!r}. {meant}:{listed}")


def _row(question: Question, variant: int | None) -> int | None:
    count = len(question.variants)
    if variant is None:
        return 0 if count else None
    if not count:
        raise CommandError(f"{question.id} has no variants: leave --variant out.")
    if not 1 <= variant <= count:
        has = counted(count, "variant")
        raise CommandError(f"{question.id} has {has}: --variant is 1 to {count}, got {variant}.")
    return variant - 1


def _asked(question: Question) -> Iterator[str]:
    yield f"\n{question.stem.strip()}\n"
    if isinstance(question, ChoiceQuestion):
        for letter, option in question.options.items():
            yield _item(letter, option.text)
    elif isinstance(question, NumberQuestion) and question.answer:
        yield f"  A number: ____ {question.answer.unit}".rstrip()
    else:
        yield "  A number: ____"


def _told(question: Question) -> Iterator[str]:
    yield from _list("Hints", question.hints)
    yield from _feedback(question)
    yield from _list("Solution", [f"{one.title}: {one.text.strip()}" for one in question.solution])
    if question.final_answer.strip():
        yield f"\nAnswer: {question.final_answer.strip()}"
    if question.quick_check.strip():
        yield f"Quick check: {question.quick_check.strip()}"
    yield from _list("Common mistakes", question.common_mistakes)


def _feedback(question: Question) -> Iterator[str]:
    yield "\nFeedback"
    if isinstance(question, ChoiceQuestion):
        right = tuple(getattr(question, "answer", None) or ())
        signs = {one: "right. " if one in right else "wrong. " for one in question.options}
        for letter, option in question.options.items():
            sign = signs[letter] if question.is_graded else ""
            yield _item(letter, f"{sign}{option.feedback.strip()}".strip() or "none")
    elif isinstance(question, NumberQuestion):
        yield from _number_feedback(question)


def _number_feedback(question: NumberQuestion) -> Iterator[str]:
    answer, feedback = question.answer, question.feedback
    if answer is not None:
        off = f" ± {_plain(answer.tolerance)}" if answer.tolerance else ""
        yield f"  Right is {_plain(answer.value)}{off} {answer.unit}".rstrip()
    if feedback is not None:
        yield _item("right", feedback.right)
        for known in feedback.known:
            yield _item(_plain(known.value), known.feedback)
        yield _item("any other", feedback.wrong)
    elif answer is None:
        yield "  none"


def _plain(value: float | str) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _list(title: str, texts: tuple[str, ...] | list[str]) -> Iterator[str]:
    if texts:
        yield f"\n{title}"
        yield from (_item(str(number), text) for number, text in enumerate(texts, start=1))


def _item(name: str, text: str) -> str:
    """Return an item whose further lines stand below the first."""
    first, *rest = text.strip().splitlines() or [""]
    return "\n".join([f"  {name}. {first}", *(f"     {line}".rstrip() for line in rest)])
