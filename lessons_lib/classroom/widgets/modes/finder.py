"""The mode finder: a few questions, and the learning mode that fits the answers."""

from __future__ import annotations

from collections.abc import Iterable

from lessons_lib.classroom.course import course
from lessons_lib.classroom.record.event import Event, EventLog, new_event
from lessons_lib.classroom.record.kinds import WISH
from lessons_lib.classroom.sessions.controls import Choice
from lessons_lib.classroom.widgets.explore.explore import Explore
from lessons_lib.classroom.widgets.explore.shown import Link
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.formats import counted, in_words


class ModeFinder(Explore):
    """Asks a few questions and suggests a learning mode; the answers are recorded.

    Parameters
    ----------
    log : EventLog, optional
        Contains the earlier answers; the session's record if not given.
    """

    def __init__(self, log: EventLog | None = None) -> None:
        self._record = learner_record(log)
        self._wish = latest_wish(self._record.events)
        questions = course().finder.questions
        asks = in_words(len(questions), "short question")
        super().__init__(
            {
                one.field: Choice(
                    one.text, [*one.answers.values()], one.answers.get(self._wish[one.field], "")
                )
                for one in questions
            },
            self._suggested,
            title="Not sure?",
            lead=f"Answer {asks} to get a suggestion. You can still choose any mode.",
        )

    def _suggested(self, **texts: str) -> list[str | Link]:
        """Save the answers, and return the mode that fits them, or how many are missing."""
        questions = course().finder.questions
        names = {text: name for one in questions for name, text in one.answers.items()}
        wish = {field: names.get(text, "") for field, text in texts.items()}
        if wish != self._wish:
            self._wish = wish
            self._record.append(new_event(WISH, "modes", wish))
        shown: list[str | Link] = []
        if left := list(wish.values()).count(""):
            if left < len(wish):
                shown = [f"{counted(left, 'question')} left."]
        elif wish:
            shown = [_proposal(" ".join(wish.values()))]
        return [*shown, *self._record.notices]


def latest_wish(events: Iterable[Event]) -> dict[str, str]:
    """Return the latest valid answers by question, "" where there is none."""
    questions = course().finder.questions
    wish = {one.field: "" for one in questions}
    for event in events:
        answers = {field: event.payload.get(field) or "" for field in wish}
        if event.kind == WISH and all(
            answers[one.field] in ("", *one.answers) for one in questions
        ):
            wish = {field: str(answer) for field, answer in answers.items()}
    return wish


def _proposal(answers: str) -> Link:
    found = next(one for one in course().finder.proposals if answers in one.fits)
    mode = course().mode(found.mode)
    after = f" ({course().minutes(mode)} min). {found.reason} {mode.start}"
    return Link("We suggest ", f"{mode.number}. {mode.title}", mode.link(), after)
