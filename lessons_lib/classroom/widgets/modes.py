"""The mode chooser, a card for each learning mode, and the mode finder, which suggests one.

The chooser is plain HTML, not a widget: stored outputs show it before anything has run, and
JupyterLab makes its relative links open notebooks, at a specific cell if the link has a fragment.
JupyterLab's sanitizer removes the style sheet and the `aria-` attributes from untrusted outputs,
but keeps inline styles.
"""

from collections.abc import Iterable
from html import escape

from lessons_lib.classroom.course import Mode, course
from lessons_lib.classroom.practice.modes import Standing, standings
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.record.event import Event, EventLog, new_event
from lessons_lib.classroom.record.kinds import WISH
from lessons_lib.classroom.sessions.controls import Choice
from lessons_lib.classroom.widgets.explore.explore import Explore, Link
from lessons_lib.classroom.widgets.page import styles
from lessons_lib.classroom.widgets.record import bank_or_empty, learner_record
from lessons_lib.formats import counted, in_words

TEST_LINE = (
    "We recommend taking the test first, but it is not required. "
    "You can start anywhere, or go straight to practice."
)

_LIST = "display: flex; flex-wrap: wrap; gap: 10px; list-style-type: none; margin: 0; padding: 0"
_CARD = "flex: 1 1 170px; border: 1px solid #80808080; border-radius: 10px; padding: 12px 14px"
_LINE, _NOTE = "margin: 4px 0 0", "margin: 10px 0 0"


class ModeChooser:
    """Cards, one for each learning mode, with links that open the notebooks.

    Parameters
    ----------
    log, bank
        The session's record and the course's questions if not given. Both are read each time the
        chooser is shown.
    """

    def __init__(self, log: EventLog | None = None, *, bank: QuizBank | None = None) -> None:
        self._record = learner_record(log)
        self._bank = bank

    def __repr__(self) -> str:
        return "\n".join(f"{one.number:2}. {one.title}: {one.idea}" for one in course().modes)

    def _repr_html_(self) -> str:
        reached = standings(self._record.read(), bank_or_empty(self._bank))
        tested = course().mode_counted("verdict")
        notes = (TEST_LINE if tested else "", *self._record.notices)
        ways = in_words(len(course().modes), "way").capitalize()
        lines = [f'<section class="lessons-modes" aria-label="{ways} to learn">']
        lines.append(f"<style>\n{styles('classroom/widgets/modes.css')}</style>")
        lines.append(f'<ol style="{_LIST}">')
        lines += [*(_card(one, reached[one.slug]) for one in course().modes), "</ol>"]
        note = f'<p class="modes-note" style="{_NOTE}">{{}}</p>'
        lines += [note.format(escape(text)) for text in filter(None, notes)]
        return "\n".join([*lines, "</section>"])


def _card(mode: Mode, standing: Standing) -> str:
    state = "done" if standing.is_done else "begun" if standing.is_begun else "new"
    sign = '<span aria-hidden="true">✓ </span>' if standing.is_done else ""
    far = f"{_bar(standing)}{sign}{escape(standing.words)}"
    kind = "notebook " if len(mode.lessons) == 1 else ""
    lines = (
        f"<strong>{mode.number}. {lesson_link(mode.link(), mode.title)}</strong>",
        _line("idea", escape(mode.idea)),
        _line("does", escape(mode.does)),
        _line("facts", f"{course().minutes(mode)} min · <span>{kind}{mode.notebooks}</span>"),
        _line("far", far) if standing.is_begun else "",
        *_go_on(mode, standing),
    )
    return f'<li class="mode-{state}" style="{_CARD}">{"".join(lines)}</li>'


def _go_on(mode: Mode, standing: Standing) -> tuple[str, ...]:
    """Return a link to where the learner left off, in a mode with several notebooks."""
    if not standing.next_lesson:
        return ()
    lesson = standing.next_lesson
    title = f"Continue with {lesson[:2]} {course().lesson(lesson).title}"
    return (_line("next", lesson_link(mode.link(lesson), title)),)


def lesson_link(address: str, title: str) -> str:
    """Return a link to a page of the course, which a click follows in JupyterLab, too."""
    return f'<a href="{escape(address)}" data-lm-suppress-shortcuts="true">{escape(title)}</a>'


def _line(kind: str, html: str) -> str:
    return f'<p class="mode-{kind}" style="{_LINE}">{html}</p>'


def _bar(standing: Standing) -> str:
    """Return a progress bar, hidden from screen readers since the text next to it says the same."""
    if not standing.done or not standing.of:
        return ""
    percent = round(100 * min(1, standing.done / standing.of))
    filled = f'<span style="width: {percent}%"></span>'
    return f'<span class="mode-bar" aria-hidden="true">{filled}</span>'


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
