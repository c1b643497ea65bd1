"""What can be asked live: questions of the class and of the course, and the course's guesses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from lessons_lib.annexes.instructor.collect.page import scale_of
from lessons_lib.annexes.instructor.service.graded import GradedDesk
from lessons_lib.annexes.instructor.service.live.rules import Round
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.classroom.practice.guesses import CheckedGuess, GuessTask, fits, guess_table
from lessons_lib.classroom.quiz import question as kinds
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, checked, grade, parse_number
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion
from lessons_lib.classroom.quiz.variants import filled_from, variant_for
from lessons_lib.classroom.record.kinds import Answer, Guess
from lessons_lib.classroom.sessions.controls import plain_figure
from lessons_lib.classroom.sessions.guesses import in_figures
from lessons_lib.classroom.sessions.page import Page

GUESSES = "Guesses"
Votes = Sequence[Sequence[Response]]  # of rounds, oldest round first
_MARKS = re.compile(r"[\s`*|]+")  # of Markdown, in a list of plain texts


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the whole room sees it in a round; its id is the mark of the round."""

    question: kinds.Question
    guess: GuessTask | None = None

    @property
    def has_key(self) -> bool:
        """Whether there is something to reveal: a key, or a result, which may be measured now."""
        return self.question.is_graded or self.guess is not None

    @property
    def result(self) -> str:
        """The result of a guess as a field shows it, if one is known."""
        value = self.guess.typical if self.guess else None
        return plain_figure(value) if isinstance(value, float) else value or ""

    def value(self, response: Response) -> float | str:
        """Return a response as a number, or as the text of its option."""
        if isinstance(self.question, kinds.NumberQuestion):
            return parse_number(response.number, self.question.unit)
        options = self.question.options.items()
        return next(one.text for letter, one in options if letter in response.letters)

    def valid(self, answer: Answer | None) -> Response | None:
        """Return an answer's response, unless the question changed so that it fits no more."""
        if answer is None:
            return None
        try:
            return checked(self.question, Response(answer.letters, answer.number))
        except ResponseError:
            return None

    def compared(self, response: Response) -> CheckedGuess | None:
        """Return a guess beside its result, if this is one."""
        if self.guess is None or self.guess.typical is None:
            return None
        return CheckedGuess(self.value(response), self.guess.typical, self.guess.unit)

    def result_of(self, typed: str) -> float | str | None:
        """Return a result that an instructor typed; None if this is not a guess.

        Raises
        ------
        ResponseError
            If it is not one of the options, or not a number.
        """
        if (task := self.guess) is None:
            return None
        result = typed.strip() if task.options else parse_number(typed, task.unit)
        if not fits(task, Guess(result)):
            raise ResponseError(f"The result must be one of {', '.join(task.options)}.")
        return result

    def with_bars(self, votes: Votes, *, is_revealed: bool) -> Page:
        """Return the question for the instructor's page.

        Parameters
        ----------
        votes : sequence of sequences of Response
            The votes of the rounds whose bars may be seen.
        is_revealed : bool
            Whether the key and the reasons may be seen.
        """
        question, guess = self.question, self.guess
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
            rows = self._rows_of_numbers(votes, key)
            why = why or (question.feedback.right if question.feedback else "")
            why = f"Result: {in_figures(key, unit)}. {why}" if key is not None else why
        return {
            "stem_html": render(question.stem),
            "unit": unit,
            "answers": [len(one) for one in votes],
            "rows": rows,
            "why_html": render(why) if is_revealed else "",
            "is_guess": guess is not None,
            "result": self.result,
        }

    def _rows_of_numbers(self, votes: Votes, key: float | None) -> list[Page]:
        """Return the rows of what was typed or chosen; what a key accepts has a row of its own."""
        if self.guess:
            return _rows(self.guess, self, votes, key)
        task = GuessTask("", "", unit=getattr(self.question, "unit", ""))
        if key is None:
            return _rows(task, self, votes, None)
        wrong = [[one for one in vote if not grade(self.question, one).is_right] for vote in votes]
        right = [len(all_) - len(rest) for all_, rest in zip(votes, wrong, strict=True)]
        accepted = _row(in_figures(key, task.unit), right, is_right=True)
        return [accepted, *_rows(task, self, wrong, None)]


class LiveQuestions:
    """All that can be asked now.

    The key of a graded quiz is shown when it has closed for the last learner, so its questions
    can't be asked before either.

    Parameters
    ----------
    desk : GradedDesk
        Has the class's own questions, and knows when their keys may be shown.
    """

    def __init__(self, desk: GradedDesk) -> None:
        self._desk = desk
        self._found: ClassFolder | None = None
        self._known: dict[str, tuple[str, str, kinds.Question | GuessTask]] = {}

    def listed(self, now: datetime) -> list[Page]:
        """Return what can be asked at a time: names, groups and texts."""
        asked = [(name, group, self.asked(name, now)) for name, (_, group, _) in self._all.items()]
        return [
            {
                "name": name,
                "group": _MARKS.sub(" ", group).strip(),
                "text": _MARKS.sub(" ", one.question.stem).strip(),
            }
            for name, group, one in asked
            if one
        ]

    def asked(self, name: str, now: datetime, current: Round | None = None) -> Asked | None:
        """Return a question as a round asks it, or None if that is impossible at a time.

        It is impossible, too, once the question was revised.
        """
        if name not in self._all:
            return None
        quiz, _, task = self._all[name]
        if not self._desk.found.may_show_keys(quiz, now):
            return None
        revision = task.revision if isinstance(task, kinds.Question) else 0
        if current and current.revision not in (0, revision):
            return None
        current = current or Round()
        if isinstance(task, GuessTask):
            if current.result is not None:
                task = replace(task, typical=current.result)
            return Asked(_as_question(task, current.mark), task)
        row = variant_for(task, current.sitting) if task.variants else None  # everybody's
        question = filled_from(task, row)
        return Asked(replace(question, id=current.mark)) if question else None

    @property
    def _all(self) -> dict[str, tuple[str, str, kinds.Question | GuessTask]]:
        """What can be asked by its name, with its quiz and group, as the class's files are now."""
        if self._found is not (found := self._desk.found):
            self._found, self._known = found, {}
            for quiz in (*found.quizzes.values(), *load_bank().quizzes):
                for one in quiz.questions:
                    self._known.setdefault(one.id, (quiz.name, quiz.title, one))
            tasks = guess_table().guesses
            self._known |= {f"guess {one.id}": ("", GUESSES, one) for one in tasks}
        return self._known


def _as_question(task: GuessTask, mark: str) -> kinds.Question:
    """Return a guess as a question, whose key is the result if there is one."""
    fields: dict[str, Any] = {"id": mark, "revision": 1, "difficulty": "guess", "objective": ""}
    fields |= {"stage": "", "stem": task.question}
    if task.options:
        options = dict(zip(kinds.LETTERS, task.options, strict=False))
        key = next((one for one, text in options.items() if text == task.typical), None)
        fields["options"] = {one: kinds.Option(text) for one, text in options.items()}
        return kinds.SingleQuestion(**fields, answer=key)
    value = float(task.typical or 0)  # without a result, nothing is revealed
    return kinds.NumberQuestion(**fields, answer=kinds.NumberAnswer(value, unit=task.unit))


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
