"""Write a bank as one HTML page for paper: its questions, then the key on pages of its own."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from lessons_lib.annexes.exchange.items import Item, items_of
from lessons_lib.arguments import checked_integer
from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import PARTIAL_CREDIT
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import LETTERS, NumberQuestion

STYLE: Final = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
{css}</style></head><body class="card"><h1>{title}</h1><main>{questions}</main>
<section class="key"><h1>Answers</h1><p>{rule}</p>{key}</section></body></html>
"""


def drawn(bank: QuizBank, count: int) -> QuizBank:
    """Return a bank with `count` of the graded questions, the same ones each time.

    The hashes of their ids decide, so adding or removing a question changes at most one of them.

    Raises
    ------
    ValueError
        If `count` is below 1 or above the number of questions.
    """
    ids = [one.id for one in bank.questions if one.is_graded]
    if checked_integer("--count", count) > len(ids):
        raise ValueError(f"--count must be ≤ {len(ids)}, the number of questions, got {count}.")
    kept = sorted(ids, key=lambda name: sha256(name.encode()).digest())[:count]
    questions = (tuple(one for one in quiz.questions if one.id in kept) for quiz in bank.quizzes)
    pairs = zip(bank.quizzes, questions, strict=True)
    return QuizBank(tuple(replace(quiz, questions=some) for quiz, some in pairs))


def write(bank: QuizBank, *, variant: int = 1) -> bytes:
    """Return the page; it needs no other file, and prints on A4 and on letter paper.

    Parameters
    ----------
    bank : QuizBank
        The questions. Those that are not graded are left out.
    variant : int
        Which variant of each question, counted from 1, and from 1 again after its last one.
    """
    variants = (list(group) for _, group in groupby(items_of(bank), lambda one: one.question.id))
    items = [rows[(variant - 1) % len(rows)] for rows in variants]
    about = {"title": course().title, "css": STYLE, "rule": PARTIAL_CREDIT}
    questions, key = ("".join(_sections(items, with_key=with_key)) for with_key in (False, True))
    return _PAGE.format(questions=questions, key=key, **about).encode()


def _sections(items: Iterable[Item], *, with_key: bool) -> Iterator[str]:
    """Yield the sections of a page, one per quiz; the numbers run through all of them."""
    heading, shown = ("{}<small>{}</small>", answered) if with_key else ("{}", asked)
    for title, group in groupby(enumerate(items, 1), lambda pair: pair[1].quiz.title):
        yield f"<section><h2>{escape(title)}</h2>\n"
        for number, item in group:
            head = heading.format(number, item.id)
            yield f"<article><h3>{head}</h3>{shown(item)}</article>\n"
        yield "</section>"


def asked(item: Item) -> str:
    """Return a question as HTML: the stem, and lettered options or a line for a number."""
    question = item.question
    if isinstance(question, NumberQuestion):
        return f"{render(question.stem)}<p>__________ {escape(question.unit)}</p>"
    texts = (one.text for one in item.answers)
    return render(question.stem) + _rows(zip(LETTERS, texts, strict=False))


def answered(item: Item) -> str:
    """Return the key of a question as HTML, with all feedback and the solution."""
    return _rows(_feedback(item)) + render(item.explanation)


def _feedback(item: Item) -> Iterator[tuple[str, str]]:
    if isinstance(item.question, NumberQuestion):
        right, *others = item.answers
        off = f" ± {_plain(right.tolerance)}" if right.tolerance else ""
        yield f"Key: {_plain(right.value or 0)}{off} {item.question.unit}".strip(), right.feedback
        for one in others:
            yield "any other" if one.value is None else _plain(one.value), one.feedback
    else:
        named = dict(zip(LETTERS, item.answers, strict=False))
        yield f"Key: {', '.join(letter for letter, one in named.items() if one.share > 0)}", ""
        yield from ((letter, one.feedback) for letter, one in named.items())


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    row = '<div class="row"><b>{}</b><div>{}</div></div>'
    return "\n".join(row.format(escape(name), render(text)) for name, text in rows)


def _plain(number: float) -> str:
    return f"{number:,.12g}"
