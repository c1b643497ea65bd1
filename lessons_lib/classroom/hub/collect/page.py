"""The results of a class as one page: what to discuss, with whom, and what the class guessed.

The page is plain HTML without scripts. It filters itself by style alone, so it works wherever the
style is kept: in a trusted notebook, in an exported one, and as a file. Elsewhere, for instance on
GitHub, it shows everything. All texts of learners are escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from lessons_lib.classroom.course import course
from lessons_lib.classroom.hub.collect.collect import FEWEST_ANSWERED, RULE, ClassResults
from lessons_lib.classroom.hub.collect.guesses import guess_items
from lessons_lib.classroom.hub.collect.item_statistics import FEWEST_LEARNERS, TableRow
from lessons_lib.classroom.hub.collect.learner import Learner
from lessons_lib.classroom.hub.collect.parts import Html, TableLine, fill, join, share_bar, table
from lessons_lib.classroom.hub.collect.places import Places
from lessons_lib.classroom.hub.collect.questions import FEWEST_WRONG, AskedQuestions
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.formats import counted, percent

LEVELS = ("not yet", "developing", "strong")
_HERE = Path(__file__).parent
_STYLES = (_HERE.parents[1] / "widgets" / "frame.css", _HERE / "page.css")
_HIDES = (
    ".lessons-class:has(.by-{0} [value='{1}']:checked) [data-{0}]:not([data-{0}~='{1}'])"
    " {{ display: none; }}\n"
)
_HEAD = (
    "learner|may need help|answered|right on the first try|latest test|exercises solved|"
    "cards learned / due|last active"
)
_RELIABILITY = (
    "{reliability:.2f} ± {standard_error:.2f}, from {questions} questions that {learners} learners "
    "answered; 1 is perfect, and near 0 it's all chance. The standard error of one learner's score "
    "is {score_error:.1f} questions."
)


@dataclass(frozen=True)
class ResultsPage:
    """The page of a class.

    Parameters
    ----------
    results : ClassResults
        What was collected.
    bank : QuizBank
        The questions that it was graded by.
    places : Places
        Where these questions are asked.
    note : str
        What to know before reading, for instance that the class is invented.
    """

    results: ClassResults
    bank: QuizBank
    places: Places
    note: str = ""

    def as_html(self) -> str:
        """Return the page as a document, which can also be shown inside of another one."""
        asked = AskedQuestions(self.results.questions, self.bank, self.places, self._days)
        style = "".join(path.read_text(encoding="utf-8") for path in _STYLES)
        return (
            (_HERE / "page.html")
            .read_text(encoding="utf-8")
            .format(
                style=style + "".join(self._rules()),
                note=fill('<p class="invented">{}</p>', self.note) if self.note else "",
                summary=join(fill("<p>{}</p>", line) for line in self.sentences()),
                progress=self._progress(),
                filters=join(self._filters()),
                fewest=FEWEST_ANSWERED,
                wrong=FEWEST_WRONG,
                discussed=asked.discussed(),
                guesses=guess_items(self._read, self.results.guesses, self.places, self._days),
                tests=join(self._tests()),
                rule=fill("{}", RULE),
                learners=self._learners(),
                many=FEWEST_LEARNERS,
                questions=join(asked.tables()),
                reliability=fill("{}", _reliability(self.results.reliability)),
            )
        )

    def sentences(self) -> list[str]:
        """Summarize the class in a few sentences."""
        learners, active = self._read, self._active
        begun = sum(bool(one.active) for one in learners)
        lines = [f"{counted(len(self.results.learners), 'learner')}, {begun} of them active"]
        if active:
            busiest = max(active, key=lambda day: (active[day], day))
            first, last, most = map(_in_words, (min(active), max(active), busiest))
            days = counted(len(active), "day")
            lines[0] += f" on {days}, from {first} to {last}; most on {most} ({active[busiest]})"
        total = [one.progress.overall for one in learners]
        if answered := sum(one.attempted for one in total):
            right = percent(sum(one.right_first for one in total) / answered)
            answers = counted(answered, "question")
            lines.append(
                f"Together they answered {answers}, {right} of them right on the first try"
            )
        levels = Counter(_level(one.test) for one in learners)
        words = ", ".join(f"{levels[level]} {level}" for level in reversed(LEVELS))
        lines.append(f"Latest test: {words}; {levels['']} without a verdict")
        if helped := sorted(one.name for one in self.results.learners if one.help_reason):
            lines.append(f"May need help ({len(helped)}): {', '.join(helped)}")
        if unread := self.results.count("unreadable", "in part"):
            lines.append(f"{counted(unread, 'record')} could not be read completely")
        return [f"{line}." for line in lines]

    @cached_property
    def _read(self) -> list[Learner]:
        return [one for one in self.results.learners if one.status != "unreadable"]

    @cached_property
    def _active(self) -> Counter[str]:
        """How many learners were active, by day."""
        return Counter(day for one in self._read for day in one.active)

    @cached_property
    def _days(self) -> dict[str, str]:
        """The days on which enough learners met a question or guess first, by its id."""
        first = Counter(pair for one in self._read for pair in one.days.items())
        found: dict[str, str] = {}
        for (subject, day), n in sorted(first.items()):
            if n >= FEWEST_ANSWERED:
                found[subject] = f"{found.get(subject, '')} {day}"
        return found

    def _choices(self) -> dict[str, dict[str, str]]:
        """Return what the page can be filtered by: the value and the text of each choice."""
        asked = {one["notebook"] for one in self.results.questions}
        asked |= {self.places.notebook_of(one["guess"]) for one in self.results.guesses}
        titles = {one.slug: one.heading for one in course().lessons if one.slug in asked}
        return {"notebook": titles, "day": {day: _in_words(day) for day in sorted(self._active)}}

    def _filters(self) -> Iterator[Html]:
        for name, choices in self._choices().items():
            pairs = {"": f"any {name}", **choices}.items()
            options = join(fill('<option value="{}">{}</option>', *pair) for pair in pairs)
            pattern = '<label>{} <select class="by-{}">{}</select></label>'
            yield fill(pattern, name.capitalize(), name, options)

    def _rules(self) -> Iterator[str]:
        for name, choices in self._choices().items():
            yield from (_HIDES.format(name, value) for value in choices)

    def _progress(self) -> Html:
        rows: list[TableLine] = []
        sums = [one.progress.by("quiz") for one in self._read]
        for slug in dict.fromkeys(name for one in sums for name in one):
            own = [one[slug] for one in sums if slug in one]
            of, answered = (sum(one.questions for one in own), sum(one.attempted for one in own))
            right = share_bar(sum(one.right_last for one in own), of)
            if answered:
                rows.append((Html(), (self.places.link(slug), share_bar(answered, of), right)))
        return table("Shares of all questions", "notebook|answered|right by now", rows)

    def _tests(self) -> Iterator[Html]:
        ended = [tuple(map(_level, one.ended_tests)) for one in self._read if one.ended_tests]
        pairs = Counter(one for one in ended if len(one) > 1 and "" not in one)
        steps = [LEVELS.index(last) - LEVELS.index(first) for first, last in pairs.elements()]
        yield fill(
            "<p>{} took at least two tests. From the first to the latest, {} moved up, {} stayed "
            "at their level, and {} moved down. {} took only one.</p>",
            counted(len(steps), "learner"),
            sum(step > 0 for step in steps),
            steps.count(0),
            sum(step < 0 for step in steps),
            counted(sum(len(one) == 1 for one in ended), "learner"),
        )
        rows: list[TableLine] = []
        for first in LEVELS:
            counts = [pairs[first, last] for last in LEVELS]
            same = LEVELS.index(first)
            cells = [fill("<b>{}</b>", n) if at == same else n for at, n in enumerate(counts)]
            rows.append((Html(), (f"first: {first}", *cells, sum(counts))))
        head = "|".join(("who moved where", *(f"latest: {level}" for level in LEVELS), "learners"))
        if steps:
            yield table("Those who stayed are in bold.", head, rows)

    def _learners(self) -> Html:
        found = sorted(self.results.learners, key=lambda one: (one.name.casefold(), one.directory))
        return table("Everyone, by name", _HEAD, map(_learner_row, found))


def _learner_row(one: Learner) -> TableLine:
    marks = fill(' data-day="{}" class="{}"', " ".join(one.active), "help" * bool(one.help_reason))
    if one.status == "unreadable":  # unknown is not zero
        return marks, (one.name, "the record cannot be read", *[""] * 6)
    overall = one.progress.overall
    right = share_bar(overall.right_first, overall.attempted)
    last = _in_words(max(one.active)) if one.active else "never"
    cells = (overall.attempted, right, one.test, one.solved, "{} / {}".format(*one.cards), last)
    return marks, (one.name, f"● {one.help_reason}" if one.help_reason else "", *cells)


def _level(verdict: str) -> str:
    """Return the level of a verdict, or an empty text if it has none."""
    level = verdict.split(",")[0]
    return level if level in LEVELS else ""


def _reliability(row: TableRow) -> str:
    """Return the reliability of a class's scores in words, or why it is unknown."""
    unknown = isinstance(row["reliability"], str)
    return f"{row['reliability']}." if unknown else _RELIABILITY.format_map(row)


def _in_words(day: str) -> str:
    """Return a date as Americans write it: Mon, March 2."""
    found = date.fromisoformat(day)
    return f"{found:%a, %B} {found.day}"
