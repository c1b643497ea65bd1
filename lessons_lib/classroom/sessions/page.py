"""Pages and actions as plain data: what a session receives and returns."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.record.event import Event, EventLog

Page: TypeAlias = dict[str, Any]
Reply: TypeAlias = Mapping[str, str]  # what an action led to, and a sentence about it
Message = TypeVar("Message")
NO_REPLY: Reply = {"what": "", "text": ""}
LONGEST_VALUE = 1_000


class Session(Protocol):
    """The state behind a card, which also works without a browser.

    `label` appears in the repr of the card, and `title` and `stored`, HTML that says what is asked,
    in its static form. So they must not depend on the learner's answers.
    """

    label: str
    title: str

    @property
    def stored(self) -> str:
        """What is asked, as HTML for a page without a kernel; no key and no feedback."""
        ...

    def submit(self, action: Any) -> Page:
        """Do what the learner requested, if that is possible now, and return the page after it."""
        ...

    def page(self) -> Page:
        """Return everything that the page may know and show now."""
        ...


class LearnerRecord:
    """A learner's events as last read from a log, including those appended since.

    Attributes
    ----------
    learner : str
        Determines their variants of the questions.
    events : list of Event
        Oldest first. The log is read when the record is created and by `read()`.
    """

    def __init__(self, log: EventLog, learner: str) -> None:
        self._log, self.learner = log, learner
        self.events: list[Event] = []
        self.read()

    def read(self) -> list[Event]:
        """Read the log again, including the events of other kernels, and return all events."""
        self.events = list(self._log.events())
        return self.events

    def append(self, event: Event) -> None:
        """Save an event."""
        self._log.append(event)
        self.events.append(event)

    @property
    def notices(self) -> list[str]:
        """What the learner should know about the record."""
        return self._log.notices()


def decoded(message: object, kind: type[Message]) -> Message | None:
    """Return a browser's message as its type, or None if it does not fit: it may be forged."""
    try:
        return msgspec.convert(message, kind)
    except (msgspec.ValidationError, RecursionError):
        return None


def target(address: str) -> Page:
    """Return the file and the fragment of a link, as `courseLink` accepts them in a browser."""
    file, sign, place = address.partition("#")
    return {"file": file, "fragment": f"{sign}{place}"}


def link_to(lesson: Notebook) -> Page:
    """Return a link to a lesson of the course."""
    return {"file": lesson.file_name, "title": lesson.heading}


def link_to_notebook(name: str, bank: QuizBank) -> Page:
    """Return a link to the notebook of a quiz, which may not be in the course."""
    for lesson in course().lessons:
        if lesson.slug == name:
            return link_to(lesson)
    return {"file": f"{name}.ipynb", "title_html": render_inline(bank.quiz(name).title)}


def links_on(objective: str) -> list[Page]:
    """Return a link to the cell that teaches an objective, with its sentence, if one does."""
    return [
        link_to(lesson)
        | {"fragment": f"#cell-id={one.cell}" * bool(one.cell), "about": one.sentence}
        for lesson in course().lessons
        for one in lesson.objectives
        if one.slug == objective
    ]


_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates with U+FFFD, so that UTF-8 can encode it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def storable(value: object) -> str | int:
    """Return what a control in a browser sent, or an empty text for what none sends."""
    if isinstance(value, str):
        return well_formed(value[:LONGEST_VALUE])
    return value if isinstance(value, int) else ""


def shown(text: str, *, length: int = 32) -> str:
    """Return a short, valid text with visible symbols for control characters."""
    short = text if len(text) <= length else text[: length - 1] + "…"
    return well_formed(short).translate(_CONTROL_PICTURES)


def error_in_words(error: BaseException) -> str:
    """Describe an exception in one short line that can be sent and shown."""
    return f"{type(error).__name__}: {shown(str(error), length=500)}"
