"""The cards of quizzes, practice, the test and flashcards, and of a learner's progress in them.

Sessions decide what to show, and browsers draw it.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lessons_lib.arguments import check_text
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.variants import NOTHING_MEASURED
from lessons_lib.classroom.record.event import Clock, EventLog, utc_now
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.flashcards import FlashcardAction, FlashcardsSession
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session
from lessons_lib.classroom.sessions.practice import PracticeSession
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizSession
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.classroom.widgets.page import Card, SessionCard, framed_styles, script
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record


class QuizCard(SessionCard):
    """Shows the pages of a session.

    Parameters
    ----------
    session : Session
        Performs the learner's actions and provides the page to show.
    uses_cells_above : bool
        Whether the session depends on earlier cells.
    """

    _kind = QuizAction
    _esm = script("classroom/widgets/quiz/card.js")
    _css = framed_styles("classroom/widgets/quiz/card.css", "classroom/widgets/flashcards/card.css")

    def __init__(self, session: Session, *, uses_cells_above: bool = False) -> None:
        self.uses_cells_above = uses_cells_above
        super().__init__(session)


def _seed() -> int:
    return secrets.randbelow(2**31)


@dataclass(slots=True)
class ErrorSession:
    """Stands behind a card that can only show an error message."""

    label: str
    title: str
    message: str
    stored: str = ""

    def submit(self, action: object) -> Page:
        """Return the message, whatever the action is."""
        return self.page()

    def page(self) -> Page:
        """Return the message."""
        return {"view": "error", "text": self.message}


def _card_of(
    name: str,
    bank: QuizBank | None,
    session_of: Callable[[QuizBank], Session],
    *,
    uses_cells_above: bool = False,
) -> QuizCard:
    """Return the card of a session, or a card that shows why the bank cannot be read.

    Parameters
    ----------
    name : str
        Appears in the repr if the bank cannot be read.
    bank : QuizBank, optional
        The course's questions if not given.
    session_of : callable
        Makes the session from the bank.
    uses_cells_above : bool
        Whether the session depends on earlier cells.
    """
    try:
        session = session_of(load_bank() if bank is None else bank)
        return QuizCard(session, uses_cells_above=uses_cells_above)
    except QuizBankError as error:
        label, title = f"{name}: cannot be shown", "This quiz cannot be shown"
        return QuizCard(ErrorSession(label, title, str(error)))


def show_quiz(
    name: str,
    place: str = "end",
    *,
    figures: Mapping[str, object] = NOTHING_MEASURED,
    log: EventLog | None = None,
    bank: QuizBank | None = None,
) -> QuizCard:
    """Return a card with a quiz's questions at one place, as the learner left it.

    Parameters
    ----------
    name : str
        The name of the quiz, or an unambiguous start of it: ``"06"``.
    place : str
        The section of the notebook whose questions are shown; by default, those at its end.
    figures : mapping of names to float
        The learner's measurements, as plain numbers: ``{"p50_ms": 0.31, "p99_ms": 0.84}``.
        Questions that can be asked about them are. A question keeps its own numbers if a figure is
        missing or unusable, or if it is already answered.
    log : EventLog, optional
        The session's record if not given.
    bank : QuizBank, optional
        The course's questions if not given.

    Raises
    ------
    TypeError
        If `name` or `place` is not a string or `figures` is not a mapping.
    ValueError
        If the quiz does not exist or has no questions at that place; the message lists those that
        do.

    Notes
    -----
    If the quiz's file is broken, the card shows its problems.
    """
    check_text("show_quiz()", name, "a quiz's name")
    check_text("show_quiz(place=...)", place, "a section's name")
    if not isinstance(figures, Mapping):
        raise TypeError(
            f"show_quiz(figures=...) takes figures by name (dict), got {type(figures).__name__}."
        )

    def session_of(bank: QuizBank) -> QuizSession:
        quiz = bank.quiz(name)
        ends = quiz if place == "end" else None
        return QuizSession(quiz.at(place), learner_record(log), measured=figures, ends=ends)

    return _card_of(name, bank, session_of, uses_cells_above=bool(figures))


def show_practice(
    *, log: EventLog | None = None, bank: QuizBank | None = None, seed: Callable[[], int] = _seed
) -> QuizCard:
    """Return a card with the practice questions in order, followed by endless practice.

    If cards or missed questions are due from earlier days, it begins with these.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    seed : callable
        Decides among questions that are equally due.

    Raises
    ------
    ValueError
        If the course names no quiz for practice.
    """
    return _card_of("practice", bank, lambda bank: PracticeSession(bank, learner_record(log), seed))


def show_test(
    *, log: EventLog | None = None, bank: QuizBank | None = None, seed: Callable[[], int] = _seed
) -> QuizCard:
    """Return the card of the test: to start it, to continue it, or to see its result.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    seed : callable
        Decides which questions are drawn.
    """
    return _card_of("test", bank, lambda bank: ExamSession(bank, learner_record(log), seed))


class Flashcards(SessionCard):
    """Shows the pages of a flashcards session.

    Parameters
    ----------
    session : FlashcardsSession
        Performs the learner's actions and provides the page to show.
    """

    _kind = FlashcardAction
    _esm = script("classroom/widgets/flashcards/card.js")
    _css = framed_styles("classroom/widgets/quiz/card.css", "classroom/widgets/flashcards/card.css")


def show_flashcards(
    log: EventLog | None = None, *, bank: QuizBank | None = None, clock: Clock = utc_now
) -> Flashcards:
    """Return the flashcards, scheduled by the ratings in the record.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    bank : QuizBank, optional
        The course's questions if not given; broken files are left out.
    clock : callable
        Returns the current time, with a time zone.

    Notes
    -----
    The schedule depends only on the record, so every kernel with the same record shows the same
    cards.
    """
    return Flashcards(FlashcardsSession(bank_or_empty(bank), learner_record(log), clock))


class ProgressView(Card):
    """Shows how many questions of each notebook are answered, and what else was done.

    Parameters
    ----------
    bank : QuizBank
        The questions.
    record : LearnerRecord
        The learner's answers.
    """

    _esm = script("classroom/widgets/quiz/progress.js")
    _css = framed_styles("classroom/widgets/quiz/card.css")
    saved = ("Your progress", "")

    def __init__(self, bank: QuizBank, record: LearnerRecord) -> None:
        self._bank, self._record = bank, record
        super().__init__()

    def __repr__(self) -> str:
        return "ProgressView(the questions of all notebooks)"

    def content(self) -> Page:
        """Return the progress so far, including what other kernels recorded."""
        self._record.read()
        return progress_page(self._bank, self._record, utc_now())


def show_progress(*, log: EventLog | None = None, bank: QuizBank | None = None) -> ProgressView:
    """Return the learner's progress over all notebooks.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given.
    """
    return ProgressView(bank_or_empty(bank), learner_record(log))
