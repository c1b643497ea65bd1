"""The course as data: its lessons, stages and learning modes, from `notebooks/course.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from lessons_lib.classroom.quiz.bank import course_folder
from lessons_lib.classroom.quiz.exam import About
from lessons_lib.classroom.quiz.question import Line, Slug
from lessons_lib.classroom.tables.problems import Fault, QuizBankError, did_you_mean
from lessons_lib.classroom.tables.yaml_file import YamlFile, misfits

COURSE_FILE = "course.yaml"

Counted: TypeAlias = Literal["questions", "tasks", "lab book", "cards", "verdict"]
LessonName = Annotated[str, Meta(pattern=r"^[0-9]{2}_[a-z0-9]+(_[a-z0-9]+)*$", max_length=80)]
WishField: TypeAlias = Literal["want", "time", "way"]
T = TypeVar("T")


class CourseFileError(QuizBankError):
    """A data file of the course is invalid; `problems` lists every fault found."""


class Objective(Struct, frozen=True, forbid_unknown_fields=True):
    """Something a learner can do after a notebook; questions name its `slug`."""

    slug: Slug
    sentence: Line
    about: About | None = None


class Lesson(Struct, frozen=True, forbid_unknown_fields=True):
    """One notebook: its file is `notebooks/<slug>.ipynb`, its quiz bank `quizzes/<slug>.yaml`.

    A lesson with an `extra` goes beyond the course: it needs that extra to measure anything.
    """

    slug: LessonName
    title: Line
    minutes: Annotated[int, Meta(ge=1)]
    needs: Line | None = None
    stage: Slug | None = None
    objectives: tuple[Objective, ...] = ()
    extra: Line | None = None

    @property
    def number(self) -> int:
        """The number that the file name starts with."""
        return int(self.slug[:2])

    @property
    def file_name(self) -> str:
        """The notebook's file name, as used in links between notebooks."""
        return f"{self.slug}.ipynb"


class Stage(Struct, frozen=True, forbid_unknown_fields=True):
    """One stage of the pipeline: its input and output shapes, and the notebook about it.

    `step` is a shorter title, for where there is little room.
    """

    slug: Slug
    title: Line
    step: Line
    does: Line
    shape_in: Line
    shape_out: Line
    lesson: LessonName


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
    """A question that helps choose a mode: the field of `Wish`, and each answer with its text."""

    field: WishField
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


class Course(Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `course.yaml`."""

    lessons: Annotated[tuple[Lesson, ...], Meta(min_length=1)]
    stages: tuple[Stage, ...]
    modes: tuple[Mode, ...]
    finder: Finder

    @property
    def objectives(self) -> list[str]:
        """The slugs of all objectives."""
        return [goal.slug for lesson in self.lessons for goal in lesson.objectives]

    @property
    def about(self) -> dict[str, About | None]:
        """What each objective is about; None for those that the test leaves out."""
        return {goal.slug: goal.about for lesson in self.lessons for goal in lesson.objectives}

    @property
    def stage_titles(self) -> dict[str, str]:
        """The title of each stage that a lesson is about, including training, which has no box."""
        titles = {one.slug: one.title for one in self.stages}
        return {one.stage: titles.get(one.stage, one.title) for one in self.lessons if one.stage}

    def lesson(self, slug: str) -> Lesson:
        """Return the lesson with a slug; `ValueError` if there is none."""
        return named({one.slug: one for one in self.lessons}, slug, "lesson")

    def mode(self, slug: str) -> Mode:
        """Return the learning mode with a slug; `ValueError` if there is none."""
        return named({one.slug: one for one in self.modes}, slug, "learning mode")

    def minutes(self, mode: Mode) -> int:
        """Return the duration of a mode: the minutes of its notebooks."""
        return sum(self.lesson(slug).minutes for slug in mode.lessons)


@cache
def course(folder: Path | None = None) -> Course:
    """Return the course plan from a folder of notebooks; the first call reads the file.

    Parameters
    ----------
    folder : Path, optional
        Contains `course.yaml`; the course's own notebooks if not given.

    Raises
    ------
    CourseFileError
        If the file cannot be read, does not fit `Course`, or contradicts itself.
    """
    path = (folder or course_folder() / "notebooks") / COURSE_FILE
    return load_table(path, Course, _contradictions)


def load_table(
    path: Path, kind: type[T], faults_of: Callable[[T], Iterator[Fault]], items: str = "questions"
) -> T:
    """Return the contents of a YAML file.

    Parameters
    ----------
    path : Path
        The file.
    kind : type
        A struct that the file must fit.
    faults_of : callable
        Yields the faults of a struct that fits, each with its place in the file.
    items : str
        The key of the file's main list; problems in one of its items name the item's id.

    Raises
    ------
    CourseFileError
        If there is any fault; the error lists all of them.
    """
    file = YamlFile(path, items)
    if not file.problems:
        faults = list(misfits(file.data, kind))
        for fault in faults or faults_of(msgspec.convert(file.data, kind)):
            file.report(fault)
    if file.problems:
        raise CourseFileError(file.problems)
    return msgspec.convert(file.data, kind)


def named(known: Mapping[str, T], name: str, what: str) -> T:
    """Return the entry with a name; `ValueError`, with a similar name or all, if there is none."""
    if name not in known:
        advice = did_you_mean(str(name), known) or f" Choose one of {', '.join(known)}."
        raise ValueError(f"Unknown {what} {name!r}.{advice}")
    return known[name]


def repeated(place: str, key: str, words: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for each repeated word; `place` is where the list is in the file."""
    for number, word in enumerate(words, start=1):
        if (first := words.index(word) + 1) != number:
            message = f"{key} {word!r} is already used by {place}[{first}]: choose another."
            yield f"{place}[{number}].{key}", message


def unknown(place: str, word: str, known: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault if a word is not one of the known ones."""
    if word not in known:
        advice = did_you_mean(word, known) or f" Choose one of {', '.join(known)}."
        yield place, f"{word!r} is not in the course.{advice}"


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


def _contradictions_of_finder(finder: Finder, modes: Sequence[str]) -> Iterator[Fault]:
    missing = {" ".join(one) for one in product(*(one.answers for one in finder.questions))}
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
