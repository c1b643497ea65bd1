"""A small stub of a class's server, which a kernel's session asks in tests."""

from typing import Any

import msgspec

from lessons_lib.classroom.sessions.page import Page
from lessons_lib.classroom.sessions.quiz_run import QuizAction
from lessons_lib.classroom.widgets.quiz.remote import LIVE, UNREACHED, UnreachedError

QUESTION, REVISION = "passes-of-thirty", 3


class ClassStub:
    """A server with one learner, which can be down, lose its replies, or refuse what it gets.

    Attributes
    ----------
    mark : str
        Of the round that is open in the room; empty without one.
    answers : list of tuple of str and str
        The names of quizzes and the letters that counted, in order.
    refused : dict of str to int
        The status with which requests are refused that are for a quiz, or have a number.
    """

    def __init__(self) -> None:
        self.mark, self.is_down, self.loses_replies = "", False, False
        self.answers: list[tuple[str, str]] = []
        self.refused: dict[str, int] = {}
        self.bodies: list[Any] = []
        self._ids = set[str]()

    def __call__(self, name: str, body: bytes | None = None, *, seen: str = "") -> Page:
        request = msgspec.json.decode(body) if body else None
        number = request["action"].get("number", "") if request else ""
        if self.is_down:
            raise UnreachedError(UNREACHED)
        if status := self.refused.get(name, self.refused.get(number)):
            raise UnreachedError("It is refused.", status)
        page = self.live() if name == LIVE else self.graded(name)
        if request:
            self.bodies.append(request)
            reply = self.acted(name, request["id"], msgspec.convert(request["action"], QuizAction))
            page = (self.live() if name == LIVE else self.graded(name)) | reply
        if self.loses_replies:
            raise UnreachedError(UNREACHED)
        return page

    def acted(self, name: str, request_id: str, action: QuizAction) -> Page:
        """Count an answer once, if it is for the question that is asked."""
        if action.do != "answer":
            return {"view": "review"} if action.do == "review" else {}
        if name == LIVE and action.question != self.mark:
            return {"reply": {"what": "problem", "text": "too late"}}
        if request_id not in self._ids:
            self._ids.add(request_id)
            self.answers.append((name, "".join(action.letters)))
        return {"reply": {"what": "verdict", "text": "Answer saved."}}

    def graded(self, name: str) -> Page:
        """Return the page of a quiz with one question."""
        given = [letters for quiz, letters in self.answers if quiz == name][-1:]
        question = {"id": QUESTION, "revision": REVISION, "given": {"letters": given}}
        page: Page = {"view": "question", "number": 1, "notices": [], "question": question}
        return page | {"reply": {"what": "", "text": ""}}

    def live(self) -> Page:
        """Return the page of the room."""
        page: Page = {"version": f"{self.mark} {len(self.answers)}", "notices": []}
        page |= {"note": "", "heading": "Waiting", "reply": {"what": "", "text": ""}}
        return page | ({"view": "question", "turn": self.mark} if self.mark else {"view": "start"})

    @property
    def letters(self) -> list[str]:
        """The letters that counted, whichever quiz they are for."""
        return [letters for _, letters in self.answers]


class Holder:
    """What stands for a card: it notes the pages that it shows."""

    def __init__(self) -> None:
        self.comm: object | None = object()
        self.pages: list[Page] = []

    def show(self, page: Page) -> None:
        """Note a page."""
        self.pages.append(page)

    def close(self) -> None:
        """Close as a card does."""
        self.comm = None


def answer(letter: str, question: str = QUESTION, *, number: str = "") -> QuizAction:
    """Return the answer of a learner."""
    return QuizAction("answer", question=question, letters=(letter,), number=number)
