"""The card for learners who come back: what to do today, with one link that begins it."""

from typing import Literal

from msgspec import Struct

from lessons_lib.classroom.practice.modes import minutes_in_words, today
from lessons_lib.classroom.practice.up_next import Due, begin, left_today
from lessons_lib.classroom.record.event import EventLog, utc_now
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, target
from lessons_lib.classroom.widgets.page import Card, framed_styles, script
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record
from lessons_lib.classroom.widgets.static import STATIC_CLASS


class TodayAction(Struct, frozen=True):
    """What a page may request: to begin today's plan, or to look at it again."""

    do: Literal["begin", "look"]


class TodayCard(Card):
    """Greets learners who come back and says what to do today; newcomers see nothing.

    Parameters
    ----------
    record : LearnerRecord
        What the learner did so far.
    """

    _esm = script("classroom/widgets/quiz/today.js")
    _css = framed_styles("classroom/widgets/quiz/today.css")
    saved = ("Today", "")
    _kind = TodayAction

    def __init__(self, record: LearnerRecord) -> None:
        self._record, self._due, self._begun = record, Due(), 0
        super().__init__()

    def __repr__(self) -> str:
        return "TodayCard(what to do today)"

    def static_form(self) -> str:
        """Return an empty card: what to do today isn't known without the record."""
        nothing = f'<div class="{STATIC_CLASS}" style="display: none"></div>'
        return f'<div class="lessons-nothing">{nothing}</div>'

    def submit(self, action: TodayAction) -> None:
        """Begin today's plan, or look at it again."""
        if action.do == "begin":
            self._record.read()
            self._begin()
        self.refresh()

    def content(self) -> Page:
        """Return what to do today, with a link that begins it, or None for a newcomer."""
        self._record.read()
        return {"begun": self._begun, "today": self._today()}

    def _today(self) -> Page | None:
        events, bank = self._record.events, bank_or_empty()
        if events:
            self._due = left_today(events, bank, utc_now())
        if not (steps := today(events, bank, self._due)):
            return None
        return {
            **target(steps[0].link),
            "due": ", ".join(one.words for one in steps if not one.is_lesson),
            "lesson": "".join(one.words for one in steps if one.is_lesson),
            "about": f"about {minutes_in_words(sum(one.minutes for one in steps))}",
        }

    def _begin(self) -> None:
        """Record what was counted, so that practice asks it, and tell cards that are alive."""
        if begun := begin(self._due, self._record.events, bank_or_empty()):
            self._record.append(begun)
        self._begun += 1


def show_today(*, log: EventLog | None = None) -> TodayCard:
    """Return a card that says what to do today.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    """
    return TodayCard(learner_record(log))
