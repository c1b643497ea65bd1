"""The way through the course as a river: the notebooks behind a learner, and where to go next.

Like the map of the stages, it is plain HTML whose links work before anything has run. A stored page
shows the way without a learner's record.
"""

from collections.abc import Sequence
from html import escape

from lessons_lib.classroom.course import Notebook, course
from lessons_lib.classroom.practice.guesses import first_guesses, guess_table
from lessons_lib.classroom.practice.modes import next_lesson
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import ended_tests, judge
from lessons_lib.classroom.quiz.progress import Tally, summarise
from lessons_lib.classroom.record.event import Event, EventLog
from lessons_lib.classroom.widgets.modes import lesson_link
from lessons_lib.classroom.widgets.page import styles
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record
from lessons_lib.formats import counted
from lessons_lib.lesson.views.stages import BOXES

NOTHING_ASKED = Tally(0, 0, 0, 0, 0)
_STOP = "flex: 1 1 120px; min-width: 0; margin: 0; padding: 6px 10px"


class Journey:
    """What a learner did so far, as stops along a river, with links.

    Parameters
    ----------
    events : sequence of Event
        The learner's record, oldest first.
    bank : QuizBank
        The current questions.
    """

    def __init__(self, events: Sequence[Event], bank: QuizBank) -> None:
        self._events, self._bank = list(events), bank
        self._tallies = summarise(self._events, bank).in_notebooks.by("quiz")

    def __repr__(self) -> str:
        return "Journey(the notebooks of the course, and where to go next)"

    def _repr_html_(self) -> str:
        asked = [one for one in course().lessons if not one.is_free]
        rows = [[one for one in asked if one.is_optional is beyond] for beyond in (False, True)]
        heads = ("The course", "Beyond the course")
        ways = "".join(
            f"<p><strong>{head}</strong></p>"
            f'<ol style="{BOXES}">{"".join(map(self._stop, row))}</ol>'
            for head, row in zip(heads, rows, strict=True)
        )
        return (
            '<nav class="lessons-journey" aria-label="Your way through the course">'
            f"<style>\n{styles('lesson/views/stages/journey.css')}</style>"
            f"{ways}<p>{escape(self.in_words())}</p><p>{self._onward()}</p></nav>"
        )

    def in_words(self) -> str:
        """Return what the learner answered and guessed, in a sentence."""
        tallies = self._tallies.values()
        answered = sum(one.attempted for one in tallies)
        guesses = len(first_guesses(self._events, guess_table().guesses))
        if not answered and not guesses:
            return "Each notebook that you finish fills its stop."
        right = sum(one.right_last for one in tallies)
        return (
            f"So far, you answered {counted(answered, 'question')}, {right} of them correctly, and "
            f"guessed {counted(guesses, 'result')}."
        )

    def _stop(self, lesson: Notebook) -> str:
        tally = self._tallies.get(lesson.slug, NOTHING_ASKED)
        if tally.attempted and tally.attempted == tally.questions:
            state, words = "done", f"{tally.right_last} of {tally.questions} right"
        elif tally.attempted:
            state, words = "begun", f"{tally.attempted} of {tally.questions} answered"
        else:
            state, words = "open", f"{lesson.minutes} min"
        sign = {"done": "✓ ", "begun": "… ", "open": ""}[state]
        return (
            f'<li class="stop-{state}" style="{_STOP}">'
            f"{lesson_link(lesson.file_name, lesson.heading)}<br><small>{sign}{words}</small></li>"
        )

    def _onward(self) -> str:
        """Return where to go next: the next open notebook, and the test or its last verdict."""
        exam = course().exam
        ended = ended_tests(self._events, self._bank)
        test = lesson_link(
            f"{exam.notebook}.ipynb", "take the test" if not ended else "take it again"
        )
        known = (
            f"Your last test says <em>{judge(ended[-1], self._bank).level}</em>; " if ended else ""
        )
        following = next_lesson(self._events, self._bank, self._tallies)
        onward = (
            f"Next: {lesson_link(following.file_name, following.heading)}, or " if following else ""
        )
        sentence = f"{onward}{known}{test}."
        return sentence[0].upper() + sentence[1:]


def show_journey(*, log: EventLog | None = None) -> Journey:
    """Return the learner's way through the course.

    Parameters
    ----------
    log : EventLog, optional
        The session's record if not given.
    """
    return Journey(learner_record(log).events, bank_or_empty())
