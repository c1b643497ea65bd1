"""Every exercise: its reference passes, and each mistake gets its own advice."""

from __future__ import annotations

import ast
import random
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.practice.exercises.check import check
from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.practice.exercises.report import ExerciseReport
from lessons_lib.practice.exercises.tasks.catalog import EXERCISES, exercise
from lessons_lib.quiz.bank import load_bank
from lessons_lib.quiz.markdown import render, render_inline
from lessons_lib.text.preprocess import preprocess
from lessons_lib.timing.simulate import BatchingPolicy

SEED = 7
each = pytest.mark.parametrize("task", EXERCISES, ids=lambda one: one.id)


def tried(task: Exercise, code: str) -> ExerciseReport:
    return check(task, code, seed=SEED)


@each
def test_the_reference_passes_on_any_cases(task: Exercise) -> None:
    report = check(task, task.solution)
    assert report.is_right, report
    assert report.sentence.startswith("Right. It works on the example, and on ")


@each
def test_each_known_mistake_gets_its_own_advice(task: Exercise) -> None:
    reports = [tried(task, one.code) for one in task.mistakes]
    assert [one.word for one in reports] == [one.word for one in task.mistakes]
    assert not any(one.is_right for one in reports)


@each
def test_the_code_that_it_starts_with_is_wrong_and_gets_advice(task: Exercise) -> None:
    report = tried(task, task.start)
    assert not report.is_right
    assert report.word


@each
def test_no_code_and_no_python_are_reported(task: Exercise) -> None:
    for code in ("", "# only a comment\n", "pass", '"""Only words."""', "\n \n"):
        report = tried(task, code)
        assert (report.what, report.sentence) == ("unfinished", "There is no code yet.")
    report = tried(task, f"{task.solution}\nanswer = (1,\n")
    line = len(task.solution.splitlines()) + 2
    assert report.sentence == f"SyntaxError in line {line}: '(' was never closed."
    assert report.code == "answer = (1,"


@each
def test_a_result_that_is_only_printed_does_not_count(task: Exercise) -> None:
    line = "print('positive', 20)"
    report = tried(task, f"def {task.gives}(*given):\n    {line}\n" if task.is_function else line)
    assert report.what == "unfinished"
    assert ("use `return`" if task.is_function else "only printed") in report.word or any(
        report.word == one.word for one in task.mistakes
    )


@each
def test_each_name_that_is_asked_for_and_not_kept_is_named(task: Exercise) -> None:
    names = {one.id for one in ast.walk(ast.parse(task.asks)) if isinstance(one, ast.Name)}
    for name in names - set(task.example):
        report = tried(task, f"{task.solution}\ndel {name}\n")
        assert report.sentence == f"Nothing is named {name} when your code has run."
        known = {one.word for one in task.mistakes}
        assert report.word in known or report.word.startswith(f"Keep the name `{name}`: ")


@each
def test_code_below_the_usual_if_is_run(task: Exercise) -> None:
    inside = "".join(f"    {line}\n" for line in task.solution.splitlines())
    assert tried(task, f"if __name__ == '__main__':\n{inside}").is_right


@pytest.mark.parametrize(
    "task", [one for one in EXERCISES if one.is_function], ids=lambda one: one.id
)
def test_a_function_is_asked_for_with_its_first_line(task: Exercise) -> None:
    report = tried(task, f"{task.gives} = [5]")
    assert report.sentence == f"{task.gives} is [5]; write a function: {task.first_line}"
    report = tried(task, f"def {task.gives}():\n    return 1\n")
    assert report.word.endswith(f"Begin it so: `{task.first_line}`")
    assert task.first_line in task.start


@each
def test_its_texts_can_be_shown_and_its_cases_differ_from_seed_to_seed(task: Exercise) -> None:
    assert all((task.title, task.start, task.solution, task.hints, len(task.mistakes) >= 3))
    advice = [one.word for one in task.mistakes]
    assert all(map(render_inline, (task.title, *task.hints, *advice)))
    assert render(task.task)
    assert task.difficulty in ("easy", "medium", "hard")
    assert len({tuple(case) for case in task.cases(1) + task.cases(2)}) == 1
    assert len({str(task.cases(seed)[-6:]) for seed in range(5)}) == 5


@pytest.mark.parametrize(
    ("name", "predictor", "given"),
    [
        ("mend-the-call", RealTimePredictor, ["Hello world"]),
        ("read-the-error", BatchPredictor, "How is the weather?"),
    ],
)
def test_the_error_that_a_task_shows_is_the_real_one(name: str, predictor: Any, given: Any) -> None:
    with pytest.raises(TypeError) as error:
        predictor(FoldedPipeline.load()).predict(given)
    shown = re.search(r"```text\n(.*?)```", exercise(name).task, re.DOTALL)
    assert shown
    assert " ".join(shown[1].split()) == f"TypeError: {error.value}"


def test_ids_are_unique_also_among_questions() -> None:
    ids = [one.id for one in EXERCISES]
    assert len(set(ids)) == len(ids) == 15
    assert set(ids).isdisjoint(one.id for one in load_bank().questions)


def test_an_unknown_id_is_refused_with_a_near_one() -> None:
    with pytest.raises(ValueError, match=r"'batch-cal'. Did you mean 'batch-call'\?"):
        exercise("batch-cal")
    with pytest.raises(TypeError, match=r"takes an exercise's id \(str\), got int"):
        exercise(3)  # type: ignore[arg-type]


def reference(name: str) -> dict[str, Any]:
    """The reference solution of a task that needs no model, defined here."""
    names: dict[str, Any] = {}
    exec(exercise(name).solution, names)
    return names


def test_the_references_agree_with_the_library_and_with_numpy() -> None:
    tokens, p50_p99 = reference("preprocess-by-hand")["tokens"], reference("p50-and-p99")["p50_p99"]
    for case in exercise("preprocess-by-hand").cases(3):
        assert tokens(case["text"]) == preprocess(case["text"])
    for case in exercise("p50-and-p99").cases(3):
        wanted = np.percentile(case["latencies_ms"], [50, 99], method="inverted_cdf")
        assert list(p50_p99(case["latencies_ms"])) == wanted.tolist()
    policy = BatchingPolicy.__dataclass_fields__.keys()
    assert policy & exercise("start-the-batch").example.keys() == {"max_batch_size"}


def test_the_reference_for_batches_loses_and_doubles_nothing() -> None:
    batches = reference("cut-into-batches")["batches"]
    passes = reference("count-the-passes")["passes"]
    rng = random.Random(3)
    for _ in range(50):
        texts, size = list(range(rng.randint(0, 40))), rng.randint(1, 9)
        cut = batches(texts, size)
        assert [text for batch in cut for text in batch] == texts
        assert all(len(one) == size for one, _ in pairwise(cut))
        assert len(cut) == passes(len(texts), size)


def test_the_masked_mean_of_padding_has_one_number_for_each_feature() -> None:
    wrong = exercise("masked-mean").solution.replace("len(vectors[0])", "len(vectors[1])")
    assert not tried(exercise("masked-mean"), wrong).is_right
