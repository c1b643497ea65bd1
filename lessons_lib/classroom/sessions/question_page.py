"""What a page may know about a question: its text at once, everything else once it is earned.

Texts are HTML that `render` has made safe, under keys that end in `html`. The page gets the answer
key after a right answer or an opened solution, feedback only on what was chosen, and hints one at a
time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import PARTIAL_CREDIT, Verdict, grade
from lessons_lib.classroom.quiz.markdown import render, render_inline
from lessons_lib.classroom.quiz.progress import QuestionState, summarise
from lessons_lib.classroom.quiz.question import (
    ChoiceQuestion,
    NumberQuestion,
    Policy,
    Question,
    Quiz,
)
from lessons_lib.classroom.quiz.variants import PersonalQuestion
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, payloads
from lessons_lib.formats import percent

QuestionStanding: TypeAlias = Literal["open", "answered", "right", "partly", "wrong"]


@dataclass(frozen=True)
class AskedQuestion:
    """A question as one learner sees it, and what they did with it.

    `is_over` means that its test has ended: everything may be seen, and nothing changed.
    """

    personal: PersonalQuestion
    state: QuestionState
    policy: Policy
    is_over: bool = False

    @property
    def question(self) -> Question:
        """The question without placeholders."""
        return self.personal.question

    @property
    def teaches(self) -> bool:
        """Whether verdicts, hints and the solution may be shown."""
        return self.question.is_graded and (self.is_over or self.policy == "practice")

    @cached_property
    def verdict(self) -> Verdict | None:
        """The verdict on the last response, if it may be shown."""
        if self.state.response is None or not self.teaches:
            return None
        return grade(self.question, self.state.response)

    @property
    def standing(self) -> QuestionStanding:
        """The verdict in one word, or whether the question is answered."""
        if self.verdict is not None:
            return self.verdict.outcome
        return "open" if self.state.response is None else "answered"

    @property
    def is_missed(self) -> bool:
        """Whether the question was not answered correctly, although it was asked."""
        is_due = self.is_over or self.standing != "open"
        return self.teaches and is_due and self.standing != "right"

    @property
    def has_solution(self) -> bool:
        """Whether the solution is open."""
        return self.teaches and (self.is_over or self.state.solution_opened)

    @property
    def has_key(self) -> bool:
        """Whether the learner knows the right answer."""
        return self.has_solution or self.standing == "right"

    @property
    def may_open_solution(self) -> bool:
        """Whether the learner may open the solution, which needs an attempt."""
        return self.teaches and self.state.attempts > 0 and not self.has_solution

    @property
    def hints_left(self) -> int:
        """How many hints the learner can still open."""
        has_hints = self.teaches and not self.is_over
        return len(self.question.hints) - self.state.hints_used if has_hints else 0


def question_page(asked: AskedQuestion) -> dict[str, Any]:
    """Return a question as a page may show it now."""
    question, state = asked.question, asked.state
    response = state.response
    hints = question.hints[: state.hints_used if asked.teaches else 0]
    return {
        "id": question.id,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "stem_html": render(question.stem),
        "options": _options(question),
        "unit": getattr(question, "unit", ""),
        "given": {
            "letters": list(response.letters) if response else [],
            "number": response.number if response else "",
        },
        "attempts": state.attempts,
        "standing": asked.standing,
        "is_over": asked.is_over,
        "teaches": asked.teaches,
        "verdict": _verdict_page(asked),
        "key": _key(question) if asked.has_key else None,
        "hints_html": [render_inline(one) for one in hints],
        "hints_left": asked.hints_left,
        "may_open_solution": asked.may_open_solution,
        "solution": _solution(question) if asked.has_solution else None,
    }


def verdict_sentence(asked: AskedQuestion) -> str:
    """Describe the verdict on the last response."""
    verdict = asked.verdict
    if verdict is None:
        return "" if asked.state.response is None else "Answer saved."
    if verdict.is_right:
        return "Right."
    advice = "" if asked.is_over else " Change your answer and submit it again."
    if verdict.outcome == "wrong":
        return f"Not right.{advice}"
    surplus = sum(not one.is_right for one in verdict.remarks)
    rest = [f"{verdict.missed} more to find"] * bool(verdict.missed)
    rest += [f"{surplus} to remove"] * bool(surplus)
    credit = f"{percent(verdict.credit)} of the credit"
    return f"Partly right, {credit}: {' and '.join(rest)}.{advice}"


def notebook_on(objective: str, bank: QuizBank) -> dict[str, str] | None:
    """Return the notebook that teaches an objective, or None if no notebook does."""
    for lesson in course().lessons:
        for one in lesson.objectives:
            if one.slug == objective:
                title = lesson.heading
                return {"file": lesson.file_name, "title": title, "about": one.sentence}
    name = bank.lesson_on(objective)
    if name is None:
        return None
    title = render_inline(bank.quiz(name).title)
    return {"file": f"{name}.ipynb", "title_html": title, "about": objective.replace("-", " ")}


def _options(question: Question) -> list[dict[str, str]]:
    if not isinstance(question, ChoiceQuestion):
        return []
    return [
        {"letter": letter, "html": render(option.text)}
        for letter, option in question.options.items()
    ]


def _verdict_page(asked: AskedQuestion) -> dict[str, Any] | None:
    """Return the outcome, a sentence and remarks on what was chosen; None without a response."""
    sentence = verdict_sentence(asked)
    if not sentence:
        return None
    verdict = asked.verdict
    remarks = verdict.remarks if verdict else ()
    return {
        "outcome": verdict.outcome if verdict else "answered",
        "sentence": sentence,
        "rule": PARTIAL_CREDIT if verdict and verdict.outcome == "partly" else "",
        "remarks": [
            {"letter": one.letter, "is_right": one.is_right, "html": render(one.text)}
            for one in remarks
        ],
    }


def _key(question: Question) -> dict[str, Any]:
    """Return the right answer."""
    if isinstance(question, NumberQuestion) and question.answer is not None:
        value = float(question.answer.value)
        figure = f"{int(value):,}" if value.is_integer() else f"{value:,}"
        return {"letters": [], "number": f"{figure} {question.answer.unit}".strip()}
    answer = getattr(question, "answer", None)
    return {"letters": list(answer or ()), "number": ""}


def _solution(question: Question) -> dict[str, Any]:
    return {
        "steps": [
            {"title_html": render_inline(one.title), "html": render(one.text)}
            for one in question.solution
        ],
        "final_html": render(question.final_answer),
        "check_html": render(question.quick_check),
        "mistakes_html": [render_inline(one) for one in question.common_mistakes],
    }


def review_page(
    quiz: Quiz, bank: QuizBank, events: Iterable[Event], all_asked: Sequence[AskedQuestion]
) -> dict[str, Any]:
    """Return the review of a quiz; it shows right and wrong only if the quiz does."""
    missed = sum(one.is_missed for one in all_asked)
    here = f"{quiz.name}.ipynb"
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_asked),
        "questions": question_list(all_asked),
        "reading": [one for one in reading_list(all_asked, bank) if one["file"] != here],
        "again": f"Repeat the missed question{'s' * (missed > 1)}" if missed else "",
    }


def question_list(all_asked: Sequence[AskedQuestion]) -> list[dict[str, Any]]:
    """Return one line per question."""
    return [
        {"number": number, "difficulty": asked.question.difficulty, "standing": asked.standing}
        for number, asked in enumerate(all_asked, start=1)
    ]


def reading_list(all_asked: Sequence[AskedQuestion], bank: QuizBank) -> list[dict[str, Any]]:
    """Return the notebooks that teach what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, asked in enumerate(all_asked, start=1):
        if asked.is_missed:
            missed[asked.question.objective].append(number)
    notebooks = [
        {**notebook, "numbers": numbers}
        for objective, numbers in missed.items()
        if (notebook := notebook_on(objective, bank))
    ]
    return sorted(notebooks, key=lambda one: one["file"])


def _summary(quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion]) -> str:
    answered = sum(one.standing != "open" for one in all_asked)
    graded = [one for one in all_asked if one.teaches]
    if not graded:
        return f"{answered} of {len(all_asked)} answered."
    ids = {one.question.id for one in graded}
    here = [
        one
        for one, answer in payloads(events, Answer)
        if (answer.quiz, answer.test) == (quiz.name, "")
    ]
    progress = summarise(here, QuizBank((quiz,))).questions
    first = sum(one.right_first for one in progress if one.id in ids)
    now = sum(one.standing == "right" for one in graded)
    rest = f" {len(all_asked) - answered} not answered yet." if answered < len(all_asked) else ""
    return f"{now} of {len(graded)} right, {first} on the first try.{rest}"
