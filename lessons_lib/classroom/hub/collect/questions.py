"""A class's questions on the results page: what to discuss, and the statistics of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lessons_lib.classroom.course import course
from lessons_lib.classroom.hub.collect.collect import FEWEST_ANSWERED
from lessons_lib.classroom.hub.collect.item_statistics import TableRow
from lessons_lib.classroom.hub.collect.parts import Html, TableLine, fill, join, share_bar, table
from lessons_lib.classroom.hub.collect.places import Places
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.placeholders import fill as fill_row
from lessons_lib.classroom.quiz.question import NumberQuestion, Question
from lessons_lib.formats import counted

FEWEST_WRONG = 3  # one or two learners are no reason to stop a class
OPEN = 6  # how many items of a list are unfolded; the others open with a click
LONGEST_SUMMARY = 120
MARKS = ' data-notebook="{}" data-day="{}"'  # what the filters look for

_ITEM = (
    "<details{}{}><summary><b>{} of {} wrong</b> <span>{}</span></summary>"
    '{}{}<p class="where">Asked in {}</p></details>'
)
_CHOSEN = "<blockquote><b>{}:</b> {}</blockquote>"
_WHY = "<div><b>The mistake:</b> {}</div>"
_RIGHT = "<div><b>Right:</b> {}</div>"
_HEAD = "question|learners|right|discrimination|tries|hints|seconds"


@dataclass(frozen=True)
class AskedQuestions:
    """The rows of a class's questions, with their texts.

    Parameters
    ----------
    rows : list of rows
        As `question_rows` returns them.
    bank : QuizBank
        The questions.
    places : Places
        Where they are asked.
    days : mapping of str to str
        The days of each, by its id.
    """

    rows: list[TableRow]
    bank: QuizBank
    places: Places
    days: Mapping[str, str]

    def discussed(self) -> Html:
        """Return the questions to discuss with the class: those that most learners got wrong."""
        found = [(one["n"] - one["first_try_right"], one) for one in self.rows]
        found = [
            (wrong, one)
            for wrong, one in found
            if one["n"] >= FEWEST_ANSWERED and wrong >= max(FEWEST_WRONG, one["n"] / 3)
        ]
        found.sort(key=lambda pair: -pair[0])
        items = [self._item(wrong, one, n < OPEN) for n, (wrong, one) in enumerate(found)]
        return join(items) or Html("<p>There are none yet.</p>")

    def tables(self) -> Iterator[Html]:
        """Yield the statistics of all questions, one table for each notebook."""
        titles = {one.slug: one.heading for one in course().lessons}
        for slug, rows in groupby(self.rows, key=lambda one: str(one["notebook"])):
            lines = [self._row(one) for one in rows]
            name = f"{titles.get(slug, slug)}: {counted(len(lines), 'question')}"
            pattern = '<details data-notebook="{}"><summary>{}</summary>{}</details>'
            yield fill(pattern, slug, name, table(name, _HEAD, lines))

    def _item(self, wrong: int, row: TableRow, is_open: bool) -> Html:
        question = self._question(row)
        link = self.places.link(row["notebook"], question.place)
        if question.place == "pool":
            link = fill("practice and tests; it belongs to {}", link)
        elif question.place != "end":
            link = fill("{}, “{}”", link, question.place.replace("-", " ").capitalize())
        short, stem = _in_short(question), Html(render(question.stem))
        opened = Html(" open" * is_open)
        mistake = join(_mistake(question, row))
        return fill(_ITEM, self._marks(row), opened, wrong, row["n"], short, stem, mistake, link)

    def _marks(self, row: TableRow) -> Html:
        return fill(MARKS, row["notebook"], self.days.get(row["question"], ""))

    def _question(self, row: TableRow) -> Question:
        """Return a question, filled with its first row of numbers if it has several."""
        question = self.bank.question(row["question"])
        return fill_row(question, question.variants[0]) if question.variants else question

    def _row(self, row: TableRow) -> TableLine:
        right = share_bar(row["first_try_right"], row["n"])
        medians = (f"{row[f'median_{name}'] or 0:g}" for name in ("tries", "hints", "seconds"))
        cells = (_in_short(self._question(row)), row["n"], right, _interval(row), *medians)
        return self._marks(row), cells


def _in_short(question: Question) -> str:
    """Return the beginning of a question as plain text on one line."""
    lines = question.stem.replace("`", "").replace("*", "").splitlines()
    words = " ".join(line.strip() for line in lines if not line.startswith("|"))
    return (
        words if len(words) <= LONGEST_SUMMARY else f"{words[:LONGEST_SUMMARY].rsplit(' ', 1)[0]} …"
    )


def _mistake(question: Question, row: TableRow) -> Iterator[Html]:
    """Yield the most common wrong answer in words, what is wrong with it, and the right one."""
    chosen, why = row["most_chosen_wrong"], "".join(question.common_mistakes[:1])
    if isinstance(question, NumberQuestion):
        answer = f"{question.answer.value:g}" if question.answer else ""
        text, right = (f"{one} {question.unit}" for one in (chosen, answer))
    else:
        options = question.options.items()
        keys = [option.text for letter, option in options if letter in (question.answer or ())]
        text, right = "", keys[0] if len(keys) == 1 else "".join(f"- {one}\n" for one in keys)
        for letter, option in options:
            if letter == chosen:
                text, why = option.text, option.feedback
    if chosen:
        learners = counted(round(row["most_chosen_wrong_share"] * row["n"]), "learner")
        yield fill(_CHOSEN, learners, Html(render(text)))
    if why:
        yield fill(_WHY, Html(render(why)))
    yield fill(_RIGHT, Html(render(right)))


def _interval(row: TableRow) -> str:
    """Return a discrimination with its interval, or why it has none if that says something."""
    if isinstance(row["discrimination"], str):
        return "" if "fewer" in row["discrimination"] else row["discrimination"]
    ends = (row[f"discrimination{end}"] for end in ("", "_from", "_to"))
    return "{:.2f} ({:.2f} to {:.2f})".format(*ends).replace("-", "−")
