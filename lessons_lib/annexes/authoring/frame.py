"""Generate the parts that all notebooks share: header, footer, and buttons that run cells.

A button is HTML in Markdown with the name of a JupyterLab command, which a click runs. Other
frontends don't show it, so the words next to it say how to do the same without it.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from nbformat import NotebookNode

from lessons_lib.classroom.course import Notebook, course, source_folder
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank, quizzes_folder
from lessons_lib.classroom.widgets.static import RUN_NOTEBOOK, run_button
from lessons_lib.formats import counted

RUN_SETUP = run_button("notebook:run-all-above", "Run the setup")
RUN_ABOVE = run_button("notebook:run-all-above", "Run what's above")
WORDS_A_MINUTE, MINUTES_A_GUESS = 200, 25 / 60
# A tag, what JupyterLab doesn't show, or a link's title, which is shown only on request.
_UNSEEN = re.compile(
    r'<span class="lessons-elsewhere">.*?</span>|</?[a-zA-Z][^>]*>|(?<=\S) "[^"\n]*"(?=\))'
)
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
        "run_setup": lambda: RUN_SETUP + elsewhere("Press Shift+Enter in each cell."),
        "run_notebook": lambda: RUN_NOTEBOOK + elsewhere("Choose *Run*, then *Run All Cells*."),
        "run_above": lambda: (
            RUN_ABOVE + elsewhere("Choose *Run*, then *Run All Above Selected Cell*.")
        ),
    }


def elsewhere(words: str) -> str:
    """Return words that only pages show on which the buttons before them do nothing."""
    return f'<span class="lessons-elsewhere"> {words}</span>'


LIVES = elsewhere("Cards and buttons work in JupyterLab: install the lessons, run `lessons lab`.")


def header(lesson: Notebook, source: str) -> str:
    """Return a notebook's title, and a lesson's duration, requirements and objectives."""
    title = f"# {lesson.heading}\n\n"
    if not lesson.objectives:  # a page that leads to the lessons
        return f"{title}{LIVES}"
    needs = f"needs {_linked(lesson.needs)}" if lesson.needs else "no prerequisites"
    needs += f" and the extra `{lesson.extra}`" if lesson.extra else ""
    # Folded, so that a narrow page begins with something to do; page.css opens it on others.
    opening = "<details class=lessons-objectives><summary>By the end you can</summary>"
    objectives = [f"- {objective.sentence}" for objective in lesson.objectives]
    about = f"{length(lesson, source)} · {needs}"
    return title + "\n".join([about, "", LIVES, "", opening, "", *objectives, "", "</details>"])


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
    """Return a notebook's minutes and its questions: 16 min with 7 questions."""
    asked = questions_shown(source)
    return f"{lesson.minutes} min" + (f" with {counted(asked, 'question')}" if asked else "")


def questions_shown(source: str) -> int:
    """Return how many questions the quizzes have that a notebook's source shows."""
    asked = 0
    for name, place in quizzes_shown(source):
        asked += len(_bank(quizzes_folder()).quiz(name).at(place).questions)
    return asked


def minutes_of(notebook: NotebookNode) -> int:
    """Return about how long a notebook takes: to read, to guess, to explore, and to answer.

    Notes
    -----
    At 200 words per minute, as for technical prose that is read for the first time, 25 s for each
    guess, and a minute for each exploration and each question.
    """
    words = 0
    minutes = float(questions_shown("\n".join(cell.source for cell in notebook.cells)))
    for cell in notebook.cells:
        tag = cell.metadata.tags[0]
        if cell.cell_type == "markdown":
            words += words_in(cell.source)
        elif tag == "guess":
            minutes += MINUTES_A_GUESS
        elif tag in ("explore", "try-it"):
            minutes += 1
    return round(minutes + words / WORDS_A_MINUTE)


def words_in(markdown: str) -> int:
    """Return how many words a reader of JupyterLab sees."""
    return len(_UNSEEN.sub(" ", markdown).split())


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
