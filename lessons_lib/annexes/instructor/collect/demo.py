"""An invented class: records as sessions write them, so that an instructor sees a page to expect.

The class meets four times. Everyone has an ability, and each question a difficulty and a popular
mistake.
"""

from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from random import Random
from typing import cast

import msgspec
from msgspec.structs import replace

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.exercises.catalog import exercise_table
from lessons_lib.classroom.practice.flashcards import deck, rated_event
from lessons_lib.classroom.practice.guesses import GuessTask, GuessValue, guess_table
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.exam import TakenTest, end_test, last_test, start_test
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.question import NumberQuestion, Question
from lessons_lib.classroom.quiz.regrade import answer_event, hint_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import RATINGS, Code, Guess, event_of
from lessons_lib.classroom.record.log import InMemoryLog

INVENTED = "This class is invented: its names, answers, and guesses. Only the questions are real."
NAMES = (
    *("Aisha Rahman", "Ben Castillo", "Chiara Moretti", "Daniel Osei", "Elif Aydin"),
    *("Finn Gallagher", "Grace Nakamura", "Hugo Lindqvist", "Imani Brooks", "Jonas Weber"),
    *("Keiko Tanabe", "Liam O'Connor", "Mariana Duarte", "Nikhil Rao", "Olivia Bennett"),
    *("Pavel Novak", "Quinn Mercer", "Rosa Jimenez", "Samuel Adeyemi", "Tara Whitfield"),
    *("Uma Krishnan", "Victor Salazar", "Wei Zhang", "Yara Haddad", "Zoe Lambert"),
)
MEETINGS = tuple(datetime(2026, 3, day, 14, tzinfo=UTC) for day in (2, 4, 9, 11))
END = MEETINGS[-1] + timedelta(hours=8)  # when the class is collected
REACH = (0.2, 0.6, 0.8, *[1.0] * 9)  # how much of the course somebody works through
HARD = {"easy": -1.6, "medium": -0.8, "hard": 0.0}
LEARNED = 1.1  # how much ability the course adds


def write_class(homes: Path, bank: QuizBank, seed: int = 0) -> None:
    """Write an export for each learner into a folder; the same seed gives the same results."""
    (homes / NAMES[-1]).mkdir()  # has not started
    for name in NAMES[:-1]:
        learner = _Learner(name, bank, Random(f"{seed} {name}"))
        learner.work()
        lines = (msgspec.json.encode(event) + b"\n" for event in learner.log.events())
        (homes / f"{name}.jsonl").write_bytes(b"".join(lines))


class _Learner:
    """An invented learner, who works through some of the notebooks in order."""

    def __init__(self, name: str, bank: QuizBank, rng: Random) -> None:
        self.log = InMemoryLog()
        self._name, self._bank, self._rng, self._time = name, bank, rng, MEETINGS[0]
        self._ability, self._reach = rng.gauss(-0.9, 0.8), rng.choice(REACH)

    def work(self) -> None:
        """Take a test, read, guess, answer and recall at every meeting, and take it again."""
        self._take_test()
        self._ability += LEARNED
        todo = self._bank.quizzes[: round(self._reach * len(self._bank.quizzes))]
        for number, quiz in enumerate(todo):
            meeting = MEETINGS[number * len(MEETINGS) // len(self._bank.quizzes)]
            self._time = max(self._time, meeting + timedelta(minutes=self._rng.randrange(10)))
            for task in guess_table().guesses:
                if task.lesson == quiz.name and task.typical is not None:
                    self._add(event_of(task.id, Guess(self._guess(task), task.typical)))
            for question in quiz.questions:
                if question.place != "pool" and question.is_graded:
                    self._answer(question, quiz.name)
            self._recall(2 * (number + 1))
        if self._reach == 1:
            self._solve()
            self._take_test()

    def _add(self, event: Event) -> None:
        self._time += timedelta(seconds=self._rng.randint(8, 40))
        self.log.append(replace(event, time_utc=self._time))

    def _does(self, difficulty: float) -> bool:
        """Return whether the learner succeeds; the odds are even if the ability fits."""
        return self._rng.random() < 1 / (1 + exp(difficulty - self._ability))

    def _answer(self, question: Question, quiz: str, test: str = "") -> None:
        """Answer a question, and outside of tests try again after a mistake."""
        personal = personalize(question, self._name)
        is_right = self._does(HARD[question.difficulty] + Random(question.id).gauss(0, 0.7))
        if question.hints and not test and self._rng.random() < 0.15:
            self._add(hint_event(question, 1, quiz))
        for again in (False, True):
            response = _response(personal.question, is_right or again, self._rng)
            self._add(answer_event(personal, response, quiz, test=test))
            if is_right or test or self._rng.random() < 0.3:
                break

    def _take_test(self) -> None:
        self._add(start_test(self._bank, self.log.events(), self._rng.randrange(2**32)))
        for question in self._test().questions:
            self._answer(question, course().exam.notebook, self._test().id)
        self._add(end_test(self._test(), self._bank))

    def _test(self) -> TakenTest:
        return cast("TakenTest", last_test(self.log.events(), self._bank))

    def _guess(self, task: GuessTask) -> GuessValue:
        """Return a guess; everyone tends to miss a result the same way, toward the middle."""
        tends, rng = Random(task.id), self._rng
        if task.options:
            return rng.choice((*task.options, *tends.choices(task.options, k=2)))
        stops, result = task.slider or range(1, 12), float(task.typical or 0)
        at = min(range(len(stops)), key=lambda n: abs(stops[n] - result))
        at += round(tends.uniform(0, 1.3) * (len(stops) / 2 - at) + rng.gauss(0, len(stops) / 7))
        return float(stops[min(max(at, 0), len(stops) - 1)])

    def _recall(self, cards: int) -> None:
        for card in deck(self._bank)[:cards]:
            if self._rng.random() < 0.5:
                self._add(rated_event(card, self._rng.choices(RATINGS, (3, 2, 6, 2))[0]))

    def _solve(self) -> None:
        for task in exercise_table().exercises if course().mode_counted("tasks") else ():
            is_solved = self._does(0)
            code = Code(task.solution if is_solved else task.start, "try", is_solved, task.revision)
            self._add(event_of(task.id, code))


def _response(question: Question, is_right: bool, rng: Random) -> Response:
    """Return the right answer, or a wrong one, most often the same as others give."""
    if isinstance(question, NumberQuestion):
        value = float(question.answer.value) if question.answer else 0.0
        known = [float(one.value) for one in question.feedback.known] if question.feedback else []
        number = value if is_right else rng.choice([*known, 10 * value + 7])
        return Response(number=f"{number:.12g}")
    right = tuple(question.answer or ())
    wrong = [letter for letter in question.options if letter not in right]
    if is_right or not wrong:
        return Response(right if is_right else right[:1])
    popular = Random(question.id).choice(wrong)
    return Response((popular if rng.random() < 0.6 else rng.choice(wrong),))
