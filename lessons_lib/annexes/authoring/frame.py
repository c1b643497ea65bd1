"""Generate the parts that all notebooks share: header, footer, and buttons that run cells.

A button is HTML in Markdown with the name of a JupyterLab command, which a click runs. Other
frontends show only the button's text, so the words next to it say how to do the same without it.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from lessons_lib.classroom.course import Notebook, course, source_folder
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank, quizzes_folder
from lessons_lib.classroom.widgets.static import RUN_NOTEBOOK, run_button
from lessons_lib.formats import counted

RUN_SETUP = run_button("notebook:run-all-above", "Run the setup")
RUN_ABOVE = run_button("notebook:run-all-above", "Run what's above")
_SHOWN = re.compile(r'^show_quiz\("(\w+)"(?:, "([\w-]+)")?', re.MULTILINE)


def frame(slug: str, source: str = "") -> dict[str, Callable[[], str]]:
    """Return a notebook's placeholders: `header`, `next`, `lesson_table`, and the buttons.

    The header counts the questions of the quizzes that the source shows.

    Raises
    ------
    ValueError
        If the course plan has no such lesson.
    """
    lessons = course().lessons
    slugs = [lesson.slug for lesson in lessons]
    if slug not in slugs:
        raise ValueError(
            f"A notebook must be a lesson in notebooks/source/course.yaml, got {slug!r}. "
            f"Add it there; known lessons are {', '.join(slugs)}."
        )
    index = slugs.index(slug)
    before = lessons[index - 1] if index else None
    after = lessons[index + 1] if index + 1 < len(lessons) else None
    return {
        "header": partial(header, lessons[index], source),
        "next": partial(footer, before, after),
        "lesson_table": partial(lesson_table, lessons),
        "run_setup": lambda: RUN_SETUP + elsewhere("or press Shift+Enter in each cell."),
        "run_notebook": lambda: RUN_NOTEBOOK + elsewhere("or choose *Run*, then *Run All Cells*."),
        "run_above": lambda: (
            RUN_ABOVE + elsewhere("or choose *Run*, then *Run All Above Selected Cell*.")
        ),
    }


def elsewhere(words: str) -> str:
    """Return words that only pages show on which the buttons before them do nothing."""
    return f'<span class="lessons-elsewhere"> {words}</span>'


def header(lesson: Notebook, source: str) -> str:
    """Return a notebook's title, duration, requirements and objectives."""
    needs = f"needs {_linked(lesson.needs)}" if lesson.needs else "no prerequisites"
    if lesson.extra:
        needs += f" and the extra `{lesson.extra}`"
    lines = [f"# {lesson.heading}", "", f"{length(lesson, source)} · {needs}"]
    if lesson.objectives:
        # Folded, so that a narrow page begins with something to do; page.css opens it on others.
        opening = "<details class=lessons-objectives><summary>By the end you can</summary>"
        objectives = [f"- {objective.sentence}" for objective in lesson.objectives]
        lines += ["", opening, "", *objectives, "", "</details>"]
    return "\n".join(lines)


def lesson_table(lessons: Sequence[Notebook]) -> str:
    """Return the table of all lessons except the first, with links, minutes and questions."""
    rows = ["| notebook | time | after it you can |", "|---|---|---|"]
    sources = source_folder()
    for lesson in lessons[1:]:
        time = length(lesson, (sources / f"{lesson.slug}.py").read_text(encoding="utf-8"))
        link = f"[{lesson.heading}]({lesson.file_name})"
        after = "".join(one.sentence for one in lesson.objectives[:1])
        rows.append(f"| {link} | {time} | {after} |")
    return "\n".join(rows)


def length(lesson: Notebook, source: str) -> str:
    """Return a notebook's minutes and its questions: 9 min + 7 questions."""
    asked = 0
    for name, place in quizzes_shown(source):
        asked += len(_bank(quizzes_folder()).quiz(name).at(place).questions)
    return f"{lesson.minutes} min" + (f" + {counted(asked, 'question')}" if asked else "")


def quizzes_shown(source: str) -> list[tuple[str, str]]:
    """Return the name and the place of each quiz that a notebook's source shows."""
    return [(name, place or "end") for name, place in _SHOWN.findall(source)]


@cache
def _bank(folder: Path) -> QuizBank:
    return load_bank(folder)


def footer(before: Notebook | None, after: Notebook | None) -> str:
    """Return links to the previous and the next notebook."""
    links = []
    if before is not None:
        links.append(f"← [{before.heading}]({before.file_name})")
    if after is not None:
        links.append(f"[{after.heading}]({after.file_name}) →")
    return " · ".join(links)


def _linked(needs: str) -> str:
    """Turn each notebook's number, as in 02–05, into a link to it."""
    files = {f"{lesson.number:02d}": lesson.file_name for lesson in course().lessons}

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}]({files[found[0]]})" if found[0] in files else found[0]

    return re.sub(r"\d\d", link, needs)
