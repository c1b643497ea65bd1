"""The cards of a guess and of its result: one session decides what they show."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from time import perf_counter
from typing import Any, TypeAlias
from weakref import WeakSet

from IPython.core.getipython import get_ipython
from ipywidgets import HTML, VBox

from lessons_lib.classroom.course import CARD_KEY
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.widgets.job import Job, JobEnd
from lessons_lib.classroom.widgets.page import SessionCard, framed_styles, script
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.classroom.widgets.static import static_form
from lessons_lib.formats import counted

RESULT = "lessons_result"  # in the metadata of an output
FAILED = "The measurement failed, so there is no result."
STILL_MEASURING = "Another measurement is still running. Try again when it has ended."
Measure: TypeAlias = Callable[[], float | Awaitable[float]]

_SESSIONS: dict[str, GuessSession] = {}
_CARDS: WeakSet[GuessCard] = WeakSet()

# The sessions whose result is measured by the cell that runs. It calls `show_outcome` at its end.
_measured_now: list[GuessSession] = []
_cell_began_s = 0.0  # by `perf_counter`; 0 outside notebooks


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
    _lead, _asks = "Guess before you read on.", True

    def __init__(self, session: GuessSession) -> None:
        super().__init__(session, {"lead": self._lead, "asks": self._asks})
        self.saved = (session.title, self._lead)
        _CARDS.add(self)

    def submit(self, action: GuessAction) -> None:
        """Commit a guess or show the result without one, here and in the other cards."""
        if action.do != "stop":
            self._session.submit(action)
        _refresh(self._session)


def _refresh(session: GuessSession) -> None:
    for card in list(_CARDS):
        if card._session is session:
            card.refresh()


class OutcomeCard(GuessCard):
    """One line below a measurement: it leads to the guess, whose card shows result and figures.

    Without a guess, it hides the result, unless the learner asks for it. Then it shows it, and the
    card of the guess leads to it. A stored notebook has the
    result in the output's metadata, for pages without a kernel; no frontend shows it there.
    """

    _lead, _asks = "Your guess beside the result.", False
    uses_cells_above = True

    def __init__(self, session: GuessSession) -> None:
        super().__init__(session)
        _refresh(session)  # the others did not know the result

    def picture(self) -> str:
        """Return nothing, because the card of the guess has the choices."""
        return ""

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        result = self._session.result
        if isinstance(result, float) and not result.is_integer():
            result = float(f"{result:.6g}")  # the rest differs between machines
        return bundle and (bundle[0], {**bundle[1], RESULT: result})


class MeasuringCard(GuessCard):
    """A card that measures the result itself as soon as a guess is committed.

    Parameters
    ----------
    session : GuessSession
        Receives the guess and the result.
    measure : callable
        Returns the result, or an awaitable of it, and may take a while.
    job : Job
        Cards that share a job measure one at a time.
    """

    _lead = ""

    def __init__(self, session: GuessSession, measure: Measure, *, job: Job) -> None:
        self._measure, self._job = measure, job
        super().__init__(session)

    def submit(self, action: GuessAction) -> None:
        """Commit a guess and measure its result, or stop measuring."""
        if action.do != "commit":
            if self._session.measuring:
                self._job.stop()
        elif self._job.is_running or self._job.is_ending:
            self._session.problem = STILL_MEASURING
        else:
            self._session.submit(action)
            if not self._session.problem:
                self._session.begin()
                self._job.start(self._measure, convert=self._session.resolve, then=self._end)
        _refresh(self._session)

    def _end(self, end: JobEnd[None]) -> None:
        problem = end.failed and f"{FAILED} {end.failed}"
        if end.stopped:
            problem = f"{end.stopped}, so there is no result. You can measure again at any time."
        self._session.end(problem)
        _refresh(self._session)


class LabBook(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Cards that measure, one below the other."""

    saved = ("Lab book", "Guess first, then measure on this machine.")

    def __init__(self, *cards: MeasuringCard) -> None:
        title, lead = self.saved
        super().__init__((HTML(f"<h2>{title}</h2><p>{lead}</p>"), *cards))
        asked = "".join(f"<li>{escape(card.saved[0])}</li>" for card in cards)
        self._asked = f"<ul>{asked}</ul>"

    def __repr__(self) -> str:
        count = counted(len(self.children) - 1, "experiment")
        return f"LabBook(guess first, then measure: {count})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super()._repr_mimebundle_(**kwargs),
            "text/html": static_form(*self.saved, picture=self._asked),
        }


def say_step(done: int, of: int) -> None:
    """Show how much of a measurement is done, in the cards of the guess at its result."""
    for session in _measured_now:
        session.step(done, of)
        _refresh(session)


def keep_picture(picture: Page) -> None:
    """Keep a figure of a measurement for the cards of the guess at its result.

    Parameters
    ----------
    picture : dict
        The attributes of an image: `src`, `alt` and `width`.
    """
    for session in _measured_now:
        session.pictures.append(picture)


def _before_cell(_: object) -> None:
    global _cell_began_s
    _cell_began_s = perf_counter()
    # JupyterLab sends a cell's metadata with its code; elsewhere, no card says that it is measured.
    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    card = message.get("metadata", {}).get(CARD_KEY, {})
    is_known = card.get("card") == "outcome" and card.get("name") in _SESSIONS
    _measured_now[:] = [_SESSIONS[card["name"]]] if is_known else []
    for session in _measured_now:
        session.begin()
        _refresh(session)


def _after_cell(result: Any) -> None:
    for session in _measured_now:
        session.end("" if result.success else FAILED)
        _refresh(session)
    _measured_now.clear()


def _follow_cells() -> None:
    """Let the cards of a guess say when a cell measures its result."""
    shell: Any = get_ipython()
    if shell and _before_cell not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _before_cell)
        shell.events.register("post_run_cell", _after_cell)


_follow_cells()  # the cell with the result may be the first one with a guess


def _session_of(name: str, log: EventLog | None) -> GuessSession:
    """Return the session of a guess, which its cards share unless a log is given."""
    if log is not None:
        return GuessSession(guess_task(name), learner_record(log))
    _follow_cells()
    if name not in _SESSIONS:
        _SESSIONS[name] = GuessSession(guess_task(name), learner_record())
    return _SESSIONS[name]


def is_open(name: str) -> bool:
    """Return whether a learner neither made a guess nor asked for its result without one."""
    return _session_of(name, None).is_open


def show_guess(name: str, *, log: EventLog | None = None) -> GuessCard:
    """Return a card that asks for a guess.

    Parameters
    ----------
    name : str
        The id of a guess in ``notebooks/source/guesses.yaml``.
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
        The id of a guess in ``notebooks/source/guesses.yaml``.
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
    session.since_s = _cell_began_s or session.since_s
    session.resolve(result)
    return OutcomeCard(session)
