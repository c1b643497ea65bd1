"""What an instructor's page shows of a question: its text, and how many chose what, per round."""

from __future__ import annotations

from collections.abc import Sequence

from lessons_lib.annexes.instructor.collect.guesses import scale_of
from lessons_lib.annexes.instructor.service.live.questions import Asked
from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion
from lessons_lib.classroom.sessions.guesses import in_figures
from lessons_lib.classroom.sessions.page import Page

Votes = Sequence[Sequence[Response]]  # of rounds, oldest round first


def question_with_bars(asked: Asked, votes: Votes, *, is_revealed: bool) -> Page:
    """Return a question for the instructor's page.

    Parameters
    ----------
    asked : Asked
        The question.
    votes : sequence of sequences of Response
        The votes of the rounds whose bars may be seen.
    is_revealed : bool
        Whether the key and the reasons may be seen.
    """
    question, guess = asked.question, asked.guess
    unit, why = getattr(question, "unit", ""), guess.explain if guess else ""
    if isinstance(question, ChoiceQuestion):
        rows = [
            {
                "label": letter,
                "html": render(option.text),
                "counts": [sum(letter in one.letters for one in several) for several in votes],
                "is_right": is_revealed and letter in (question.answer or ()),
                "why_html": render(option.feedback) if is_revealed else "",
            }
            for letter, option in question.options.items()
        ]
    else:
        key = float(question.answer.value) if is_revealed and question.answer else None
        rows = []
        if key is not None and not guess:
            sorted_ = [[grade(question, one).is_right for one in several] for several in votes]
            rows = [_row(in_figures(key, unit), [sum(one) for one in sorted_], is_right=True)]
            votes = [
                [one for one, is_right in zip(several, rights, strict=True) if not is_right]
                for several, rights in zip(votes, sorted_, strict=True)
            ]
        task = guess or GuessTask("", "", unit=unit)
        rows += _rows(task, asked, votes, key if guess else None)
        why = why or (question.feedback.right if question.feedback else "")
        why = f"Result: {in_figures(key, unit)}. {why}" if key is not None else why
    return {
        "stem_html": render(question.stem),
        "unit": unit,
        "answers": [len(one) for one in votes],
        "rows": rows,
        "why_html": render(why) if is_revealed else "",
        "is_guess": guess is not None,
        "result": asked.result,
    }


def _rows(task: GuessTask, asked: Asked, votes: Votes, key: float | None) -> list[Page]:
    """Return a row for each number, or for each range if there are many; the key has one, too."""
    made = [asked.value(one) for several in votes for one in several]
    if not made and key is None:
        return []
    names, places = scale_of(task, made if key is None else [*made, key])
    at = iter(places)
    rounds = [[next(at) for _ in several] for several in votes]
    right = next(at, None)
    return [
        _row(name, [several.count(place) for several in rounds], is_right=place == right)
        for place, name in enumerate(names)
    ]


def _row(label: str, counts: list[int], *, is_right: bool) -> Page:
    return {"label": label, "html": "", "counts": counts, "is_right": is_right, "why_html": ""}
