"""The plan of a class, from `plan.yaml`: which quizzes count, from when to when, by which rules."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Meta, Struct

from lessons_lib.annexes.instructor.service import rules
from lessons_lib.classroom.quiz.bank import load_bank, read_quizzes
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Question, Quiz
from lessons_lib.classroom.quiz.variants import TAG
from lessons_lib.classroom.tables.load import read_table, repeated
from lessons_lib.classroom.tables.problems import Fault, Problem, QuizBankError, did_you_mean
from lessons_lib.classroom.tables.yaml_file import Date, Line, LocalTime, QuizName, YamlFile

PLAN_FILE = "plan.yaml"
DELETE = "After it, delete them with `lessons class purge`: nothing does so by itself."
Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 60)]


class Late(Struct, frozen=True, forbid_unknown_fields=True):
    """For how many minutes after the deadline answers count, and how much of their credit."""

    minutes: Minutes
    percent: Annotated[int, Meta(ge=1, le=100)]


class GradedQuiz(Struct, frozen=True, forbid_unknown_fields=True):
    """A quiz that counts.

    Attributes
    ----------
    quiz : str
        The name of its file in the class's folder, without .yaml.
    opens, due : str
        Local times in the zone of the plan.
    tries : int
        How many answers each question takes; with 0, they can be changed until the deadline.
    key : str
        When right answers and reasons are shown; see `rules.known`.
    late : Late, optional
        Without it, nothing counts after the deadline.
    extra_minutes : dict
        By how many minutes due and late move for single learners, by their names on the hub.
    """

    quiz: QuizName
    opens: LocalTime
    due: LocalTime
    tries: Annotated[int, Meta(ge=0, le=20)] = 0
    key: rules.KeyRule = "after-close"
    late: Late | None = None
    extra_minutes: dict[str, Minutes] = {}


class Plan(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What an instructor decided about a class.

    Attributes
    ----------
    zone : str
        The name of a time zone, such as ``Europe/Vienna``.
    purpose, contact : str
        Why answers are stored, and whom to ask; learners see both before their first answer.
    delete_after : str
        The date after which answers are deleted, such as ``"2027-03-01"``.
    graded : tuple of GradedQuiz
        The quizzes that count, in the order of the class.
    learners : tuple of str
        Their names on the hub, if the plan lists them; then extra minutes of others are a fault.
    """

    zone: Line
    purpose: Line
    contact: Line
    delete_after: Date
    graded: Annotated[tuple[GradedQuiz, ...], Meta(min_length=1, max_length=200)]
    learners: tuple[Line, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, GradedQuiz]:
        """Each quiz by its name."""
        return {one.quiz: one for one in self.graded}

    def local(self, time: datetime) -> datetime:
        """Return a time in the zone of the class."""
        return time.astimezone(ZoneInfo(self.zone))

    def timeline(self, name: str, learner: str = "") -> rules.Timeline:
        """Return when a learner may answer a quiz; without a name, somebody without extra minutes.

        Parameters
        ----------
        name : str
            Of the quiz.
        learner : str
            Their name on the hub.
        """
        one, zone = self.by_name[name], ZoneInfo(self.zone)
        due = rules.instant(one.due, zone)
        late = timedelta(minutes=one.late.minutes) if one.late else timedelta()
        share = one.late.percent / 100 if one.late else 0.0
        extra = timedelta(minutes=one.extra_minutes.get(learner, 0))
        return rules.Timeline(rules.instant(one.opens, zone), due, due + late, share).later(extra)

    def timelines(self, name: str) -> list[rules.Timeline]:
        """Return the timelines of a quiz: the usual one, and those with extra minutes."""
        return [self.timeline(name, one) for one in ("", *self.by_name[name].extra_minutes)]

    def last_close(self, name: str) -> datetime:
        """Return when a quiz closes for the last learner."""
        return max(line.closes for line in self.timelines(name))

    def keys_shown(self, name: str) -> datetime:
        """Return from when the key of a quiz, and all that tells it, is shown to everybody.

        Until then an instructor can still give more time to learners who have seen no key.
        """
        return self.last_close(name) + rules.UNTIL_KEYS

    def may_delete(self, now: datetime) -> bool:
        """Return whether the date to delete all answers is over, and nobody may answer any more."""
        return self.local(now).date() > date.fromisoformat(self.delete_after) and self.is_past(now)

    def is_past(self, now: datetime) -> bool:
        """Return whether each quiz has closed for everybody."""
        return all(now > self.last_close(one.quiz) + rules.GRACE for one in self.graded)

    def reminders(self, now: datetime) -> Iterator[str]:
        """Yield what an instructor should know about the plan at a time."""
        if self.is_past(now):
            yield "Every quiz of this plan has closed, so nobody can answer any more."
        due = "was" if self.may_delete(now) else "is"
        yield f"The last day to keep the answers {due} {self.delete_after}. {DELETE}"


def load_plan(folder: Path) -> Plan:
    """Return the plan in a class's folder.

    Raises
    ------
    CourseFileError
        If it has faults; the error lists all of them with their lines.
    """
    plan: Plan = read_table(folder / PLAN_FILE, Plan, _faults_of, "graded")
    return plan


def _faults_of(plan: Plan) -> Iterator[Fault]:
    if plan.zone not in available_timezones():
        close = (
            did_you_mean(plan.zone, available_timezones()) or " Europe/Vienna is one, for example."
        )
        yield "zone", f"zone must be the name of a time zone, got {plan.zone!r}.{close}"
        return
    try:
        date.fromisoformat(plan.delete_after)
    except ValueError:
        yield "delete_after", f"delete_after must be a date that exists, got {plan.delete_after!r}."
    yield from repeated("graded", "quiz", [one.quiz for one in plan.graded])
    zone = ZoneInfo(plan.zone)
    for number, one in enumerate(plan.graded, start=1):
        place = f"graded[{number}]"
        times, faults = {}, []
        for name, text in (("opens", one.opens), ("due", one.due)):
            try:
                times[name] = rules.instant(text, zone)
            except ValueError as error:
                faults.append((f"{place}.{name}", f"{name} is {text!r}: {error}"))
        yield from faults
        if not faults and times["due"] <= times["opens"]:
            yield f"{place}.due", "due must be later than opens."
        elif not faults and one.due[:10] > plan.delete_after:
            yield f"{place}.due", "due must be no later than delete_after."
        for learner in one.extra_minutes:
            if plan.learners and learner not in plan.learners:
                advice = did_you_mean(learner, plan.learners)
                message = f"{learner!r} is not one of the learners of this plan.{advice}"
                yield f"{place}.extra_minutes.{learner}", message


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
    quizzes, bank = dict[str, Quiz](), load_bank()
    asked = (*bank.questions, *(bank.retired.questions if bank.retired else ()))
    plan_path, *paths = class_files(folder)
    files = [YamlFile(path) for path in paths]
    for file, quiz in read_quizzes(files):
        faults = _cannot_count(quiz, asked) if quiz else ()
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


def _cannot_count(quiz: Quiz, asked: Collection[Question]) -> Iterator[Fault]:
    """Yield the questions that cannot count; what the course asks has its key in every kernel."""
    ids, texts = {one.id for one in asked}, set(map(_words_of, asked))
    for number, one in enumerate(quiz.questions, start=1):
        place = f"questions[{number}]"
        if one.id in ids or _words_of(one) in texts:
            what = "id" if one.id in ids else "stem"
            message = "the course asks this question, so its key is in every kernel. "
            yield f"{place}.{what}", f"{message}Ask another one, with another id."
        if TAG in one.tags:
            message = "own figures can't be graded here, because their formula is in the kernel."
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
