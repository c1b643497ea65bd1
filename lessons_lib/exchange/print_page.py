"""Write a bank as one HTML page for paper: all questions, then the key on pages of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from lessons_lib.exchange.items import COURSE_TITLE, Item, explanation, items_of
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import PARTIAL_CREDIT
from lessons_lib.quiz.markdown import render
from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Question

STYLE: Final = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
{css}</style></head><body class="card"><h1>{title}</h1><main>{questions}</main>
<section class="key"><h1>Answers</h1><p>{rule}</p>{key}</section></body></html>
"""


def write(bank: QuizBank) -> bytes:
    """Return the page; it needs no other file, and prints on A4 and on letter paper."""
    items = items_of(bank)
    about = {"title": COURSE_TITLE, "css": STYLE, "rule": PARTIAL_CREDIT}
    questions, key = ("".join(_sections(items, shown)) for shown in (asked, answered))
    return _PAGE.format(questions=questions, key=key, **about).encode()


def _sections(items: Iterable[Item], shown: Callable[[Question], str]) -> Iterator[str]:
    """Yield the sections of a page, one per quiz; the numbers run through all of them."""
    for title, group in groupby(enumerate(items, 1), lambda pair: pair[1].quiz.title):
        yield f"<section><h2>{escape(title)}</h2>\n"
        for number, (name, question, _) in group:
            yield f"<article><h3>{number}<small>{name}</small></h3>{shown(question)}</article>\n"
        yield "</section>"


def asked(question: Question) -> str:
    """Return a question as HTML: the stem, and lettered options or a line for a number."""
    if isinstance(question, ChoiceQuestion):
        rows = ((letter, option.text) for letter, option in question.options.items())
        return render(question.stem) + _rows(rows)
    unit = question.answer.unit if isinstance(question, NumberQuestion) and question.answer else ""
    return f"{render(question.stem)}<p>__________ {escape(unit)}</p>"


def answered(question: Question) -> str:
    """Return the key of a graded question as HTML, with all feedback and the solution."""
    return _rows(_feedback(question)) + render(explanation(question))


def _feedback(question: Question) -> Iterator[tuple[str, str]]:
    if isinstance(question, ChoiceQuestion):
        yield f"Key: {', '.join(getattr(question, 'answer', None) or ())}", ""
        yield from ((letter, option.feedback) for letter, option in question.options.items())
    elif isinstance(question, NumberQuestion) and question.answer and question.feedback:
        answer, feedback = question.answer, question.feedback
        off = f" ± {_plain(answer.tolerance)}" if answer.tolerance else ""
        yield f"Key: {_plain(answer.value)}{off} {answer.unit}".strip(), feedback.right
        yield from ((_plain(known.value), known.feedback) for known in feedback.known)
        yield "any other", feedback.wrong


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    row = '<div class="row"><b>{}</b><div>{}</div></div>'
    return "\n".join(row.format(escape(name), render(text)) for name, text in rows)


def _plain(number: float | str) -> str:
    return f"{float(number):,.12g}"
