"""All quiz files of the course together."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lessons_lib.quiz.problems import Problem, QuizBankError, did_you_mean
from lessons_lib.quiz.question import Question, Quiz
from lessons_lib.quiz.quiz_file import read_file

QUIZZES_VARIABLE = "LESSONS_QUIZZES"
SCHEMA_NAME = "question.schema.json"


@dataclass(frozen=True)
class QuizBank:
    """The quizzes that could be read, and what is wrong with the files that could not.

    One broken file takes down no other: asking for its quiz says what is wrong with it.
    """

    quizzes: tuple[Quiz, ...]
    broken: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        homes = {one.id: (quiz, one) for quiz in self.quizzes for one in quiz.questions}
        object.__setattr__(self, "_homes", homes)

    _homes: Mapping[str, tuple[Quiz, Question]] = field(init=False, repr=False, compare=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with any file."""
        return tuple(one for problems in self.broken.values() for one in problems)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order of files and of places in them."""
        return tuple(question for _, question in self._homes.values())

    def quiz(self, name: str) -> Quiz:
        """Return a quiz by its name, or by a start of it that no other has ("06").

        Raises
        ------
        TypeError
            If the name is no string.
        ValueError
            If no quiz, or more than one, starts like this.
        QuizBankError
            If that quiz's file is broken.
        """
        if not isinstance(name, str):
            raise TypeError(f"A quiz is named by a str such as '06', got {type(name).__name__}.")
        name = name.strip()
        names = [*(quiz.name for quiz in self.quizzes), *self.broken]
        fitting = (
            [name] if name in names else [one for one in names if name and one.startswith(name)]
        )
        if len(fitting) != 1:
            known = ", ".join(sorted(fitting or names)) or "none"
            rule = "starts more than one quiz" if fitting else "is no quiz"
            advice = "" if fitting else did_you_mean(name, names)
            raise ValueError(f"{name!r} {rule}: choose one of {known}.{advice}")
        if fitting[0] in self.broken:
            raise QuizBankError(self.broken[fitting[0]])
        return next(quiz for quiz in self.quizzes if quiz.name == fitting[0])

    def question(self, name: str) -> Question:
        """Return a question by its id; `ValueError` if there is none."""
        return self._home(name)[1]

    def quiz_of(self, name: str) -> Quiz:
        """Return the quiz that a question (by its id) stands in; `ValueError` if there is none."""
        return self._home(name)[0]

    def __contains__(self, name: object) -> bool:
        return name in self._homes

    def lesson_on(self, objective: str) -> str | None:
        """Return the first quiz, so the first notebook, with a question on an objective."""
        for quiz in self.quizzes:
            if any(question.objective == objective for question in quiz.questions):
                return quiz.name
        return None

    def _home(self, name: str) -> tuple[Quiz, Question]:
        if name not in self._homes:
            raise ValueError(f"No question has the id {name!r}.{did_you_mean(name, self._homes)}")
        return self._homes[name]


def load_bank(folder: Path | None = None, *, strict: bool = False) -> QuizBank:
    """Return the quizzes of a folder, one from each `.yaml` file, in the order of their names.

    Parameters
    ----------
    folder : Path, optional
        The course's own quizzes if not given.
    strict : bool
        Raise if any file is broken, as authors want it; otherwise the others can still be used.

    Raises
    ------
    QuizBankError
        If the folder holds no quiz file, or, with `strict`, if any of them is broken.
    """
    folder = quizzes_folder() if folder is None else Path(folder)
    paths = sorted(path for path in _listed(folder) if path.suffix in (".yaml", ".yml"))
    if not paths:
        message = f"no quiz file (*.yaml) is in {folder}: give a folder that holds some."
        raise QuizBankError([Problem(folder.name, 1, 0, "", message)])
    quizzes: dict[str, Quiz] = {}
    broken: dict[str, tuple[Problem, ...]] = {}
    for path in paths:
        quiz, problems = read_file(path)
        problems += _unlike_others(path, quiz, quizzes)
        if quiz is None or problems:
            broken[path.stem] = broken.get(path.stem, ()) + problems
        else:
            quizzes[path.stem] = quiz
    bank = QuizBank(tuple(quizzes.values()), broken)
    if strict and broken:
        raise QuizBankError(bank.problems)
    return bank


def quizzes_folder() -> Path:
    """Return where the course's quizzes are.

    Notes
    -----
    `LESSONS_QUIZZES` if it is set; else `quizzes/` beside the package, as in a clone; else the
    copy that an installed package carries in `course_files/`.
    """
    if by_hand := os.environ.get(QUIZZES_VARIABLE):
        return Path(by_hand)
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "quizzes"
    return beside if (beside / SCHEMA_NAME).is_file() else package / "course_files" / "quizzes"


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        message = f"the folder {folder} cannot be read: {error.strerror}."
        raise QuizBankError([Problem(folder.name, 1, 0, "", message)]) from None


def _unlike_others(
    path: Path, quiz: Quiz | None, others: Mapping[str, Quiz]
) -> tuple[Problem, ...]:
    """Return what keeps a file from standing beside those already read."""
    if path.suffix == ".yml":
        message = f"quiz files end in .yaml: rename it to {path.stem}.yaml."
        return (Problem(path.name, 1, 0, "", message),)
    taken = {one.id: other.name for other in others.values() for one in other.questions}
    questions = enumerate(quiz.questions if quiz else (), start=1)
    return tuple(
        Problem(
            path.name,
            _line_of_id(path, one.id),
            number,
            one.id,
            f"id {one.id!r} is taken in {taken[one.id]}.yaml: give it one of its own.",
        )
        for number, one in questions
        if one.id in taken
    )


def _line_of_id(path: Path, name: str) -> int:
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    pattern = re.compile(rf"\bid['\"]?:\s*['\"]?{re.escape(name)}(?![\w-])")
    return next((number for number, line in enumerate(lines, 1) if pattern.search(line)), 1)
