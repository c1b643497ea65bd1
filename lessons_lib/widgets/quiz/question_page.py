"""What a page may know of a question: its text at once, everything else when it is earned.

Texts leave here as HTML that `render` has made safe, under keys that end in `html`. The key goes
out after a right answer or an opened solution, feedback for what was chosen, hints one at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from lessons_lib.practice.course import course
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.events import answers_in
from lessons_lib.quiz.grading import PARTIAL_CREDIT, Verdict, grade
from lessons_lib.quiz.markdown import render, render_inline
from lessons_lib.quiz.progress import summarise
from lessons_lib.quiz.question import ChoiceQuestion, Mode, NumberQuestion, Question, Quiz
from lessons_lib.quiz.state import QuestionState
from lessons_lib.record.event import Event

Standing: TypeAlias = Literal["open", "answered", "right", "partly", "wrong"]


@dataclass(frozen=True, slots=True)
class MetQuestion:
    """A question without placeholders, and what a learner did with it.

    `is_over` says that its test has ended: all may be seen, nothing may be changed.
    """

    question: Question
    state: QuestionState
    mode: Mode
    is_over: bool = False

    @property
    def teaches(self) -> bool:
        """Whether right and wrong are told, hints and the solution given."""
        return self.question.is_graded and (self.is_over or self.mode == "practice")

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the last response, if it may be told."""
        if self.state.response is None or not self.teaches:
            return None
        return grade(self.question, self.state.response)

    @property
    def standing(self) -> Standing:
        """How far the learner is."""
        if self.verdict is not None:
            return self.verdict.outcome
        return "open" if self.state.response is None else "answered"

    @property
    def has_solution(self) -> bool:
        """Whether the solution is open."""
        return self.teaches and (self.is_over or self.state.solution_opened)

    @property
    def has_key(self) -> bool:
        """Whether the right answer is known to the learner."""
        return self.has_solution or self.standing == "right"

    @property
    def may_open_solution(self) -> bool:
        """Whether the solution can be asked for: after an attempt."""
        return self.teaches and self.state.attempts > 0 and not self.has_solution

    @property
    def hints_left(self) -> int:
        """How many hints can still be taken."""
        gives = self.teaches and not self.is_over
        return len(self.question.hints) - self.state.hints_used if gives else 0


def question_page(met: MetQuestion) -> dict[str, Any]:
    """Return a question as a page may show it now."""
    question, state = met.question, met.state
    response = state.response
    return {
        "id": question.id,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "stem_html": render(question.stem),
        "options": _options(question),
        "unit": _unit(question),
        "given": {
            "letters": list(response.letters) if response else [],
            "number": response.number if response else "",
        },
        "attempts": state.attempts,
        "standing": met.standing,
        "is_over": met.is_over,
        "teaches": met.teaches,
        "verdict": _verdict_page(met),
        "key": _key(question) if met.has_key else None,
        "hints_html": [render_inline(one) for one in question.hints[: _hints_shown(met)]],
        "hints_left": met.hints_left,
        "may_open_solution": met.may_open_solution,
        "solution": _solution(question) if met.has_solution else None,
    }


def verdict_sentence(met: MetQuestion) -> str:
    """Say in words what came of the last response."""
    verdict = met.verdict
    if verdict is None:
        return "" if met.state.response is None else "Your answer is kept."
    if verdict.is_right:
        return "Right."
    advice = "" if met.is_over else " Change your answer and submit again."
    if verdict.outcome == "wrong":
        return f"Not right.{advice}"
    surplus = sum(not one.is_right for one in verdict.remarks)
    rest = [f"{verdict.missed} more to find"] * bool(verdict.missed)
    rest += [f"{surplus} to take away"] * bool(surplus)
    credit = f"{100 * verdict.credit:.0f}% of the credit"
    return f"Partly right, {credit}: {' and '.join(rest)}.{advice}"


def place_to_read(objective: str, bank: QuizBank) -> dict[str, str] | None:
    """Return the notebook that teaches an objective, or None if there is none."""
    for lesson in course().lessons:
        for one in lesson.objectives:
            if one.slug == objective:
                title = f"{lesson.number}. {lesson.title}"
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


def _unit(question: Question) -> str:
    if isinstance(question, NumberQuestion) and question.answer is not None:
        return question.answer.unit
    return ""


def _hints_shown(met: MetQuestion) -> int:
    return met.state.hints_used if met.teaches else 0


def _verdict_page(met: MetQuestion) -> dict[str, Any] | None:
    """Return outcome, words and remarks on what was chosen; None if there is nothing to say."""
    sentence = verdict_sentence(met)
    if not sentence:
        return None
    verdict = met.verdict
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
    quiz: Quiz, bank: QuizBank, events: Iterable[Event], all_met: Sequence[MetQuestion]
) -> dict[str, Any]:
    """Return the review of a quiz; it tells right from wrong only where the quiz does."""
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_met),
        "questions": question_list(all_met),
        "reading": reading_list(all_met, bank),
    }


def question_list(all_met: Sequence[MetQuestion]) -> list[dict[str, Any]]:
    """Return a line on each question."""
    return [
        {"number": number, "difficulty": met.question.difficulty, "standing": met.standing}
        for number, met in enumerate(all_met, start=1)
    ]


def reading_list(all_met: Sequence[MetQuestion], bank: QuizBank) -> list[dict[str, Any]]:
    """Return the places that teach what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, met in enumerate(all_met, start=1):
        is_due = met.is_over or met.standing != "open"
        if met.teaches and is_due and met.standing != "right":
            missed[met.question.objective].append(number)
    places = [
        {**place, "numbers": numbers}
        for objective, numbers in missed.items()
        if (place := place_to_read(objective, bank))
    ]
    return sorted(places, key=lambda one: one["file"])


def _summary(quiz: Quiz, events: Iterable[Event], all_met: Sequence[MetQuestion]) -> str:
    answered = sum(one.standing != "open" for one in all_met)
    told = [one for one in all_met if one.teaches]
    if not told:
        return f"{answered} of {len(all_met)} answered. Your answers are kept."
    ids = {one.question.id for one in told}
    here = [
        one for one, answer in answers_in(events) if (answer.quiz, answer.test) == (quiz.name, "")
    ]
    progress = summarise(here, QuizBank((quiz,))).questions
    first = sum(one.right_first for one in progress if one.id in ids)
    now = sum(one.standing == "right" for one in told)
    rest = f" {len(all_met) - answered} not answered yet." if answered < len(all_met) else ""
    return f"{now} of {len(told)} right now, {first} at the first try.{rest}"
