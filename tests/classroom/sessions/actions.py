"""Actions as a page sends them, for sessions without one."""

from __future__ import annotations

from typing import Any

from lessons_lib.classroom.sessions.page import Page, Session, decoded
from lessons_lib.classroom.sessions.quiz import QuizAction


def act(session: Session, do: str, **more: Any) -> Page:
    """Do something about the question on a session's page, and return the page that follows."""
    on_page = session.page().get("question", {}).get("id", "")
    action = decoded({"question": on_page, **more, "do": do}, QuizAction)
    assert action is not None
    session.submit(action)
    return session.page()
