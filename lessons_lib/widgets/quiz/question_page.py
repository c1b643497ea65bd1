"""What a page may know of a question: its text at once, everything else when it is earned.

Texts leave here as HTML that `render` has made safe, under keys that end in `html`. The key goes
out after a right answer or an opened solution, feedback for what was chosen, hints one at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from lessons_lib.practice.course import course
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import PARTIAL_CREDIT, Verdict, grade
from lessons_lib.quiz.markdown import render, render_inline
from lessons_lib.quiz.progress import QuestionState, summarise
from lessons_lib.quiz.question import ChoiceQuestion, NumberQuestion, Policy, Question, Quiz
from lessons_lib.quiz.variants import PersonalQuestion
from lessons_lib.record.event import Event
from lessons_lib.record.kinds import Answer, payloads

QuestionStanding: TypeAlias = Literal["open", "answered", "right", "partly", "wrong"]


@dataclass(frozen=True)
class AskedQuestion:
    """A question as one learner is asked it, and what they did with it.

    `is_over` says that its test has ended: all may be seen, nothing may be changed.
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
        """Whether right and wrong are shown, hints and the solution given."""
        return self.question.is_graded and (self.is_over or self.policy == "practice")

    @cached_property
    def verdict(self) -> Verdict | None:
        """The verdict on the last response, if it may be shown."""
        if self.state.response is None or not self.teaches:
            return None
        return grade(self.question, self.state.response)

    @property
    def standing(self) -> QuestionStanding:
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


def question_page(asked: AskedQuestion) -> dict[str, Any]:
    """Return a question as a page may show it now."""
    question, state = asked.question, asked.state
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
        "standing": asked.standing,
        "is_over": asked.is_over,
        "teaches": asked.teaches,
        "verdict": _verdict_page(asked),
        "key": _key(question) if asked.has_key else None,
        "hints_html": [render_inline(one) for one in question.hints[: _hints_shown(asked)]],
        "hints_left": asked.hints_left,
        "may_open_solution": asked.may_open_solution,
        "solution": _solution(question) if asked.has_solution else None,
    }


def verdict_sentence(asked: AskedQuestion) -> str:
    """Say in words what came of the last response."""
    verdict = asked.verdict
    if verdict is None:
        return "" if asked.state.response is None else "Your answer is kept."
    if verdict.is_right:
        return "Right."
    advice = "" if asked.is_over else " Change your answer and submit again."
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


def _hints_shown(asked: AskedQuestion) -> int:
    return asked.state.hints_used if asked.teaches else 0


def _verdict_page(asked: AskedQuestion) -> dict[str, Any] | None:
    """Return outcome, words and remarks on what was chosen; None if there is nothing to say."""
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
    """Return the review of a quiz; it tells right from wrong only where the quiz does."""
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_asked),
        "questions": question_list(all_asked),
        "reading": reading_list(all_asked, bank),
    }


def question_list(all_asked: Sequence[AskedQuestion]) -> list[dict[str, Any]]:
    """Return a line on each question."""
    return [
        {"number": number, "difficulty": asked.question.difficulty, "standing": asked.standing}
        for number, asked in enumerate(all_asked, start=1)
    ]


def reading_list(all_asked: Sequence[AskedQuestion], bank: QuizBank) -> list[dict[str, Any]]:
    """Return the places that teach what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, asked in enumerate(all_asked, start=1):
        is_due = asked.is_over or asked.standing != "open"
        if asked.teaches and is_due and asked.standing != "right":
            missed[asked.question.objective].append(number)
    places = [
        {**place, "numbers": numbers}
        for objective, numbers in missed.items()
        if (place := place_to_read(objective, bank))
    ]
    return sorted(places, key=lambda one: one["file"])


def _summary(quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion]) -> str:
    answered = sum(one.standing != "open" for one in all_asked)
    graded = [one for one in all_asked if one.teaches]
    if not graded:
        return f"{answered} of {len(all_asked)} answered. Your answers are kept."
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
    return f"{now} of {len(graded)} right now, {first} at the first try.{rest}"
