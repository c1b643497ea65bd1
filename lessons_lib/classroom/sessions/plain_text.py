"""A quiz in plain text, where there are no widgets: a terminal, a script, a screen reader."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import Verdict
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question, Quiz
from lessons_lib.classroom.sessions.page import LearnerRecord, Reply
from lessons_lib.classroom.sessions.question_page import AskedQuestion
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizRun
from lessons_lib.formats import percent

_OUTCOMES = {"right": "Right.", "partly": "Partly right.", "wrong": "Not right."}


def ask(
    quiz: Quiz,
    bank: QuizBank,
    record: LearnerRecord,
    *,
    read: Callable[[str], str] = input,
    write: Callable[[str], None] = print,
) -> None:
    """Ask the questions of a quiz that are not yet answered correctly, or all if none are left.

    Parameters
    ----------
    quiz, bank
        The questions, and the bank that says where to read about what was missed.
    record : LearnerRecord
        Answers are restored from it and added to it.
    read, write : callable
        Like `input` and `print`.

    Notes
    -----
    Ctrl-C, Ctrl-D or the word `stop` ends the quiz; the answers so far are saved.
    """
    try:
        _Dialog(quiz, bank, record, read, write).run()
    except (EOFError, KeyboardInterrupt):
        write("\nStopped. Your answers so far are saved.")
    except NotImplementedError:  # raised by IPython where there is no input
        write("You can't type here. Use a terminal, or show_quiz() in JupyterLab.")


class _Dialog:
    """One run through a quiz, with what may be seen decided as on a card."""

    def __init__(
        self,
        quiz: Quiz,
        bank: QuizBank,
        record: LearnerRecord,
        read: Callable[[str], str],
        write: Callable[[str], None],
    ) -> None:
        self._quiz, self._bank, self._record = quiz, bank, record
        self._read, self._write = read, write
        self._run, self._notices = QuizRun(quiz, record), set[str]()

    def run(self) -> None:
        """Ask, then review."""
        self._write(f"{self._quiz.title}\nType hint, solution, skip or stop at any time.")
        self._report_notices()
        questions = self._run.asked()
        asks_all = all(map(_is_done, questions))
        for number, asked in enumerate(questions, start=1):
            place = f"\nQuestion {number} of {len(questions)} ({asked.question.difficulty})"
            if _is_done(asked) and not asks_all:
                self._write(f"{place}: already answered.")
                continue
            self._write(place)
            self._run.turn_to(number - 1)
            self._report_notices()
            self._ask(asked.question)
        self._review()

    def _ask(self, question: Question) -> None:
        self._write(question_as_text(question))
        while (text := self._read(f"{prompt_of(question)}: ").strip()).casefold() != "skip":
            command = text.casefold()
            if command == "stop":
                raise EOFError
            if command == "hint":
                self._hint()
            elif command == "solution":
                self._solution()
            elif self._answer(text):
                return

    def _answer(self, text: str) -> bool:
        """Record and grade the input; return whether the question is done."""
        reply = self._perform("answer", text)
        if reply["what"] == "problem":
            self._write(reply["text"])
            return False
        asked = self._current()
        self._write(_verdict_as_text(asked.verdict) if asked.verdict else "Answer saved.")
        return _is_done(asked)

    def _hint(self) -> None:
        asked = self._current()
        if not asked.hints_left:
            none = "There are no more hints." if asked.teaches else "This quiz shows no hints."
            self._write(none)
            return
        reply = self._perform("hint")
        self._write(f"{reply['text']} {asked.question.hints[asked.state.hints_used]}")

    def _solution(self) -> None:
        asked = self._current()
        if not (asked.may_open_solution or asked.has_solution):
            self._write("Answer once first." if asked.teaches else "This quiz shows no solutions.")
            return
        self._perform("solution")
        self._write("\n".join(_solution_lines(asked.question)))

    def _review(self) -> None:
        graded = [one for one in self._run.asked() if one.teaches]
        missed = [one for one in graded if one.standing != "right"]
        if graded:
            self._write(f"\n{len(graded) - len(missed)} of {len(graded)} right.")
        for objective in dict.fromkeys(one.question.objective for one in missed):
            where = self._bank.lesson_on(objective) or self._quiz.name
            self._write(f"  To review: {objective} (notebook {where})")

    def _current(self) -> AskedQuestion:
        return self._run.asked()[self._run.index]

    def _perform(self, do: Literal["answer", "hint", "solution"], text: str = "") -> Reply:
        question = self._quiz.questions[self._run.index]
        letters = tuple(text.upper().replace(",", " ").split())
        reply = self._run.perform(QuizAction(do, question.id, letters, text))
        self._report_notices()
        return reply

    def _report_notices(self) -> None:
        """Print each of the record's notices once."""
        for notice in self._record.notices:
            if notice not in self._notices:
                self._write(notice)
        self._notices = set(self._record.notices)


def _is_done(asked: AskedQuestion) -> bool:
    """Return whether the last answer was right or, where nothing is graded, was given."""
    return asked.standing in ("right", "answered")


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
    letters = "".join(question.options)
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
        right = tuple(question.answer or ())
        signs = {one: "right. " if one in right else "wrong. " for one in question.options}
        return [
            _item(letter, f"{signs[letter] if right else ''}{option.feedback.strip()}" or "none")
            for letter, option in question.options.items()
        ]
    lines = []
    if question.answer:
        answer = question.answer
        off = f" ± {_plain(answer.tolerance)}" if answer.tolerance else ""
        lines.append(f"  Right answer: {_plain(answer.value)}{off} {answer.unit}".rstrip())
    if question.feedback:
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
