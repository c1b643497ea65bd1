"""Load quiz files, report every problem in them, and combine them into a bank."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec

from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.quiz.check import faults_of
from lessons_lib.classroom.quiz.question import Question, Quiz
from lessons_lib.classroom.tables.problems import (
    Fault,
    Problem,
    QuizBankError,
    did_you_mean,
    shortened,
)
from lessons_lib.classroom.tables.yaml_file import YamlFile, misfits

QUIZZES_VARIABLE = "LESSONS_QUIZZES"
RETIRED = "retired"


@dataclass(frozen=True)
class QuizBank:
    """The quizzes that could be read, and the problems of the files that could not.

    A broken file does not affect the others: asking for its quiz raises its problems. Questions of
    the quiz `retired` are found by id, so that answers to them still count, but are not shown.
    """

    quizzes: tuple[Quiz, ...]
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    retired: Quiz | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question that is not retired, by file and then in the order of the file."""
        return tuple(question for quiz in self.quizzes for question in quiz.questions)

    def quiz(self, name: str) -> Quiz:
        """Return a quiz by its name or by an unambiguous prefix of it ("06").

        Raises
        ------
        TypeError
            If the name is not a string.
        ValueError
            If no quiz, or more than one, matches.
        QuizBankError
            If that quiz's file is broken.
        """
        if not isinstance(name, str):
            raise TypeError(f"The quiz name must be a str such as '06', got {type(name).__name__}.")
        name = name.strip()
        names = [*(quiz.name for quiz in self.quizzes), *self.broken]
        fitting = [one for one in names if name and one.startswith(name)]
        if name in names:
            fitting = [name]
        if len(fitting) != 1:
            known = ", ".join(sorted(fitting or names)) or "none"
            rule = "matches more than one quiz" if fitting else "is not a quiz"
            advice = "" if fitting else did_you_mean(name, names)
            raise ValueError(f"{name!r} {rule}: choose one of {known}.{advice}")
        if fitting[0] in self.broken:
            raise QuizBankError(self.broken[fitting[0]])
        return next(quiz for quiz in self.quizzes if quiz.name == fitting[0])

    def question(self, name: str) -> Question:
        """Return a question by its id; `ValueError` if there is none."""
        return self._home(name)[1]

    def quiz_of(self, name: str) -> Quiz:
        """Return the quiz that contains the question with an id; `ValueError` if none does."""
        return self._home(name)[0]

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def lesson_on(self, objective: str) -> str | None:
        """Return the name of the first quiz on an objective, which is also its notebook's name."""
        for quiz in self.quizzes:
            if any(question.objective == objective for question in quiz.questions):
                return quiz.name
        return None

    @cached_property
    def _homes(self) -> Mapping[str, tuple[Quiz, Question]]:
        """Each question by its id, with its quiz; the retired ones too."""
        quizzes = self.quizzes if self.retired is None else (*self.quizzes, self.retired)
        return {one.id: (quiz, one) for quiz in quizzes for one in quiz.questions}

    def _home(self, name: str) -> tuple[Quiz, Question]:
        if name not in self._homes:
            raise ValueError(f"No question has the id {name!r}.{did_you_mean(name, self._homes)}")
        return self._homes[name]


def load_bank(folder: Path | None = None) -> QuizBank:
    """Return the quizzes of a folder, one per `.yaml` file, sorted by name.

    Parameters
    ----------
    folder : Path, optional
        The course's own quizzes if not given.

    Raises
    ------
    QuizBankError
        If the folder cannot be read or contains no quiz file.

    Notes
    -----
    A file of keys and values with neither `quiz` nor `questions` is another table and is ignored.
    The files are read again only if one of them has changed.
    """
    folder = quizzes_folder() if folder is None else Path(folder)
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
        stamps = tuple((path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
    except OSError as error:
        message = f"the folder {folder} cannot be read: {error.strerror}."
        raise QuizBankError([Problem(folder.name, 1, 0, "", message)]) from None
    return _read_bank(folder, tuple(paths), stamps)


@lru_cache(1)
def _read_bank(
    folder: Path, paths: tuple[Path, ...], stamps: tuple[tuple[int, int], ...]
) -> QuizBank:
    quizzes: list[Quiz] = []
    broken: dict[str, tuple[Problem, ...]] = {}
    for file, quiz in read_quizzes(filter(is_bank, map(YamlFile, paths))):
        if quiz is None:
            name = file.path.stem
            broken[name] = broken.get(name, ()) + tuple(file.problems)
        else:
            quizzes.append(quiz)
    if not quizzes and not broken:
        message = f"no file in {folder} is a quiz (*.yaml): choose a folder that has some."
        raise QuizBankError([Problem(folder.name, 1, 0, "", message)])
    retired = next((one for one in quizzes if one.name == RETIRED), None)
    return QuizBank(tuple(one for one in quizzes if one is not retired), broken, retired)


def read_quizzes(files: Iterable[YamlFile]) -> Iterator[tuple[YamlFile, Quiz | None]]:
    """Yield each file with its quiz, or None if the file has problems, conflicts included."""
    homes: dict[str, str] = {}
    for file in files:
        quiz = read_quiz(file)
        for fault in _conflicts(file.path, quiz, homes):
            file.report(fault)
        if quiz is None or file.problems:
            yield file, None
        else:
            homes |= dict.fromkeys((one.id for one in quiz.questions), quiz.name)
            yield file, quiz


def read_quiz(file: YamlFile) -> Quiz | None:
    """Return the quiz in a file, or None after adding every fault to the file's problems."""
    if file.data is None:
        return None
    for fault in list(_faults(file)):
        file.report(fault)
    file.problems.sort(key=lambda one: one.line)
    return None if file.problems else msgspec.convert(file.data, Quiz)


def is_bank(file: YamlFile) -> bool:
    """Return whether a file is meant to be a quiz bank: other tables may share its folder."""
    if not isinstance(file.data, dict):
        return True
    return any(did_you_mean(key, ("quiz", "questions")) for key in file.data)  # typos too


def quizzes_folder() -> Path:
    """Return the folder of the course's quizzes.

    Notes
    -----
    `LESSONS_QUIZZES` if it is set; else `quizzes` in the course's folder.
    """
    configured = os.environ.get(QUIZZES_VARIABLE)
    return Path(configured) if configured else course_folder() / "quizzes"


def _faults(file: YamlFile) -> Iterator[Fault]:
    """Yield every fault; a question that does not fit its type is not checked further."""
    data = file.data
    if not isinstance(data, dict):
        yield "", "a quiz file must have the keys quiz, title, questions: indent the list."
        return
    unread = {one.number for one in file.problems}
    broken = set(unread)
    for fault in misfits(data, Quiz):
        if (number := file.problem(fault).number) not in unread:
            broken.add(number)
            yield fault
    if isinstance(name := data.get("quiz"), str) and name != file.path.stem:
        expected = f"the file's name without .yaml ({file.path.stem})"
        yield "quiz", f"quiz must be {expected}, got {shortened(name)}."
    listed = data.get("questions")
    first: dict[str, int] = {}
    for number, one in enumerate(listed if isinstance(listed, list) else (), start=1):
        if number in broken:
            continue
        question = msgspec.convert(one, Question)
        for place, message in faults_of(question):
            yield f"questions[{number}].{place}".rstrip("."), message
        other = first.setdefault(question.id, number)
        if other != number:
            message = f"id {question.id!r} is already used by question {other}: choose another."
            yield f"questions[{number}].id", message


def _conflicts(path: Path, quiz: Quiz | None, homes: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults that arise only together with the files already read."""
    if path.suffix == ".yml":
        yield "", f"quiz files must end in .yaml: rename this one to {path.stem}.yaml."
        return
    for number, one in enumerate(quiz.questions if quiz else (), start=1):
        if one.id in homes:
            message = f"id {one.id!r} is already used in {homes[one.id]}.yaml: choose another."
            yield f"questions[{number}].id", message
