"""The results of a class as one page: what to discuss, with whom, and what the class guessed.

The page is plain HTML without scripts, rendered from `page.html`. It filters itself by style alone,
so it works wherever the style is kept: in a trusted notebook, in an exported one, and as a file.
Elsewhere, for instance on GitHub, it shows everything. The template escapes all texts. Bars are
borders, because browsers leave out backgrounds on paper and in forced colors.
"""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from math import ceil
from pathlib import Path
from textwrap import shorten
from typing import Any, NamedTuple, cast
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec.structs import asdict

from lessons_lib.annexes.instructor.collect.collect import (
    FEWEST_ANSWERED,
    FEWEST_LEARNERS,
    RULE,
    ClassResults,
    TableRow,
)
from lessons_lib.annexes.instructor.collect.learner import Learner
from lessons_lib.classroom import widgets
from lessons_lib.classroom.copy.place import expected_folder
from lessons_lib.classroom.copy.update import cells_of
from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice import guesses
from lessons_lib.classroom.practice.guesses import CheckedGuess, GuessTask, GuessValue
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import NumberQuestion, Question, fill
from lessons_lib.classroom.sessions.controls import plain_figure
from lessons_lib.classroom.sessions.guesses import in_figures, rounded
from lessons_lib.files import read_file
from lessons_lib.formats import counted, percent, with_unit

LEVELS = ("not yet", "developing", "strong")
FEWEST_WRONG = 3  # one or two learners are no reason to stop a class
LONGEST_SUMMARY = 120
MOST_BARS = 14

_HERE, _CARDS = Path(__file__).parent, Path(widgets.__file__).parent
TEMPLATES = Environment(  # also of the service's pages, which look alike
    loader=FileSystemLoader([_HERE, _HERE.parent / "service", _CARDS]),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def results_page(results: ClassResults, bank: QuizBank, folder: Path, note: str = "") -> str:
    """Return the results as a document, which can also be shown inside of another one.

    Parameters
    ----------
    results : ClassResults
        What was collected.
    bank : QuizBank
        The questions that it was graded by.
    folder : Path
        Where the page will be; its links to notebooks start there.
    note : str
        What to know before reading, for instance that the class is invented.
    """
    read = [one for one in results.learners if one.status != "unreadable"]
    titles = {one.slug: one.heading for one in course().lessons}
    charts = guess_charts(read, results.guesses)
    active = Counter(day for one in read for day in sorted(one.active))
    asked = {one["notebook"] for one in results.questions} | {one.task.lesson for one in charts}
    return TEMPLATES.get_template("page.html").render(
        note=note,
        results=results,
        read=read,
        overall=[one.progress.overall for one in read],
        active=active,
        days=_days_met(read),
        titles=titles,
        links=_links(folder),
        choices={
            "notebook": {slug: title for slug, title in titles.items() if slug in asked},
            "day": {day: _in_words(day) for day in sorted(active)},
        },
        progress=_progress(read),
        discussed=discussed(results.questions),
        question=partial(filled_question, bank),
        charts=charts,
        latest=Counter(_level(one.test) for one in read),
        **_tests(read),
    )


def _days_met(learners: Iterable[Learner]) -> dict[str, list[str]]:
    """Return the days on which enough learners met a question or a guess first, by its id."""
    first = Counter(pair for one in learners for pair in one.days.items())
    found: dict[str, list[str]] = defaultdict(list)
    for (subject, day), n in sorted(first.items()):
        if n >= FEWEST_ANSWERED:
            found[subject].append(day)
    return found


def _links(folder: Path) -> dict[str, str]:
    """Return addresses in the instructor's copy of the course, relative to a folder.

    Notebooks are found by slug, and their cells by the id of a guess or by quiz and place.
    """
    links: dict[str, str] = {}
    for lesson in course().lessons:
        path = expected_folder() / "notebooks" / lesson.file_name
        if not path.is_file():
            continue
        try:
            links[lesson.slug] = quote(Path(os.path.relpath(path, folder)).as_posix())
        except ValueError:  # it is on another drive
            links[lesson.slug] = path.as_uri()
        for cell in cells_of(read_file(path)):
            card = cell.card
            if card.get("card") in ("quiz", "guess"):
                name, place = card.get("name"), card.get("place", "end")
                asked = str(name) if card["card"] == "guess" else f"{name} {place}"
                links.setdefault(asked, f"{links[lesson.slug]}#cell-id={cell.stored.get('id')}")
    return links


def _progress(learners: Iterable[Learner]) -> dict[str, Counter[str]]:
    """Return sums over the learners for each quiz."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for one in learners:
        for quiz, tally in one.progress.by("quiz").items():
            sums[quiz].update(asdict(tally))
    return sums


def _tests(learners: Iterable[Learner]) -> dict[str, Any]:
    """Return who moved from which level to which, who moved down, and how many took one test."""
    ended = [(one.name, tuple(map(_level, one.ended_tests))) for one in learners if one.ended_tests]
    both = [(name, levels) for name, levels in ended if len(levels) > 1 and "" not in levels]
    steps = [LEVELS.index(last) - LEVELS.index(first) for _, (first, last) in both]
    return {
        "moves": Counter(levels for _, levels in both),
        "steps": steps,
        "down": [name for (name, _), step in zip(both, steps, strict=True) if step < 0],
        "once": sum(len(levels) == 1 for _, levels in ended),
    }


def _level(verdict: str) -> str:
    """Return the level of a verdict, or an empty text if it has none."""
    level = verdict.split(",")[0]
    return level if level in LEVELS else ""


def _in_words(day: str) -> str:
    """Return a date as Americans write it: Mon, March 2."""
    found = date.fromisoformat(day)
    return f"{found:%a, %B} {found.day}"


def discussed(rows: Iterable[TableRow]) -> list[TableRow]:
    """Return the rows of the questions that most learners got `wrong`, which is a new column."""
    found = [row | {"wrong": row["n"] - row["first_try_right"]} for row in rows]
    found = [one for one in found if one["wrong"] >= max(FEWEST_WRONG, one["n"] / 3)]
    found.sort(key=lambda one: -one["wrong"])
    return [one for one in found if one["n"] >= FEWEST_ANSWERED]


def filled_question(bank: QuizBank, row: TableRow) -> Question:
    """Return the question of a row, filled with its first row of numbers if it has several."""
    question = bank.question(row["question"])
    return fill(question, question.variants[0]) if question.variants else question


def in_short(stem: str) -> str:
    """Return the beginning of a question as plain text on one line, without tables."""
    lines = (line for line in stem.splitlines() if not line.startswith("|"))
    return shorten(re.sub("[*`]", "", " ".join(lines)), LONGEST_SUMMARY, placeholder=" …")


def mistake(question: Question, row: TableRow) -> tuple[str, str, str]:
    """Return the most common wrong answer, what is wrong with it, and the right one, as Markdown.

    Parameters
    ----------
    question : Question
        As `filled_question` returns it.
    row : TableRow
        Its statistics.
    """
    chosen, why = row["most_chosen_wrong"], "".join(question.common_mistakes[:1])
    if isinstance(question, NumberQuestion):
        answer = f"{question.answer.value:g}" if question.answer else ""
        return f"{chosen} {question.unit}", why, f"{answer} {question.unit}"
    options = question.options.items()
    keys = [one.text for letter, one in options if letter in (question.answer or ())]
    right = keys[0] if len(keys) == 1 else "".join(f"- {text}\n" for text in keys)
    wrong = next((one for letter, one in options if letter == chosen), None)
    return (wrong.text, wrong.feedback, right) if wrong else ("", why, right)


class GuessChart(NamedTuple):
    """A class's guesses at one result.

    `bars` has a name, how many guessed that, and whether it is the result; `most` is the largest
    of these numbers. `sides` counts how the guesses miss. `result` and `median` are texts, and
    empty if they are unknown.
    """

    task: GuessTask
    learners: int
    bars: list[tuple[str, int, bool]]
    most: int
    sides: Counter[guesses.Side]
    result: str
    median: str


def guess_charts(learners: Sequence[Learner], rows: Iterable[TableRow]) -> list[GuessChart]:
    """Return the guesses that enough learners made, the greatest surprise first.

    Parameters
    ----------
    learners : sequence of Learner
        Who guessed.
    rows : iterable of rows
        As `guess_rows` returns them.
    """
    tasks = {task.id: task for one in learners for task in one.guesses}
    charts = []
    for row in rows:
        task = tasks[row["guess"]]
        made = [one.guesses[task].guess for one in learners if task in one.guesses]
        if len(made) >= FEWEST_ANSWERED:
            charts.append(_chart(task, made, row))
    return sorted(charts, key=lambda one: (not one.result, one.sides["close"] / one.learners))


def _chart(task: GuessTask, made: Sequence[GuessValue], row: TableRow) -> GuessChart:
    results: list[GuessValue] = [] if row["result"] == "" else [row["result"]]
    names, at = scale_of(task, [*made, *map(rounded, results)])
    counts = Counter(at[: len(made)])
    return GuessChart(
        task=task,
        learners=len(made),
        bars=[(name, counts[n], n in at[len(made) :]) for n, name in enumerate(names)],
        most=max(counts.values()),
        sides=Counter(
            CheckedGuess(one, result, task.unit).side for result in results for one in made
        ),
        result="".join(in_figures(rounded(one), task.unit) for one in results),
        median=in_figures(row["median"], task.unit) if "median" in row else "",
    )


def scale_of(task: GuessTask, values: Sequence[GuessValue]) -> tuple[list[str], list[int]]:
    """Return what the bars stand for, and on which of them each value lies.

    Stops of a slider, or different typed numbers, share bars if there are too many of them.
    """
    if task.options:
        return list(task.options), [task.options.index(str(one)) for one in values]
    numbers = cast("Sequence[float]", values)
    stops = task.slider or sorted(set(numbers))
    if not task.slider and len(stops) > MOST_BARS:
        stops = sorted({float(f"{one:.0e}") for one in numbers})  # one significant digit
    size = ceil(len(stops) / MOST_BARS)
    groups = [stops[at : at + size] for at in range(0, len(stops), size)]
    ends = ("–".join(map(plain_figure, dict.fromkeys((one[0], one[-1])))) for one in groups)
    at = [min(range(len(stops)), key=lambda n: abs(stops[n] - one)) // size for one in numbers]
    return [with_unit(name, task.unit) for name in ends], at


_TITLE = """# Results of a class

`lessons collect` wrote this page; to update it, run that command again. Every answer is graded by
the current questions. Learners had access to the answers, so the results show progress and are not
an exam. The file `{page}` contains the same page, for a browser, a projector, or paper."""


def class_notebook(page: Path, content: str) -> tuple[str, str]:
    """Return a notebook that shows a page, and why Jupyter will not trust it, or an empty text.

    A signature takes JupyterLab's sanitizer away. So only this notebook is signed, whose one output
    is the page that we wrote, and only for the user who collects.

    Parameters
    ----------
    page : Path
        The file with the page, in the notebook's folder; running the cell shows it again.
    content : str
        The page.
    """
    from nbformat import v4  # it takes long to load
    from nbformat.sign import NotebookNotary

    data = {"text/html": content, "text/plain": f"The results are in {page.name}."}
    code = v4.new_code_cell(
        f"from IPython.display import HTML\n\nHTML(filename={page.name!r})",
        id="page",
        execution_count=1,
        outputs=[v4.new_output("execute_result", data, execution_count=1)],
        metadata={"jupyter": {"source_hidden": True}, "scrolled": False},
    )
    title = v4.new_markdown_cell(_TITLE.format(page=page.name), id="title")
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = v4.new_notebook(cells=[title, code], metadata={"kernelspec": kernel})
    problem = ""
    try:
        NotebookNotary().sign(notebook)
    except Exception as error:  # a damaged or read-only database of signatures
        problem = f"{type(error).__name__}: {error}"
    return v4.writes(notebook), problem


TEMPLATES.filters.update(
    counted=counted, percent=percent, markdown=render, in_short=in_short, date=_in_words
)
TEMPLATES.globals.update(
    fewest=FEWEST_ANSWERED,
    close_factor=guesses.CLOSE_FACTOR,
    close_points=guesses.CLOSE_POINTS,
    fewest_wrong=FEWEST_WRONG,
    fewest_learners=FEWEST_LEARNERS,
    rule=RULE,
    levels=LEVELS,
    mistake=mistake,
)
