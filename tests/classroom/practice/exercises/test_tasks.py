"""Every exercise: its reference passes, and each mistake gets its own advice."""

import ast
import random
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lessons_lib.classroom.course import source_folder
from lessons_lib.classroom.practice.exercises.catalog import Exercise, exercise, exercise_table
from lessons_lib.classroom.practice.exercises.check import check
from lessons_lib.classroom.practice.exercises.report import ExerciseReport
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.markdown import render, render_inline
from lessons_lib.classroom.tables.load import CourseFileError
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.timing.batching import BatchingPolicy

TASKS, ADVICE = exercise_table().exercises, exercise_table().advice
each = pytest.mark.parametrize("task", TASKS, ids=lambda one: one.id)


def tried(task: Exercise, code: str, seed: int | None = 7) -> ExerciseReport:
    return check(task, code, {"__name__": "__main__"}, seed=seed)


@each
def test_the_reference_passes_on_any_cases(task: Exercise) -> None:
    report = tried(task, task.solution, seed=None)
    assert report.is_right, report
    assert report.sentence.startswith("Right. It works on the example and on ")
    inside = "".join(f"    {line}\n" for line in task.solution.splitlines())
    assert tried(task, f"if __name__ == '__main__':\n{inside}").is_right


@each
def test_each_known_mistake_gets_its_own_advice_and_the_start_some(task: Exercise) -> None:
    reports = [tried(task, one.code) for one in task.mistakes]
    assert [one.advice for one in reports] == [one.advice for one in task.mistakes]
    reports.append(tried(task, task.start))
    assert not any(one.is_right for one in reports)
    assert reports[-1].advice


@each
def test_each_name_that_is_compared_and_not_kept_is_named(task: Exercise) -> None:
    names = {one.id for one in ast.walk(ast.parse(task.compares)) if isinstance(one, ast.Name)}
    for name in names - set(task.cases()[0]):
        report = tried(task, f"{task.solution}\ndel {name}\n")
        assert report.sentence == f"Your code does not define {name}."
        assert report.advice in {ADVICE.missing, *(one.advice for one in task.mistakes)}


@each
def test_its_texts_can_be_shown_and_its_cases_differ_from_seed_to_seed(task: Exercise) -> None:
    assert all((task.title, task.start, task.solution, task.hints, len(task.mistakes) >= 3))
    advice = [one.advice for one in task.mistakes]
    assert all(map(render_inline, (task.title, *task.hints, *advice)))
    assert render(task.task)
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
    ids = {one.id for one in TASKS}
    assert len(ids) == len(TASKS) == 17
    assert ids.isdisjoint(one.id for one in load_bank().questions)


def reference(name: str) -> Any:
    """The reference solution of a task that needs no model, defined here."""
    names: dict[str, Any] = {}
    exec(exercise(name).solution, names)
    return names[exercise(name).defines]


def test_the_references_agree_with_the_library_and_with_numpy() -> None:
    for case in exercise("preprocess-by-hand").cases(3):
        assert reference("preprocess-by-hand")(case["text"]) == preprocess(case["text"])
    for case in exercise("p50-and-p99").cases(3):
        wanted = np.percentile(case["latencies_ms"], [50, 99], method="inverted_cdf")
        assert list(reference("p50-and-p99")(case["latencies_ms"])) == wanted.tolist()
    policy = BatchingPolicy.__dataclass_fields__.keys()
    assert policy & exercise("start-the-batch").cases()[0].keys() == {"max_batch_size"}


def test_the_reference_for_batches_loses_and_doubles_nothing() -> None:
    batches, passes = reference("cut-into-batches"), reference("count-the-passes")
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


# What goes wrong when somebody edits the file of exercises.


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: Fix", "titel: Fix", r":\d+: exercise 3 \(mend-the-call\): title is missing"),
        ("id: label-of", "id: softmax", r"'softmax' is already used by exercises\[10\]"),
        ("id: label-of", "id: labels-of", r"has no fresh cases: add a function"),
        ("text1)\n", "text1\n", r"batch-call\): mistakes\[1\].code is not Python \('\(' was never"),
        ("compares: results", "compares: results =", "compares is not Python .* in line 1.: fix"),
        ("- ids = []", "- ids = [", r"pad-the-ids\): edges\[3\] is not Python"),
        ("  too_long", "  to_long", r"advice.to_long is not a known key"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_exercise_and_what_to_do(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    path = Path(shutil.copy(source_folder() / "exercises.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseFileError) as caught:
        exercise_table(tmp_path)
    assert re.search(problem, str(caught.value)), caught.value
