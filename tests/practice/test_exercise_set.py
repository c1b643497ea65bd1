"""Every exercise: its reference passes, its known mistakes are known, and nothing else gets by."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from lessons_lib.practice.exercises.catalog import EXERCISES, exercise
from lessons_lib.practice.exercises.check import check, reference_run
from lessons_lib.practice.exercises.exercise import Exercise
from lessons_lib.practice.exercises.process import Limits
from lessons_lib.practice.exercises.values import shown
from lessons_lib.quiz.markdown import render, render_inline
from lessons_lib.text.preprocess import preprocess
from lessons_lib.timing.simulate import BatchingPolicy

SEED = 7  # one for all, so that each reference runs once
SHORT = Limits(time_s=0.4)
each = pytest.mark.parametrize("task", EXERCISES, ids=lambda one: one.id)
MISTAKES = [
    pytest.param(task, number, id=f"{task.id}-{number}")
    for task in EXERCISES
    for number in range(len(task.mistakes))
]


def printing(task: Exercise) -> str:
    """Print what the reference gives for the shown example, and give nothing back."""
    (first, *_) = [one for one in reference_run(task, SEED).of(0) if one.what == "gave"]
    line = f"print({shown(first.value)!r})"
    return f"def {task.gives}(*given):\n    {line}\n\n{line}\n" if task.is_function else line


def endless(task: Exercise) -> str:
    loop = "while True:\n    pass\n"
    inside = loop.replace("\n", "\n    ").rstrip()
    return f"def {task.gives}(*given):\n    {inside}\n" if task.is_function else loop


@each
def test_the_reference_passes(task: Exercise) -> None:
    report = check(task, task.solution, seed=SEED)
    assert report.is_right, report
    assert report.sentence.startswith("Right. It works on the example, and on ")


@each
def test_the_reference_passes_with_cases_drawn_anew(task: Exercise) -> None:
    assert check(task, task.solution).is_right


@pytest.mark.parametrize(("task", "number"), MISTAKES)
def test_a_known_mistake_is_refused_with_its_own_word(task: Exercise, number: int) -> None:
    report = check(task, task.mistakes[number].code, seed=SEED)
    assert (report.is_right, report.word) == (False, task.mistakes[number].word)


@each
def test_the_code_that_it_starts_with_is_refused(task: Exercise) -> None:
    report = check(task, task.start, seed=SEED)
    assert not report.is_right
    assert report.word


@each
def test_no_code_at_all_is_told_so(task: Exercise) -> None:
    report = check(task, "", seed=SEED)
    assert (report.what, report.sentence) == ("unfinished", "There is no code yet.")


@pytest.mark.parametrize("code", ["# only a comment\n", "pass", "\n \n", '"""Only words."""'])
def test_code_that_says_nothing_is_told_so(code: str) -> None:
    report = check(EXERCISES[-1], code, seed=SEED)
    assert (report.what, report.sentence) == ("unfinished", "There is no code yet.")


@each
def test_printing_what_is_expected_is_not_enough(task: Exercise) -> None:
    report = check(task, printing(task), seed=SEED)
    assert report.what == "unfinished"
    assert report.output
    wanted = "use `return`" if task.is_function else "What is only printed does not count"
    assert wanted in report.word


@each
def test_a_loop_without_an_end_is_stopped(task: Exercise) -> None:
    report = check(task, endless(task), seed=SEED, limits=SHORT)
    assert report.what == "stopped"
    assert report.sentence == "Your code did not end within 0.4 seconds, so it was stopped."
    assert "loop that never ends" in report.word


@each
def test_a_syntax_error_is_told_with_its_line(task: Exercise) -> None:
    report = check(task, f"{task.solution}\nanswer = (1,\n", seed=SEED)
    line = len(task.solution.splitlines()) + 2
    assert (report.what, report.line) == ("error", line)
    assert report.sentence == f"SyntaxError in line {line}: '(' was never closed."
    assert report.code == "answer = (1,"


@each
def test_its_texts_can_be_shown_and_no_field_is_empty(task: Exercise) -> None:
    assert all((task.title, task.task, task.start, task.solution, task.hints, task.mistakes))
    assert len(task.mistakes) >= 3
    assert render(task.task)
    assert all(map(render_inline, (task.title, *task.hints, *(m.word for m in task.mistakes))))
    assert task.difficulty in ("easy", "medium", "hard")


@each
def test_fresh_cases_differ_from_seed_to_seed_and_have_the_same_names(task: Exercise) -> None:
    names = {tuple(case) for case in task.cases(1) + task.cases(2)}
    assert len(names) == 1
    draws = [str(task.cases(seed)[-6:]) for seed in range(5)]
    assert len(set(draws)) == 5


def test_ids_are_unique_and_there_are_enough() -> None:
    assert len(EXERCISES) >= 12
    assert len({one.id for one in EXERCISES}) == len(EXERCISES)


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'nothing' is no exercise: choose one of batch-call, "):
        exercise("nothing")


def test_an_id_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes an exercise's id \(str\), got int"):
        exercise(3)  # type: ignore[arg-type]


def reference(name: str) -> dict[str, object]:
    """The reference solution of a task that needs no model, defined here."""
    names: dict[str, object] = {}
    exec(exercise(name).solution, names)
    return names


def test_the_reference_for_tokens_agrees_with_the_library() -> None:
    tokens = reference("preprocess-by-hand")["tokens"]
    cases = exercise("preprocess-by-hand").cases(3)
    assert [tokens(one["text"]) for one in cases] == [preprocess(one["text"]) for one in cases]  # type: ignore[operator]


def test_the_reference_for_percentiles_agrees_with_numpy() -> None:
    p50_p99 = reference("p50-and-p99")["p50_p99"]
    for case in exercise("p50-and-p99").cases(3):
        wanted = np.percentile(case["latencies_ms"], [50, 99], method="inverted_cdf")
        assert list(p50_p99(case["latencies_ms"])) == wanted.tolist()  # type: ignore[operator]


def test_the_reference_for_chunks_loses_and_doubles_nothing() -> None:
    batches = reference("cut-into-batches")["batches"]
    passes = reference("count-the-passes")["passes"]
    rng = random.Random(3)
    for _ in range(50):
        texts, size = list(range(rng.randint(0, 40))), rng.randint(1, 9)
        cut = batches(texts, size)  # type: ignore[operator]
        assert [text for batch in cut for text in batch] == texts
        assert all(len(one) == size for one, _ in pairwise(cut))
        assert len(cut) == passes(len(texts), size)  # type: ignore[operator]


def test_the_names_in_the_batching_task_are_those_of_the_library() -> None:
    task = exercise("start-the-batch")
    assert BatchingPolicy.__dataclass_fields__.keys() & task.example.keys() == {"max_batch_size"}
