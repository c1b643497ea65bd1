"""The cards of a guess and of its result: one session decides what they show."""

from __future__ import annotations

from weakref import WeakSet

from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.page import SessionCard, framed_styles, script
from lessons_lib.classroom.widgets.record import learner_record

_SESSIONS: dict[str, GuessSession] = {}
_CARDS: WeakSet[GuessCard] = WeakSet()


class GuessCard(SessionCard):
    """Asks for a guess, keeps it, and shows it beside the result as soon as both are known.

    All cards of the same session follow each other.
    """

    _session: GuessSession
    _esm = script("classroom/widgets/explore/guess.js")
    _css = framed_styles(
        "classroom/widgets/explore/explore.css", "classroom/widgets/explore/guess.css"
    )
    _kind = GuessAction
    _lead = "Guess before you read on."

    def __init__(self, session: GuessSession) -> None:
        super().__init__(session)
        self.saved = (session.title, self._lead)
        _CARDS.add(self)

    def submit(self, action: GuessAction) -> None:
        """Commit a guess, and show it in the other cards, too."""
        super().submit(action)
        self._refresh_others()

    def _refresh_others(self) -> None:
        for card in list(_CARDS):
            if card is not self and card._session is self._session:
                card.refresh()


class OutcomeCard(GuessCard):
    """Shows a result beside the learner's guess; cells above it ask and compute."""

    _lead = "Your guess beside the result."
    uses_cells_above = True

    def __init__(self, session: GuessSession) -> None:
        super().__init__(session)
        self._refresh_others()  # which did not know the result

    def content(self) -> Page:
        """Return the page without the control."""
        return self._session.outcome()


def _session_of(name: str, log: EventLog | None) -> GuessSession:
    """Return the session of a guess, which its cards share unless a log is given."""
    if log is not None:
        return GuessSession(guess_task(name), learner_record(log))
    if name not in _SESSIONS:
        _SESSIONS[name] = GuessSession(guess_task(name), learner_record())
    return _SESSIONS[name]


def show_guess(name: str, *, log: EventLog | None = None) -> GuessCard:
    """Return a card that asks for a guess.

    Parameters
    ----------
    name : str
        The id of a guess in ``notebooks/guesses.yaml``.
    log : EventLog, optional
        Holds the guess; the session's record if not given.

    Raises
    ------
    ValueError
        If no guess has that id.
    """
    return GuessCard(_session_of(name, log))


def show_outcome(name: str, result: object, *, log: EventLog | None = None) -> OutcomeCard:
    """Return a card with a result beside the learner's guess, and record both together.

    Parameters
    ----------
    name : str
        The id of a guess in ``notebooks/guesses.yaml``.
    result : float or str
        A number in the guess's unit, or the text of one of its options.
    log : EventLog, optional
        Holds the guess; the session's record if not given.

    Raises
    ------
    TypeError, ValueError
        If no guess has that id, or the result does not fit it.
    """
    session = _session_of(name, log)
    session.resolve(result)
    return OutcomeCard(session)
