"""The way through a lesson: what is guessed or answered correctly, and how long the rest takes."""

from collections.abc import Sequence
from math import ceil
from pathlib import PurePosixPath

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import first_guesses, guess_task
from lessons_lib.classroom.practice.modes import minutes_left
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import grade
from lessons_lib.classroom.quiz.progress import QuestionState, state_of
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.quiz.variants import filled_from
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.log import session_log


def way(
    items: Sequence[tuple[str, str, str]],
    page: str = "",
    *,
    events: Sequence[Event] | None = None,
    bank: QuizBank | None = None,
) -> list[int | list[int]]:
    """Return the minutes left, then for each item how much is done, and of how much.

    Our extension of JupyterLab calls it in the kernel of a lesson, so it returns plain numbers.

    Parameters
    ----------
    items : sequence of (kind, name, place)
        A guess by its id, or a quiz by its name and place; an empty place is the end.
    page : str
        The notebook's path; if that is no lesson's, the minutes are those of its first quiz.
    events, bank
        The session's record and the course's questions if not given.

    Raises
    ------
    ValueError
        If a guess or a quiz is unknown.
    """
    events = list(session_log().events()) if events is None else events
    bank = load_bank() if bank is None else bank
    made = first_guesses(events, [guess_task(name) for kind, name, _ in items if kind == "guess"])
    counts = [
        [int(guess_task(name) in made), 1]
        if kind == "guess"
        else _of_quiz(name, place, events, bank)
        for kind, name, place in items
    ]
    left, of = sum(of - done for done, of in counts), sum(of for _, of in counts)
    read = {one.slug: one.minutes for one in course().lessons}
    names = [PurePosixPath(page).stem, *(name for _, name, _ in items)]
    minutes = next((read[name] for name in names if name in read), 0)
    return [ceil(minutes_left(minutes, left, of)), *counts]


def _of_quiz(name: str, place: str, events: Sequence[Event], bank: QuizBank) -> list[int]:
    quiz = bank.quiz(name).at(place or "end")
    state = state_of(quiz, events)
    return [sum(_is_done(one, state.of(one)) for one in quiz.questions), len(quiz.questions)]


def _is_done(question: Question, state: QuestionState) -> bool:
    """Return whether the last answer is right; a survey has no wrong one."""
    filled = filled_from(question, state.variant, state.figures)
    if state.response is None or filled is None or not question.is_graded:
        return state.response is not None
    return grade(filled, state.response).is_right
