"""Progress in the quizzes of all notebooks and in the other modes, as a page."""

from collections.abc import Mapping
from datetime import datetime

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.guesses import GUESSES_FILE, calibration, checked_guesses
from lessons_lib.classroom.practice.modes import activities
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import ended_tests, judge, last_test
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.sessions.exam import next_steps
from lessons_lib.classroom.sessions.guesses import comparison
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, link_to_notebook, target
from lessons_lib.classroom.tables.load import CourseFileError

BEGIN = (
    ": its verdict shows you which notebooks are worth your time. "
    "You can also skip it and start reading, because nothing here depends on it."
)
FIND_OUT = ": {} questions, a verdict, and a reading list."


def progress_page(bank: QuizBank, record: LearnerRecord, now: datetime) -> Page:
    """Return a row for all that was begun: quizzes, objectives, other modes and guesses; advice.

    Parameters
    ----------
    bank : QuizBank
        The questions.
    record : LearnerRecord
        What the learner did.
    now : datetime
        With its time zone; decides which flashcards are due.
    """
    everywhere = summarise(record.events, bank)
    progress = everywhere.in_notebooks
    broken = [f"{name}.yaml" for name in bank.broken]
    try:
        checked = checked_guesses(record.events)
    except CourseFileError:
        checked = {}
        broken.append(GUESSES_FILE)
    return {
        "rows": [
            _row(name, tally, bank)
            for name, tally in progress.by("quiz").items()
            if tally.attempted
        ],
        "objectives": _objectives(progress.by("objective")),
        "summary": str(everywhere),
        "others": [
            {**target(mode.link()), "title": mode.title, "words": words}
            for mode, words in activities(record.events, bank, now).items()
        ],
        "guesses": [
            {"question": task.question, **comparison(task, one)} for task, one in checked.items()
        ],
        "calibration": calibration(checked.values()),
        "advice": _advice(record.events, bank, is_new=not everywhere.overall.attempted),
        "broken": [f"{name} cannot be read." for name in broken],
        "notices": record.notices,
    }


def _row(name: str, tally: Tally, bank: QuizBank) -> Page:
    return {
        **link_to_notebook(name, bank),
        "questions": tally.questions,
        "answered": tally.attempted,
        "right": tally.right_last,
    }


def _objectives(tallies: Mapping[str, Tally]) -> list[Page]:
    """Return a row for each objective on which a question was answered, in the course's order."""
    return [
        {"title": goal.sentence, "questions": tally.questions, "right": tally.right_last}
        for lesson in course().lessons
        for goal in lesson.objectives
        if (tally := tallies.get(goal.slug)) and tally.attempted
    ]


def _advice(events: list[Event], bank: QuizBank, *, is_new: bool) -> dict[str, str]:
    """Return what to do next, as a link and the text around it: it follows the last verdict."""
    last, ended = last_test(events, bank), ended_tests(events, bank)
    test = {"file": f"{course().exam.notebook}.ipynb", "title": "the test"}
    if last is not None and not last.has_ended:
        return {"before": "You haven't finished ", **test, "after": " yet."}
    if ended and (steps := next_steps(level := judge(ended[-1], bank).level)):
        before = f"Your last verdict was “{level}”. Next: "
        return {**steps[0], "before": before, "after": f" ({steps[0]['about']})."}
    if is_new:
        return {"before": "A good way to start is ", **test, "after": BEGIN}
    return {
        "before": "To find out how much you know, take ",
        **test,
        "after": FIND_OUT.format(course().exam.size),
    }
