"""One quiz file: read it whole, or say everything that is wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect as kinds

from lessons_lib.quiz.checks import faults_of
from lessons_lib.quiz.decode import REPORTED, Decoder
from lessons_lib.quiz.nodes import (
    LARGEST_FILE,
    ListNode,
    MappingNode,
    Node,
    ScalarNode,
    UnreadableError,
    compose,
    decode_text,
)
from lessons_lib.quiz.problems import Problem, QuizBankError
from lessons_lib.quiz.question import (
    NumberQuestion,
    Question,
    Quiz,
    SeveralQuestion,
    SingleQuestion,
)

AnyQuestion = SingleQuestion | SeveralQuestion | NumberQuestion
_QUIZ = kinds.type_info(Quiz)
_IN_QUESTION = re.compile(r"questions\[(\d+)\]\.?")


def load_file(path: Path) -> Quiz:
    """Return the quiz of one file.

    Raises
    ------
    QuizBankError
        If anything is wrong with it; the error's `problems` list every fault found.
    """
    quiz, problems = read_file(path)
    if quiz is None:
        raise QuizBankError(problems)
    return quiz


def read_file(path: Path) -> tuple[Quiz | None, tuple[Problem, ...]]:
    """Return the quiz of a file, or None and every fault found."""
    return _Reading(Path(path)).run()


class _Reading:
    """The reading of one file: gathers problems while it goes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._problems: list[Problem] = []
        self._questions: list[Node] = []
        self._decoder = Decoder(self._tell_place)

    def run(self) -> tuple[Quiz | None, tuple[Problem, ...]]:
        quiz = self._read()
        problems = sorted(self._problems, key=lambda one: one.line)
        return (None if problems else quiz), tuple(problems)

    def _read(self) -> Quiz | None:
        try:
            root = compose(decode_text(self._content()), self._tell)
        except UnreadableError as error:
            self._tell(error.line, str(error))
            return None
        if not isinstance(root, MappingNode):
            message = "a quiz file starts with the keys quiz, title and questions; indent the list."
            self._tell(root.line, message)
            return None
        listed = root.pairs.get("questions", (None, None))[1]
        self._questions = listed.items if isinstance(listed, ListNode) else []
        data = self._decoder.read(root, _QUIZ)
        self._check_name(data.get("quiz"))
        questions = self._convert(data.get("questions"))
        self._check_ids(questions)
        if self._problems:
            return None
        head = {"mode": data["mode"]} if "mode" in data else {}
        return Quiz(name=data["quiz"], title=data["title"], questions=questions, **head)

    def _content(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                return file.read(LARGEST_FILE + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise UnreadableError(1, f"the file cannot be read: {reason}.") from None

    def _convert(self, listed: Any) -> tuple[AnyQuestion, ...]:
        """Decode and check each question that the decoder found no fault with."""
        broken = {one.number for one in self._problems}
        questions: list[AnyQuestion] = []
        for number, data in enumerate(listed if isinstance(listed, list) else (), start=1):
            if data is REPORTED or number in broken:
                continue
            place = f"questions[{number}]"
            try:
                question = msgspec.convert(data, AnyQuestion)
            except msgspec.ValidationError as error:
                self._tell_place(place, 0, f"does not fit the format: {error}.")
                continue
            for inner, message in faults_of(question):
                self._tell_place(f"{place}.{inner}".rstrip("."), 0, message)
            questions.append(question)
        return tuple(questions)

    def _check_name(self, name: Any) -> None:
        if isinstance(name, str) and name != self._path.stem:
            expected = self._path.stem
            message = f"quiz must be the file's name without .yaml ({expected}), got {name!r}."
            self._tell_place("quiz", 0, message)

    def _check_ids(self, questions: tuple[Question, ...]) -> None:
        names = [_id_of(node) for node in self._questions]
        for name, count in Counter(filter(None, names)).items():
            if count > 1:
                numbers = [number for number, one in enumerate(names, 1) if one == name]
                first, *others = numbers
                for number in others:
                    message = f"id {name!r} is taken by question {first}: give it one of its own."
                    self._tell_place(f"questions[{number}].id", 0, message)

    def _tell(self, line: int, message: str) -> None:
        self._problems.append(Problem(self._path.name, line, 0, "", message))

    def _tell_place(self, place: str, line: int, message: str) -> None:
        """Record a fault; a line of 0 is looked up from where the place was written."""
        match = _IN_QUESTION.match(place)
        number = int(match[1]) if match else 0
        name = _id_of(self._questions[number - 1]) if match else ""
        words = _IN_QUESTION.sub("", message) if match else message
        line = line or self._line_of(place)
        self._problems.append(Problem(self._path.name, line, number, name, words))

    def _line_of(self, place: str) -> int:
        """Return the line of a place, or of the nearest place around it that was written."""
        while place not in self._decoder.lines and place:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self._decoder.lines.get(place, 1)


def _id_of(question: Node) -> str:
    """Return the id that a question's node gives, or nothing."""
    node = question.pairs.get("id", (None, None))[1] if isinstance(question, MappingNode) else None
    return " ".join(node.text.split())[:80] if isinstance(node, ScalarNode) else ""
