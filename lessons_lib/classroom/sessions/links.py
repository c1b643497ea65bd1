"""Links to notebooks, as pages have them: the file, and the notebook's title."""

from __future__ import annotations

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render_inline
from lessons_lib.classroom.sessions.page import Page


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
    """Return a link to the notebook that teaches an objective, with its sentence, if one does."""
    return [
        link_to(lesson) | {"about": one.sentence}
        for lesson in course().lessons
        for one in lesson.objectives
        if one.slug == objective
    ]
