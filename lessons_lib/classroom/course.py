"""The course as data: its notebooks, stages, learning modes and test, from `course.yaml`."""

import os
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

import lessons_lib
from lessons_lib.classroom.tables.load import load_table, named, repeated, unknown
from lessons_lib.classroom.tables.problems import Fault
from lessons_lib.classroom.tables.yaml_file import Line, QuizName, Slug

COURSE_FILE = "course.yaml"  # in `source_folder`
COURSE_VARIABLE = "LESSONS_COURSE"
CARD_KEY = "lessons"  # in the metadata of a cell: which card it shows
STARTS_KEY = "starts"  # in that: a mark of the source, if the cell does nothing but show the card

Counted: TypeAlias = Literal["questions", "tasks", "rounds", "cards", "verdict"]
Level: TypeAlias = Literal["strong", "developing", "not yet"]
LessonName = Annotated[str, Meta(pattern=r"^[0-9]{2}_[a-z0-9]+(_[a-z0-9]+)*$", max_length=80)]


class Objective(Struct, frozen=True, forbid_unknown_fields=True):
    """Something a learner can do after a notebook; questions name its `slug`.

    `about` is the subject under which the test asks for it; it asks nothing without one. `cell` is
    the cell that teaches it, in the notebook that lists it; empty means the top.
    """

    slug: Slug
    sentence: Line
    about: Slug | None = None
    cell: str = ""


class Notebook(Struct, frozen=True, forbid_unknown_fields=True):
    """One notebook: its file is `notebooks/<slug>.ipynb`, its quiz bank `quizzes/<slug>.yaml`.

    An optional notebook goes beyond the course. One with an `extra` needs it to measure anything.
    One that is `free` does not follow the template of notebooks. The first one that waits for input
    does so after at most `words_before_input` words. Its `minutes` are all that it takes, with its
    guesses and questions; every page shows this one number.
    """

    slug: LessonName
    title: Line
    minutes: Annotated[int, Meta(ge=1)]
    needs: Line | None = None
    stage: Slug | None = None
    objectives: tuple[Objective, ...] = ()
    extra: Line | None = None
    is_free: bool = False
    is_optional: bool = False
    words_before_input: int = 100

    @property
    def number(self) -> int:
        """The number that the file name starts with."""
        return int(self.slug[:2])

    @property
    def file_name(self) -> str:
        """The notebook's file name, as used in links between notebooks."""
        return f"{self.slug}.ipynb"

    @property
    def heading(self) -> str:
        """The title after its number; the first notebook, number 0, has none."""
        return f"{self.number}. {self.title}" if self.number else self.title


class Stage(Struct, frozen=True, forbid_unknown_fields=True):
    """One stage of the subject, which questions name, and the notebook about it.

    A lesson may draw its stages: `step` is a shorter title, for where there is little room, `does`
    says what happens there, and the shapes are what goes in and comes out.
    """

    slug: Slug
    title: Line
    lesson: LessonName
    step: str = ""
    does: str = ""
    shape_in: str = ""
    shape_out: str = ""


class Deed(Struct, frozen=True, forbid_unknown_fields=True):
    """What a learner does in a mode apart from answering: the subject recorded, and its words."""

    activity: Slug
    words: Line


class Mode(Struct, frozen=True, forbid_unknown_fields=True):
    """One way to learn: what it is, what the learner does in it, and which notebooks it uses.

    `place` is the cell of the first notebook where the mode begins; empty means the top. `start`
    says what to do there first. `counted` names what progress is computed from.
    """

    number: int
    slug: Slug
    title: Line
    idea: Line
    does: Line
    start: Line
    lessons: Annotated[tuple[LessonName, ...], Meta(min_length=1)]
    place: str = ""
    counted: Counted = "questions"
    deed: Deed | None = None

    @property
    def notebooks(self) -> str:
        """The numbers of the mode's notebooks: 05, or 02–08."""
        first, last = self.lessons[0][:2], self.lessons[-1][:2]
        return first if first == last else f"{first}–{last}"

    def link(self, slug: str = "") -> str:
        """Return the link that opens the mode, relative to the folder of notebooks.

        Parameters
        ----------
        slug : str
            Another notebook of the mode, which opens at the top; by default, the first one.
        """
        opened = slug or self.lessons[0]
        fragment = f"#cell-id={self.place}" if self.place and opened == self.lessons[0] else ""
        return f"{opened}.ipynb{fragment}"


class FinderQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """A question that helps choose a mode: its name in the record, and each answer's text."""

    field: Slug
    text: Line
    answers: dict[str, Line]


class Proposal(Struct, frozen=True, forbid_unknown_fields=True):
    """A mode, why it is proposed, and for which answers: `understand ten read`."""

    mode: Slug
    reason: Line
    fits: tuple[str, ...]


class Finder(Struct, frozen=True, forbid_unknown_fields=True):
    """The questions for an undecided learner; each combination of answers has one proposal."""

    questions: tuple[FinderQuestion, ...]
    proposals: tuple[Proposal, ...]


class NextStep(Struct, frozen=True, forbid_unknown_fields=True):
    """A notebook to go to after a verdict, and what one does there."""

    lesson: LessonName
    about: Line


class Draw(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which questions are drawn together.

    Attributes
    ----------
    draws : mapping of str to int
        How many questions of each difficulty.
    subjects : mapping of str to pairs of int
        For each subject (`about` of an objective), the least and the most questions; any if empty.
    """

    draws: dict[Literal["easy", "medium", "hard"], Annotated[int, Meta(ge=0)]]
    subjects: dict[Slug, tuple[Annotated[int, Meta(ge=0)], int]] = {}

    @property
    def size(self) -> int:
        """How many questions are drawn."""
        return sum(self.draws.values())


class ExamPlan(Draw, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the course's test is drawn and judged.

    Attributes
    ----------
    notebook : str
        The notebook with the test, which is also its quiz's name in the record.
    title, about : str
        The heading, and a sentence on what the questions are about.
    strong_from, developing_from : int
        The least numbers of right answers for two of the three levels.
    next_steps : mapping of str to tuple of NextStep
        Where to go after a verdict, by its level.
    titles : mapping of str to str
        What the result calls each subject; its name by default.
    more : Draw, optional
        The questions offered after a verdict, which make it more certain.
    """

    notebook: QuizName
    title: Line
    strong_from: int
    developing_from: int
    next_steps: dict[Level, tuple[NextStep, ...]]
    about: str = ""
    titles: dict[Slug, Line] = {}
    more: Draw | None = None


class Course(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `course.yaml`.

    Attributes
    ----------
    title : str
        The course's title where its questions go to other systems.
    address : str
        Names what a browser stores for its web pages; it need not be a website.
    code : str
        The module whose `LESSON` declares what is code, see `lessons_lib.classroom.lesson.Lesson`.
    practice : str, optional
        The quiz whose questions are practiced in order, followed by endless practice.
    """

    title: Line
    address: Line
    code: Annotated[str, Meta(pattern=r"^[a-z_]\w*(\.\w+)*$")]
    lessons: Annotated[tuple[Notebook, ...], Meta(min_length=1)]
    exam: ExamPlan
    stages: tuple[Stage, ...] = ()
    modes: tuple[Mode, ...] = ()
    finder: Finder = Finder((), ())
    practice: QuizName = ""

    @property
    def home(self) -> Notebook:
        """The notebook to open first."""
        return self.lessons[0]

    @property
    def about(self) -> dict[str, str | None]:
        """What each objective is about; None for those that the test leaves out."""
        return {goal.slug: goal.about for lesson in self.lessons for goal in lesson.objectives}

    @property
    def beyond(self) -> frozenset[str]:
        """The objectives that go beyond the course: those of optional notebooks."""
        optional = (lesson.objectives for lesson in self.lessons if lesson.is_optional)
        return frozenset(goal.slug for objectives in optional for goal in objectives)

    @property
    def stage_titles(self) -> dict[str, str]:
        """The title of each stage that a notebook is about, whether it is listed or not."""
        titles = {one.slug: one.title for one in self.stages}
        return {one.stage: titles.get(one.stage, one.title) for one in self.lessons if one.stage}

    def lesson(self, slug: str) -> Notebook:
        """Return the lesson with a slug; `ValueError` if there is none."""
        return named({one.slug: one for one in self.lessons}, slug, "lesson")

    def mode(self, slug: str) -> Mode:
        """Return the learning mode with a slug; `ValueError` if there is none."""
        return named({one.slug: one for one in self.modes}, slug, "learning mode")

    def mode_counted(self, counted: Counted) -> Mode | None:
        """Return the mode whose progress is computed from something; None if none is."""
        return next((one for one in self.modes if one.counted == counted), None)

    def minutes(self, mode: Mode) -> int:
        """Return the duration of a mode: the minutes of its notebooks."""
        return sum(self.lesson(slug).minutes for slug in mode.lessons)


def course_folder() -> Path:
    """Return the folder with `notebooks/` and `quizzes/`.

    Notes
    -----
    `LESSONS_COURSE` if it is set; else the clone's, or the package's copy.
    """
    configured = os.environ.get(COURSE_VARIABLE)
    return Path(configured) if configured else _own_folder()


def source_folder() -> Path:
    """Return the folder of the plan, the guesses, the exercises, and the notebooks' sources."""
    return course_folder() / "notebooks" / "source"


@cache  # the plan is looked up for many events of a record
def _own_folder() -> Path:
    package = Path(lessons_lib.__file__).resolve().parent
    is_clone = (package.parent / "notebooks" / "source").is_dir()
    return package.parent if is_clone else package / "course_files"


def course(folder: Path | None = None) -> Course:
    """Return the course plan; the first call reads the file.

    Parameters
    ----------
    folder : Path, optional
        Contains `course.yaml`; the course's own if not given.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `Course`, or contradicts itself.
    """
    path = (folder or source_folder()) / COURSE_FILE
    return load_table(path, Course, _contradictions)


def _contradictions(plan: Course) -> Iterator[Fault]:
    """Yield the contradictions within a course plan."""
    lessons, modes = [one.slug for one in plan.lessons], [one.slug for one in plan.modes]
    yield from repeated("lessons", "slug", lessons)
    yield from repeated("stages", "slug", [one.slug for one in plan.stages])
    yield from repeated("modes", "slug", modes)
    objectives: list[str] = []
    for number, lesson in enumerate(plan.lessons, start=1):
        for position, goal in enumerate(lesson.objectives, start=1):
            if goal.slug in objectives:
                message = f"objective {goal.slug!r} is already used: choose another slug."
                yield f"lessons[{number}].objectives[{position}].slug", message
            objectives.append(goal.slug)
    for number, stage in enumerate(plan.stages, start=1):
        yield from unknown(f"stages[{number}].lesson", stage.lesson, lessons)
    for number, mode in enumerate(plan.modes, start=1):
        if mode.number != number:
            yield f"modes[{number}].number", f"number must be {number}, got {mode.number}."
        for slug in mode.lessons:
            yield from unknown(f"modes[{number}].lessons", slug, lessons)
    yield from _contradictions_of_finder(plan.finder, modes)
    if plan.practice:
        yield from unknown("practice", plan.practice, lessons)
    yield from _contradictions_of_exam(plan, lessons)


def _contradictions_of_finder(finder: Finder, modes: Sequence[str]) -> Iterator[Fault]:
    answers_of = [one.answers for one in finder.questions]
    missing = {" ".join(one) for one in product(*answers_of)} - {""}  # of no questions
    for number, proposal in enumerate(finder.proposals, start=1):
        place = f"finder.proposals[{number}]"
        yield from unknown(f"{place}.mode", proposal.mode, modes)
        for answers in proposal.fits:
            if answers not in missing:
                message = "already has a proposal, or does not answer each question"
                yield f"{place}.fits", f"{answers!r} {message}: delete or fix it."
            missing.discard(answers)
    for answers in sorted(missing):
        yield "finder.proposals", f"{answers!r} has no proposal: add it to one."


def _contradictions_of_exam(plan: Course, lessons: Sequence[str]) -> Iterator[Fault]:
    exam = plan.exam
    yield from unknown("exam.notebook", exam.notebook, lessons)
    for level, steps in exam.next_steps.items():
        for step in steps:
            yield from unknown(f"exam.next_steps.{level}", step.lesson, lessons)
    if not 0 <= exam.developing_from <= exam.strong_from <= exam.size:
        rule = f"must be 0 ≤ developing_from ≤ strong_from ≤ {exam.size}, the number of questions"
        yield "exam.strong_from", f"{rule}, got {exam.developing_from} and {exam.strong_from}."
    yield from _contradictions_of_draw("exam", exam, plan.about.values())
    for subject in exam.titles:
        yield from unknown("exam.titles", subject, list(exam.subjects))
    if exam.more:
        yield from _contradictions_of_draw("exam.more", exam.more, plan.about.values())


def _contradictions_of_draw(
    place: str, draw: Draw, about: Collection[str | None]
) -> Iterator[Fault]:
    if not draw.subjects:
        return
    least, most = map(sum, zip(*draw.subjects.values(), strict=True))
    if not least <= draw.size <= most or any(a > b for a, b in draw.subjects.values()):
        rule = f"must be pairs of the least and the most questions, {draw.size} in all"
        yield f"{place}.subjects", f"subjects {rule}, got {least} to {most}."
    asked, known = set(draw.subjects), {subject for subject in about if subject is not None}
    for subject in sorted(asked ^ known):
        others = sorted(known if subject in asked else asked)
        yield from unknown(f"{place}.subjects", subject, others)
