"""What a page may know about a question: its text at once, everything else once it is earned.

Texts are HTML that `render` has made safe, under keys that end in `html`. The page gets the answer
key after a right answer or an opened solution, feedback only on what was chosen, and hints one at a
time. The page after the last question reviews them all; a test's result shares its parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Literal, TypeAlias

from msgspec.structs import replace

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import CheckedGuess, checked_guesses
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import PARTIAL_CREDIT, Remark, Response, Verdict, grade
from lessons_lib.classroom.quiz.markdown import render, render_inline
from lessons_lib.classroom.quiz.progress import QuestionState, Tally, summarise
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Policy, Question, Quiz
from lessons_lib.classroom.quiz.variants import PersonalQuestion, filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, payloads
from lessons_lib.classroom.sessions.page import Page, link_to, links_on
from lessons_lib.formats import percent

QuestionStanding: TypeAlias = Literal["open", "answered", "right", "partly", "wrong"]
ShownPolicy: TypeAlias = Policy | Literal["graded"]  # graded: right or not right, and no more


@dataclass(frozen=True)
class AskedQuestion:
    """A question as one learner sees it, and what they did with it.

    `is_over` means that its test has ended: everything may be seen, and nothing changed.
    """

    personal: PersonalQuestion
    state: QuestionState
    policy: ShownPolicy
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
        may_show = self.teaches or (self.question.is_graded and self.policy == "graded")
        if self.state.response is None or not may_show:
            return None
        return grade(self.question, self.state.response)

    @property
    def standing(self) -> QuestionStanding:
        """The verdict in one word, or whether the question is answered."""
        if self.verdict is not None:
            is_whole = self.teaches or self.verdict.is_right
            return self.verdict.outcome if is_whole else "wrong"
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
    def may_open_solution(self) -> bool:
        """Whether the learner may open the solution, which needs an attempt."""
        return self.teaches and self.state.attempts > 0 and not self.has_solution

    @property
    def hints_left(self) -> int:
        """How many hints the learner can still open."""
        has_hints = self.teaches and not self.is_over
        return len(self.question.hints) - self.state.hints_used if has_hints else 0


def question_page(asked: AskedQuestion) -> Page:
    """Return a question as a page may show it now."""
    question, state = asked.question, asked.state
    response = state.response or Response()
    hints = question.hints[: state.hints_used if asked.teaches else 0]
    knows_key = asked.has_solution or (asked.teaches and asked.standing == "right")
    return {
        "id": question.id,
        "kind": question.kind,
        "difficulty": question.difficulty,
        "stem_html": render(question.stem),
        "options": _options(question),
        "unit": getattr(question, "unit", ""),
        "given": {"letters": list(response.letters), "number": response.number},
        "attempts": state.attempts,
        "standing": asked.standing,
        "is_over": asked.is_over,
        "teaches": asked.teaches,
        "verdict": _verdict_page(asked),
        "key": _key(question) if knows_key else None,
        "hints_html": [render_inline(one) for one in hints],
        "hints_left": asked.hints_left,
        "may_open_solution": asked.may_open_solution,
        "solution": _solution(question) if asked.has_solution else None,
    }


def stored_questions(quiz: Quiz) -> str:
    """Return the questions of a quiz and their options as a list in HTML, the same for everyone.

    A question with variants has the numbers of the first one.
    """
    return f"<ol>{''.join(map(_stored_question, quiz.questions))}</ol>"


def _stored_question(question: Question) -> str:
    shown = filled_from(question, 0 if question.variants else None) or question
    options = "".join(f"<li>{one['html']}</li>" for one in _options(shown))
    unit = escape(getattr(shown, "unit", "") or "a number")
    answers = f'<ol type="A">{options}</ol>' if options else f"<p>(Answer: {unit})</p>"
    # Elsewhere, MathJax would read what stands between two prices as a formula.
    return f'<li class="tex2jax_ignore mathjax_ignore">{render(shown.stem)}{answers}</li>'


def verdict_sentence(asked: AskedQuestion) -> str:
    """Describe the verdict on the last response."""
    verdict = asked.verdict
    if verdict is None:
        return "Answer saved."
    if verdict.is_right:
        return "Right."
    if not asked.teaches:
        return "Not right."
    advice = "" if asked.is_over else " Change your answer and submit it again."
    if verdict.outcome == "wrong":
        return f"Not right.{advice}"
    surplus = sum(not one.is_right for one in verdict.remarks)
    rest = [f"{verdict.missed} more to find"] * bool(verdict.missed)
    rest += [f"{surplus} to remove"] * bool(surplus)
    credit = f"{percent(verdict.credit)} of the credit"
    return f"Partly right, {credit}: {' and '.join(rest)}.{advice}"


def _options(question: Question) -> list[dict[str, str]]:
    if not isinstance(question, ChoiceQuestion):
        return []
    return [
        {"letter": letter, "html": render(option.text)}
        for letter, option in question.options.items()
    ]


def _verdict_page(asked: AskedQuestion) -> Page | None:
    """Return the outcome, a sentence and remarks on what was chosen; None without a response."""
    if asked.state.response is None:
        return None
    remarks = asked.verdict.remarks if asked.verdict and asked.teaches else ()
    return {
        "outcome": asked.standing,
        "sentence": verdict_sentence(asked),
        "rule": PARTIAL_CREDIT if asked.standing == "partly" else "",
        "remarks": [
            {"letter": one.letter, "is_right": one.is_right, "html": _reason(one)}
            for one in remarks
        ],
    }


def _reason(remark: Remark) -> str:
    """Return in HTML why a choice is right or not, without the word that the verdict says."""
    page = render(remark.text)
    said, right, reason = page.partition("<p>Right: ")
    return page if said or not right else f"<p>{reason[:1].upper()}{reason[1:]}"


def _key(question: Question) -> Page:
    """Return the right answer."""
    if isinstance(question, ChoiceQuestion):
        return {"letters": list(question.answer or ()), "number": ""}
    if question.answer is None:
        return {"letters": [], "number": ""}
    value = float(question.answer.value)
    figure = f"{int(value):,}" if value.is_integer() else f"{value:,}"
    return {"letters": [], "number": f"{figure} {question.unit}".strip()}


def _solution(question: Question) -> Page:
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
    quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion], *, test: str = ""
) -> Page:
    """Return the review of a quiz or test; it shows right and wrong only if the quiz does."""
    missed = sum(one.is_missed for one in all_asked)
    here = f"{quiz.name}.ipynb"
    return {
        "view": "review",
        "heading": "Review",
        "summary": _summary(quiz, events, all_asked, test),
        "questions": question_list(all_asked),
        "reading": [
            one for one in reading_list(all_asked) if one["fragment"] or one["file"] != here
        ],
        "again": f"Repeat the missed question{'s' * (missed > 1)}" if missed else "",
    }


def question_list(all_asked: Sequence[AskedQuestion]) -> list[Page]:
    """Return one line per question."""
    return [
        {"number": number, "difficulty": asked.question.difficulty, "standing": asked.standing}
        for number, asked in enumerate(all_asked, start=1)
    ]


def reading_list(all_asked: Sequence[AskedQuestion]) -> list[Page]:
    """Return links to what teaches what was missed, in the order of the course."""
    missed: defaultdict[str, list[int]] = defaultdict(list)
    for number, asked in enumerate(all_asked, start=1):
        if asked.is_missed:
            missed[asked.question.objective].append(number)
    notebooks = [
        link | {"numbers": numbers}
        for objective, numbers in missed.items()
        for link in links_on(objective)
    ]
    return sorted(notebooks, key=lambda one: one["file"])


def _summary(
    quiz: Quiz, events: Iterable[Event], all_asked: Sequence[AskedQuestion], test: str
) -> str:
    answered = sum(one.standing != "open" for one in all_asked)
    graded = [one for one in all_asked if one.teaches]
    if not graded:
        return f"{answered} of {len(all_asked)} answered."
    ids = {one.question.id for one in graded}
    here = [
        event
        for event, answer in payloads(events, Answer)
        if (answer.quiz, answer.test) == (quiz.name, test)
    ]
    progress = summarise(here, QuizBank((quiz,))).questions
    first = sum(one.right_first for one in progress if one.id in ids)
    now = sum(one.standing == "right" for one in graded)
    rest = f" {len(all_asked) - answered} not answered yet." if answered < len(all_asked) else ""
    return f"{now} of {len(graded)} right, {first} on the first try.{rest}"


def ending_of(quiz: Quiz, events: Iterable[Event]) -> Page | None:
    """Return the end of the lesson that a quiz belongs to; None if it belongs to none.

    It lists every objective that the cards of the lesson asked, also those of other notebooks.

    Parameters
    ----------
    quiz : Quiz
        All questions of the lesson, also those that were asked before its end.
    events : iterable of Event
        The learner's record.
    """
    lessons = course().lessons
    at = next((n for n, one in enumerate(lessons) if one.slug == quiz.name), None)
    if at is None:
        return None
    events = list(events)
    shown = tuple(one for one in quiz.questions if one.place != "pool")
    asked = QuizBank((replace(quiz, questions=shown),))
    tallies = summarise(events, asked).by("objective")
    own = [goal.slug for goal in lessons[at].objectives if goal.slug in tallies]
    following = next(iter(lessons[at + 1 :]), None)
    return {
        "can": [
            link | {"standing": _standing(tallies[name])}
            for name in dict.fromkeys((*own, *tallies))
            for link in links_on(name)
        ],
        "guesses": _guesses_in_words(quiz.name, events),
        "onward": link_to(following) | {"about": ""} if following else None,
    }


def _standing(tally: Tally) -> str:
    if not tally.attempted:
        return "open"
    if tally.right_last == tally.attempted:
        return "right" if tally.attempted == tally.questions else "answered"
    return "partly" if tally.right_last else "wrong"


def _guesses_in_words(lesson: str, events: list[Event]) -> str:
    """Return how many guesses of the lesson were close, next to those of all lessons."""
    checked = checked_guesses(events)
    here = [one for task, one in checked.items() if task.lesson == lesson]
    if not here:
        return ""
    sentence = f"Here, {_close(here)} of your {len(here)} guesses were right or close"
    if len(here) == len(checked):
        return f"{sentence}."
    return (
        f"{sentence}. In all notebooks so far, {_close(checked.values())} of {len(checked)} were."
    )


def _close(checked: Iterable[CheckedGuess]) -> int:
    return sum(one.side == "close" for one in checked)
