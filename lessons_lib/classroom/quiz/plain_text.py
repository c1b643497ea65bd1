"""Quizzes in plain text, where there are no widgets: a terminal, a script, a screen reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, ResponseError, Verdict, checked, grade
from lessons_lib.classroom.quiz.progress import QuestionState, state_of
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question, Quiz
from lessons_lib.classroom.quiz.regrade import (
    answer_event,
    hint_event,
    position_event,
    solution_event,
)
from lessons_lib.classroom.quiz.variants import PersonalQuestion, personalize
from lessons_lib.classroom.record.event import Event, EventLog
from lessons_lib.classroom.record.folder import learner_id
from lessons_lib.classroom.record.log import session_log
from lessons_lib.formats import percent

_OUTCOMES = {"right": "Right.", "partly": "Partly right.", "wrong": "Not right."}


def ask(
    name: str,
    *,
    bank: QuizBank | None = None,
    log: EventLog | None = None,
    learner: str | None = None,
    read: Callable[[str], str] = input,
    write: Callable[[str], None] = print,
) -> None:
    """Ask the questions of a quiz that are not yet answered correctly, or all if none are left.

    Parameters
    ----------
    name : str
        The quiz's name, or an unambiguous prefix of it: ``"06"``.
    bank, log, learner
        The course's questions, the session's record and this machine's learner if not given.
    read, write : callable
        Like `input` and `print`.

    Raises
    ------
    ValueError
        If there is no such quiz, or (`QuizBankError`) if its file is broken.

    Notes
    -----
    Ctrl-C, Ctrl-D or the word `stop` ends the quiz; the answers so far are saved.
    """
    bank = load_bank() if bank is None else bank
    log = session_log() if log is None else log
    quiz = bank.quiz(name)
    session = _Session(quiz, bank, log, learner_id() if learner is None else learner, read, write)
    try:
        session.run()
    except (EOFError, KeyboardInterrupt):
        write("\nStopped. Your answers so far are saved.")
    except NotImplementedError:  # raised by IPython where there is no input
        write("You can't type here. Use a terminal, or show_quiz() in JupyterLab.")


@dataclass
class _Session:
    """One run through a quiz."""

    quiz: Quiz
    bank: QuizBank
    log: EventLog
    learner: str
    read: Callable[[str], str]
    write: Callable[[str], None]
    notices: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.state = state_of(self.quiz, self.log.events())

    def run(self) -> None:
        """Ask, then review."""
        self.write(f"{self.quiz.title}\nType hint, solution, skip or stop at any time.")
        self._report_notices()
        asks_all = all(self._is_done(one) for one in self.quiz.questions)
        for number, question in enumerate(self.quiz.questions, start=1):
            place = f"\nQuestion {number} of {len(self.quiz.questions)} ({question.difficulty})"
            if self._is_done(question) and not asks_all:
                self.write(f"{place}: already answered.")
                continue
            self.write(place)
            self._record(position_event(question, self.quiz.name))
            self._ask(self._personal(question))
        self._review()

    def _ask(self, personal: PersonalQuestion) -> None:
        question = personal.question
        self.write(question_as_text(question))
        while (text := self.read(f"{prompt_of(question)}: ").strip()).casefold() != "skip":
            if text.casefold() == "stop":
                raise EOFError
            if text.casefold() == "hint":
                self._hint(question)
            elif text.casefold() == "solution":
                self._solution(question)
            elif self._answer(personal, text):
                return

    def _answer(self, personal: PersonalQuestion, text: str) -> bool:
        """Record and grade the input; return whether the question is done."""
        question = personal.question
        try:
            response = checked(question, _response(question, text))
        except ResponseError as error:
            self.write(str(error))
            return False
        self._record(answer_event(personal, response, self.quiz.name))
        if self.quiz.policy_of(question) != "practice":
            self.write("Answer saved.")
            return True
        verdict = grade(question, response)
        self.write(_verdict_as_text(verdict))
        return verdict.is_right

    def _hint(self, question: Question) -> None:
        used = self.state.of(question).hints_used
        if self.quiz.policy_of(question) != "practice":
            self.write("This quiz shows no hints.")
            return
        if used >= len(question.hints):
            self.write("There are no more hints.")
            return
        self._record(hint_event(question, used + 1, self.quiz.name))
        self.write(f"Hint {used + 1} of {len(question.hints)}: {question.hints[used]}")

    def _solution(self, question: Question) -> None:
        is_open = self.quiz.policy_of(question) == "practice" and question.is_graded
        if not is_open or not self.state.of(question).attempts:
            self.write("Answer once first." if is_open else "This quiz shows no solutions.")
            return
        self._record(solution_event(question, self.quiz.name))
        self.write("\n".join(_solution_lines(question)))

    def _review(self) -> None:
        questions = [
            one
            for one in self.quiz.questions
            if one.is_graded and self.quiz.policy_of(one) == "practice"
        ]
        missed = [one for one in questions if not self._is_done(one)]
        if questions:
            self.write(f"\n{len(questions) - len(missed)} of {len(questions)} right.")
        for objective in dict.fromkeys(one.objective for one in missed):
            where = self.bank.lesson_on(objective) or self.quiz.name
            self.write(f"  To review: {objective} (notebook {where})")

    def _is_done(self, question: Question) -> bool:
        """Return whether the last answer was right or, where nothing is graded, was given."""
        state: QuestionState = self.state.of(question)
        if state.response is None:
            return False
        if self.quiz.policy_of(question) != "practice" or not question.is_graded:
            return True
        return grade(self._personal(question).question, state.response).is_right

    def _personal(self, question: Question) -> PersonalQuestion:
        state = self.state.of(question)
        return personalize(
            question, self.learner, variant=state.variant, measured=dict(state.figures)
        )

    def _record(self, event: Event) -> None:
        self.log.append(event)
        self.state.apply(event)
        self._report_notices()

    def _report_notices(self) -> None:
        """Print each of the record's notices once."""
        for notice in self.log.notices():
            if notice not in self.notices:
                self.write(notice)
        self.notices = set(self.log.notices())


def question_as_text(question: Question) -> str:
    """Return the stem with the options below it."""
    lines = [question.stem.strip()]
    if isinstance(question, ChoiceQuestion):
        lines += [_item(letter, option.text) for letter, option in question.options.items()]
    return "\n".join(lines)


def prompt_of(question: Question) -> str:
    """Return the prompt for an answer, for example `Some of A–D, like A C`."""
    if isinstance(question, NumberQuestion):
        return f"A number ({question.unit})" if question.unit else "A number"
    letters = "".join(question.options) if isinstance(question, ChoiceQuestion) else ""
    span = f"{letters[:1]}–{letters[-1:]}"
    return f"One of {span}" if question.kind == "single" else f"Some of {span}, like A C"


def key_as_text(question: Question) -> str:
    """Return the hints, feedback, solution and common mistakes of a question."""
    parts = [
        _section("Hints", _numbered(question.hints)),
        _section("Feedback", _feedback_lines(question) or ["  none"]),
        _section("Solution", _solution_lines(question)),
        _section("Common mistakes", _numbered(question.common_mistakes)),
    ]
    return "\n".join(filter(None, parts))


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join(["", title, *lines]) if lines else ""


def _solution_lines(question: Question) -> list[str]:
    lines = _numbered(f"{step.title}: {step.text.strip()}" for step in question.solution)
    ends = (("Answer", question.final_answer), ("Quick check", question.quick_check))
    return lines + [f"{title}: {text.strip()}" for title, text in ends if text.strip()]


def _feedback_lines(question: Question) -> list[str]:
    if isinstance(question, ChoiceQuestion):
        right = tuple(getattr(question, "answer", None) or ())
        signs = {one: "right. " if one in right else "wrong. " for one in question.options}
        return [
            _item(letter, f"{signs[letter] if right else ''}{option.feedback.strip()}" or "none")
            for letter, option in question.options.items()
        ]
    lines = []
    if isinstance(question, NumberQuestion) and question.answer:
        answer = question.answer
        off = f" ± {_plain(answer.tolerance)}" if answer.tolerance else ""
        lines.append(f"  Right answer: {_plain(answer.value)}{off} {answer.unit}".rstrip())
    if isinstance(question, NumberQuestion) and question.feedback:
        lines.append(_item("right", question.feedback.right))
        lines += [_item(_plain(one.value), one.feedback) for one in question.feedback.known]
        lines.append(_item("any other", question.feedback.wrong))
    return lines


def _plain(value: float | str) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _numbered(texts: Iterable[str]) -> list[str]:
    return [_item(str(number), text) for number, text in enumerate(texts, start=1)]


def _item(name: str, text: str) -> str:
    """Return an item with its further lines aligned below the first."""
    first, *rest = text.strip().splitlines() or [""]
    return "\n".join([f"  {name}. {first}", *(f"     {line}".rstrip() for line in rest)])


def _response(question: Question, text: str) -> Response:
    if isinstance(question, NumberQuestion):
        return Response(number=text)
    return Response(letters=tuple(text.upper().replace(",", " ").split()))


def _verdict_as_text(verdict: Verdict) -> str:
    lines = [_OUTCOMES[verdict.outcome]]
    for remark in verdict.remarks:
        sign = "+" if remark.is_right else "−"
        name = f"{remark.letter}: " if remark.letter else ""
        lines.append(f"  {sign} {name}{remark.text.strip()}")
    if verdict.outcome == "partly":
        rest = f"{verdict.missed} more to find" if verdict.missed else "leave out a wrong one"
        lines.append(f"  Credit: {percent(verdict.credit)}; {rest}.")
    return "\n".join(lines)
