"""The folder of a class: its plan and its question files, and every fault in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lessons_lib.annexes.instructor.service.plan import PLAN_FILE, Plan, load_plan
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank, read_quizzes
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Question, Quiz
from lessons_lib.classroom.quiz.variants import TAG
from lessons_lib.classroom.tables.problems import Fault, Problem, QuizBankError
from lessons_lib.classroom.tables.yaml_file import YamlFile

OTHER_USERS = 0o077  # the permissions of other users


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """A class that can be served: what its instructor planned, and the quizzes with their keys.

    The file of a planned quiz may have faults; then the quiz is missing here, and rests.
    """

    plan: Plan
    quizzes: Mapping[str, Quiz]

    def may_show_keys(self, name: str, now: datetime) -> bool:
        """Return whether the keys of a quiz may be seen by everybody: if it counts, only late."""
        return name not in self.plan.by_name or now > self.plan.keys_shown(name)


def load_class(folder: Path) -> ClassFolder:
    """Return a class's plan and quizzes.

    Raises
    ------
    QuizBankError
        With every fault in the plan and in the question files, each with its file and line.
    """
    found, problems = read_class(folder)
    if problems or found is None:
        raise QuizBankError(problems)
    return found


def read_class(folder: Path) -> tuple[ClassFolder | None, list[Problem]]:
    """Return a class with the quizzes that have no faults, None if its plan has some; and all."""
    problems: list[Problem] = []
    quizzes, known = dict[str, Quiz](), _Known.of(load_bank())
    plan_path, *paths = class_files(folder)
    files = [YamlFile(path) for path in paths]
    for file, quiz in read_quizzes(files):
        faults = known.faults_in(quiz) if quiz else ()
        found = [*file.problems, *map(file.problem, faults)]
        if quiz is not None and not found:
            quizzes[quiz.name] = quiz
        problems += found
    try:
        plan = load_plan(folder)
    except QuizBankError as error:
        return None, [*error.problems, *problems]
    broken = {Path(one.file).stem for one in problems}
    file = YamlFile(plan_path, "graded")
    problems += map(file.problem, _unplanned(plan, {*quizzes, *broken}))
    return ClassFolder(plan, quizzes), problems


def class_files(folder: Path) -> list[Path]:
    """Return the plan's file, and those of the questions; what an editor hides is none."""
    paths = (path for path in folder.glob("*.y*ml") if not path.name.startswith("."))
    return [folder / PLAN_FILE, *sorted(path for path in paths if path.name != PLAN_FILE)]


def _unplanned(plan: Plan, quizzes: Collection[str]) -> Iterator[Fault]:
    """Yield a fault for each quiz of the plan that has no file."""
    for number, one in enumerate(plan.graded, start=1):
        if one.quiz not in quizzes:
            message = f"the folder has no file {one.quiz}.yaml. Write it, or take it off the plan."
            yield f"graded[{number}].quiz", message


@dataclass(frozen=True, slots=True)
class _Known:
    """The questions of the course, whose keys are in every learner's kernel."""

    ids: frozenset[str]
    texts: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, bank: QuizBank) -> _Known:
        retired = bank.retired.questions if bank.retired else ()
        questions = (*bank.questions, *retired)
        ids = frozenset(one.id for one in questions)
        return cls(ids, frozenset(map(_words_of, questions)))

    def faults_in(self, quiz: Quiz) -> Iterator[Fault]:
        """Yield the questions that cannot count."""
        for number, one in enumerate(quiz.questions, start=1):
            place = f"questions[{number}]"
            if one.id in self.ids or _words_of(one) in self.texts:
                what = "id" if one.id in self.ids else "stem"
                message = "the course asks this question, so its key is in every kernel. "
                yield f"{place}.{what}", f"{message}Ask another one, with another id."
            if TAG in one.tags:
                message = (
                    "own figures can't be graded here, because their formula is in the kernel."
                )
                yield f"{place}.tags", f"{message} Take out the tag {TAG}, or the question."
            if one.is_graded and quiz.policy_of(one) == "survey":
                message = "a survey gives no points. Take out `mode: survey`, or the question."
                yield (f"{place}.mode" if one.policy else "mode"), message
            if not one.is_graded:
                message = "a graded question needs a key. Add `answer`, or take out the question."
                yield place, message


def _words_of(question: Question) -> tuple[str, ...]:
    """Return the words of a question, however they are set."""
    options = question.options.values() if isinstance(question, ChoiceQuestion) else ()
    texts = (question.stem, *sorted(option.text for option in options))
    return tuple(" ".join(text.casefold().split()) for text in texts)
