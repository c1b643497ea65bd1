"""Not sure how to learn? Three questions, and one mode with one reason."""

from __future__ import annotations

from itertools import product
from typing import Any

import msgspec
import traitlets

from lessons_lib.practice.modes_finder import (
    QUESTIONS,
    Proposal,
    Wish,
    latest_wish,
    propose,
    wish_event,
)
from lessons_lib.record.event import Clock, EventLog, utc_now
from lessons_lib.widgets.kernel_owned import KernelOwned
from lessons_lib.widgets.quiz_record import QuizRecord
from lessons_lib.widgets.static_files import read_static


class ModeFinder(KernelOwned):
    """Asks three questions and proposes one learning mode.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given; the answers given last are found in it again.
    clock : callable
        Says when answers were given.

    Notes
    -----
    All proposals go to the browser at once, so that an answer never waits for a busy kernel.
    """

    _esm = read_static(
        "elements.js", "kernel_line.js", "course_link.js", "lab_parts.js", "mode_chooser_finder.js"
    )
    _css = read_static("lab_frame.css", "mode_chooser_finder.css")

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, log: EventLog | None = None, *, clock: Clock = utc_now) -> None:
        self._record, self._clock = QuizRecord(log), clock
        self._wish = latest_wish(self._record.events())
        self._serial = 0
        super().__init__(page=self._page())
        self.on_msg(self._take)

    def __repr__(self) -> str:
        return "ModeFinder(run this cell for three questions and a proposal)"

    def _take(self, _: object, content: object, buffers: object) -> None:
        """Keep the answers of a page; what is no answer is passed over."""
        try:
            wish = msgspec.convert(content, Wish)
        except (msgspec.ValidationError, RecursionError):
            return
        if wish != self._wish:
            self._wish = wish
            self._record.append(wish_event(wish, clock=self._clock))
        self.page = self._page()

    def _page(self) -> dict[str, Any]:
        self._serial += 1
        return {
            "serial": self._serial,  # so that every message is answered by a change
            "questions": [
                {"field": one.field, "text": one.text, "answers": dict(one.answers)}
                for one in QUESTIONS
            ],
            "wish": msgspec.to_builtins(self._wish),
            "proposals": _proposals(),
            "notices": self._record.notices,
        }


def _proposals() -> dict[str, dict[str, Any]]:
    """Return what is proposed for each three answers, by the answers joined with a space."""
    names = [one.field for one in QUESTIONS]
    found = {}
    for answers in product(*(one.answers for one in QUESTIONS)):
        proposal = propose(msgspec.convert(dict(zip(names, answers, strict=True)), Wish))
        if proposal is not None:
            found[" ".join(answers)] = _in_words(proposal)
    return found


def _in_words(proposal: Proposal) -> dict[str, Any]:
    path, _, fragment = proposal.mode.link().partition("#")
    return {
        "title": f"{proposal.mode.number}. {proposal.mode.title}",
        "file": path,
        "fragment": f"#{fragment}" if fragment else "",
        "minutes": proposal.mode.minutes,
        "reason": proposal.reason,
        "start": proposal.mode.start,
    }
