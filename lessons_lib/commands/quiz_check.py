"""`lessons quiz check`: everything that is wrong with quiz files, as a linter says it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons_lib.commands.console import say
from lessons_lib.practice.course import LESSONS, STAGES
from lessons_lib.quiz.nodes import ListNode, MappingNode, UnreadableError, compose, decode_text
from lessons_lib.quiz.problems import Problem, did_you_mean
from lessons_lib.quiz.question import Question, Quiz
from lessons_lib.quiz.quiz_file import read_file

OBJECTIVES = frozenset(goal.slug for lesson in LESSONS for goal in lesson.objectives)
COURSE_STAGES = frozenset(
    [stage.slug for stage in STAGES] + [lesson.stage for lesson in LESSONS if lesson.stage]
)


@dataclass(frozen=True, slots=True)
class Place:
    """A question, and where it stands."""

    path: Path
    number: int
    question: Question

    def problem(self, key: str, message: str) -> Problem:
        """Return a fault of one of its keys."""
        line = _line(self.path, self.number, key)
        return Problem(str(self.path), line, self.number, self.question.id, message)


def check_files(files: Sequence[Path]) -> int:
    """Print every problem and every warning; 1 if there is a problem."""
    paths = list({os.path.realpath(path): path for path in files}.values())
    problems: list[Problem] = []
    places: list[Place] = []
    for path in paths:
        quiz, found = read(path)
        problems += found
        if quiz is not None:
            places += [Place(path, number, one) for number, one in enumerate(quiz.questions, 1)]
    repeated = list(_repeated(places))
    # The course loads a folder as one: there a second question with an id is refused.
    problems += [one for one, is_same_folder in repeated if is_same_folder]
    warnings = [one for one, is_same_folder in repeated if not is_same_folder]
    warnings += _unknown(places)
    for problem in problems:
        say(str(problem))
    for warning in warnings:
        say(str(dataclasses.replace(warning, message=f"warning: {warning.message}")))
    if problems:
        say(f"{counted(len(problems), 'problem')} in {counted(len(paths), 'file')}.")
        return 1
    rest = f"in order but for {counted(len(warnings), 'warning')}" if warnings else "all in order"
    say(f"{counted(len(places), 'question')}, {rest}")
    return 0


def read(path: Path) -> tuple[Quiz | None, list[Problem]]:
    """Return the quiz of a file and its problems, each with the path as it was given."""
    if os.path.isdir(path):  # `Path.is_dir` may raise
        message = f"this is a folder, not a quiz file: name its files, like {path / '*.yaml'}."
        return None, [Problem(str(path), 1, 0, "", message)]
    quiz, problems = read_file(path)
    return quiz, [dataclasses.replace(one, file=str(path)) for one in problems]


def counted(number: int, noun: str) -> str:
    """Return `1 question`, `2 questions`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _repeated(places: Iterable[Place]) -> Iterator[tuple[Problem, bool]]:
    """Yield each id that an earlier file has, and whether that file lies in the same folder."""
    first: dict[str, Place] = {}
    for place in places:
        name = place.question.id
        other = first.setdefault(name, place)
        if other is not place:
            message = f"id {name!r} is taken in {other.path}: give it one of its own."
            yield place.problem("id", message), _folder(other.path) == _folder(place.path)


def _folder(path: Path) -> str:
    return os.path.realpath(path.parent)


def _unknown(places: Iterable[Place]) -> Iterator[Problem]:
    """Yield what the course plan does not know: nobody would be led to a notebook on it."""
    for place in places:
        named = (
            ("objective", place.question.objective, OBJECTIVES),
            ("stage", place.question.stage, COURSE_STAGES),
        )
        for key, word, known in named:
            if word not in known:
                advice = did_you_mean(word, known) or " Choose one of practice/course.py."
                yield place.problem(key, f"{key} {word!r} is none of the course's.{advice}")


def _line(path: Path, number: int, key: str) -> int:
    """Return the line on which a question has a key; 1 if the file was changed meanwhile."""
    try:
        root = compose(decode_text(path.read_bytes()), lambda line, message: None)
    except (OSError, UnreadableError):
        return 1
    listed = root.pairs["questions"][1] if isinstance(root, MappingNode) else root
    items = listed.items if isinstance(listed, ListNode) else []
    question = items[number - 1] if number <= len(items) else None
    if not isinstance(question, MappingNode) or key not in question.pairs:
        return 1
    return question.pairs[key][0].line
