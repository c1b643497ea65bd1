"""Rules for a course as a whole: its questions, its test and its explorations can be used."""

import math
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from itertools import product
from pathlib import Path
from typing import Any

from lessons_lib.annexes.authoring.frame import quizzes_shown
from lessons_lib.annexes.authoring.source_rules import BrokenRule
from lessons_lib.classroom.course import COURSE_FILE, Course
from lessons_lib.classroom.lesson import Lesson
from lessons_lib.classroom.quiz import draw
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Row
from lessons_lib.classroom.quiz.variants import TAG, rounded
from lessons_lib.classroom.sessions.controls import Control, Number, Text, plain_figure, sent_by
from lessons_lib.classroom.sessions.page import error_in_words
from lessons_lib.classroom.widgets.explore.explore import Explore

TESTS = 200  # that are drawn, each for another learner
PLAN = f"notebooks/source/{COURSE_FILE}"


def places(bank: QuizBank, plan: Course, notebooks: Path) -> Iterator[BrokenRule]:
    """Yield questions on nothing that the course teaches, and those that no notebook shows."""
    sources = [path.read_text(encoding="utf-8") for path in notebooks.glob("source/*.py")]
    shown = {one for text in sources for one in quizzes_shown(text)} | {(plan.practice, "end")}
    for question in bank.questions:
        name, file = bank.quiz_of(question.id).name, _file(bank, question.id)
        if question.objective not in plan.about:
            rule, got = "a question asks for an objective of the course", question.objective
            advice = f"Choose an objective of {PLAN}, or add it there."
            yield BrokenRule("", rule, f"{got!r} in {question.id}", advice, file)
        if question.place != "pool" and (name, question.place) not in shown:
            rule = "a notebook shows every question outside of the pool"
            got = f"{question.id} at the place {question.place!r}, which none shows"
            advice = f'Add show_quiz("{name}", "{question.place}"), or write place: pool.'
            yield BrokenRule("", rule, got, advice, file)


def own_figures(bank: QuizBank, lesson: Lesson) -> Iterator[BrokenRule]:
    """Yield rows of variants that the formula of their question does not give."""
    tagged = {one.id: one for one in bank.questions if TAG in one.tags}
    for name in sorted(tagged.keys() - lesson.formulas.keys()):
        rule = f"the lesson's code has a formula for each question tagged {TAG}"
        advice = "Add it to the formulas of LESSON, or remove the tag."
        yield BrokenRule("", rule, f"{name} without one", advice, _file(bank, name))
    for name in sorted(lesson.formulas.keys() - tagged.keys()):
        advice = f"Tag its question {TAG}, or remove the formula from LESSON."
        yield BrokenRule("", f"a formula is for a question tagged {TAG}", name, advice, PLAN)
    for name in sorted(tagged.keys() & lesson.formulas.keys()):
        formula = lesson.formulas[name].formula
        for number, row in enumerate(tagged[name].variants, 1):
            try:
                given = {one: row[one] for one in signature(formula).parameters}
                computed = {one: rounded(it) for one, it in formula(**given).items()}
            except Exception as error:
                got = error_in_words(error)
            else:
                got = _difference(row, {"source": row.get("source"), **given, **computed})
            if got:
                rule = f"its formula gives each row of a question tagged {TAG}"
                advice = "Fix the row or the formula."
                file = _file(bank, name)
                yield BrokenRule("", rule, f"{got} in row {number} of {name}", advice, file)


def _difference(row: Row, computed: dict[str, Any]) -> str:
    """Return in what a row differs from what its formula gives."""
    names = [one for one in {**row, **computed} if row.get(one) != computed.get(one)]
    return ", ".join(f"{one} {row.get(one)}, not {computed.get(one)}" for one in names)


def drawn(bank: QuizBank, plan: Course) -> Iterator[BrokenRule]:
    """Yield why the test cannot be drawn as planned, and which questions are never in it."""
    rule, advice = "the test can be drawn as planned", f"Add questions, or change exam in {PLAN}."
    try:
        for seed in range(TESTS):
            test = draw.draw_test(bank, (), seed)
            counts = Counter(plan.about.get(one.objective) for one in test)
            for subject, (least, most) in plan.exam.subjects.items():
                if not least <= counts[subject] <= most:
                    got = f"{counts[subject]} questions on {subject}, not {least} to {most}"
                    yield BrokenRule("", rule, got, advice, PLAN)
                    return
    except draw.DrawError as error:
        yield BrokenRule("", rule, str(error), advice, PLAN)
    in_tests = {one.id for one in draw.drawable(bank)}
    for one in bank.questions:
        if one.id in in_tests or not one.is_graded:
            continue
        rule = "the test can ask a graded question on one of its subjects, or in the pool"
        if draw.guess_chance(one) > draw.MOST_GUESSABLE:
            got = f"{one.id}, which a guess answers with a chance of {draw.guess_chance(one):.2f}"
            advice = f"Add options, until it is at most {draw.MOST_GUESSABLE}."
        elif one.place == "pool":
            got = f"{one.id} in the pool, on {one.objective}, which the test leaves out"
            advice = "Ask it in a notebook, or name what that objective is about."
        else:
            continue
        yield BrokenRule("", rule, got, advice, _file(bank, one.id))


def explorations(lesson: Lesson) -> Iterator[BrokenRule]:
    """Yield explorations that fail at first or at the ends of controls, if they need no cell."""
    for name, path in lesson.views.items():
        module, _, made_by = path.rpartition(".")
        values: dict[str, Any] = {}
        try:
            make = getattr(import_module(module), made_by)
            needs = [one.default for one in signature(make).parameters.values()]
            returned = signature(make).return_annotation
            if returned not in ("Explore", Explore) or signature(make).empty in needs:
                continue
            card = make()
            if "problem" in card.page:
                raise ValueError(card.page["problem"])
            for ends in product(*map(_ends, card.controls.values())):
                values = dict(zip(card.controls, ends, strict=True))
                problem = card.answer_to(values).get("problem", "")
                if problem.startswith("This couldn't be computed."):
                    raise ValueError(problem)
        except Exception as error:
            rule = "an exploration answers at first, and at the ends of its controls"
            got = f"{error_in_words(error)} in {name} at {values}"
            yield BrokenRule("", rule, got, f"Fix {path}, or narrow its controls.", PLAN)


def _ends(control: Control) -> list[Any]:
    """Return the least and the most that a browser may send for a control."""
    if isinstance(control, Text):
        return ["", ("word " * control.max_length)[: control.max_length]]
    if isinstance(control, Number):
        stops = [*map(plain_figure, control.stops)] or [control.start]
        limits = zip((control.low, control.high), (stops[0], stops[-1]), strict=True)
        return [plain_figure(one) if math.isfinite(one) else stop for one, stop in limits]
    sent = sent_by(control)
    return [sent[0], sent[-1]]


def _file(bank: QuizBank, question: str) -> str:
    return f"quizzes/{bank.quiz_of(question).name}.yaml"
