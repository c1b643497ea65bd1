"""The snippets of the five practice questions do in notebook 11 what their answers say."""

import re
from typing import Any

import nbformat
import pytest

from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.pipeline.inference.prediction import Prediction
from tests.lesson.quizzes import answer_key as key

NOTEBOOK = nbformat.read(key.QUIZZES.parent / "notebooks" / "11_practice.ipynb", as_version=4)
FIVE = {one.id: one for one in key.bank("11_practice").questions}
BATCH_CALL, RESULTS, ERROR = (
    f"practice-{name}"
    for name in ("which-is-a-batch-call", "type-of-results", "mend-the-realtime-call")
)
MODELS = {BATCH_CALL: "batch", RESULTS: "batch", ERROR: "realtime"}


@pytest.fixture(scope="module")
def cells() -> dict[str, Any]:
    """Return the names that the notebook's own cells define."""
    names: dict[str, Any] = {}
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    return names


@pytest.fixture(params=("the page", "the question"))
def say(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def question_and_names(name: str, say: str, cells: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return a question, and the names of learners who set `model` as `say` says it."""
    question, prose = FIVE[name], " ".join(cell.source for cell in NOTEBOOK.cells)
    assert isinstance(question, SingleQuestion)
    line = f"model = {MODELS[name]}"
    if say == "the question":
        (line,) = re.findall(r"`(model = \w+\(\w+\))`", question.stem)
    assert line in prose or say == "the question"
    names = dict(cells)
    exec(line, names)
    return question, names


def test_only_the_key_of_the_second_question_is_a_batch_call(
    say: str, cells: dict[str, Any]
) -> None:
    question, names = question_and_names(BATCH_CALL, say, cells)
    found = key.outcomes(question, names)
    assert [len(one) for one in found.values() if isinstance(one, list)] == [3]
    assert isinstance(found[question.answer], list)
    assert {letter for letter, one in found.items() if isinstance(one, AttributeError)} == {
        "A",
        "C",
    }
    assert isinstance(found["B"], TypeError)  # "the form of a real-time call"
    assert "RealTimePredictor" in str(found["B"])


def test_the_third_question_gives_a_list_of_predictions(say: str, cells: dict[str, Any]) -> None:
    question, names = question_and_names(RESULTS, say, cells)
    exec(key.code_block(question.stem), names)
    assert question.answer == "C"
    assert [type(one) for one in names["results"]] == [Prediction, Prediction]
    (kind, name), same = key.inline_code(question.quick_check)[:2], "len(results) == len(texts)"
    assert (eval(kind, names).__name__, eval(same, names)) == (name, True)
    assert same in question.quick_check


def test_the_fourth_question_fails_for_its_list_and_works_with_a_string(
    say: str, cells: dict[str, Any]
) -> None:
    question, names = question_and_names(ERROR, say, cells)
    with pytest.raises(TypeError, match=r"one text \(str\), got list of 1.*BatchPredictor"):
        exec(key.code_block(question.stem), names)
    assert question.answer == "A"
    kind, *shown = key.inline_code(question.quick_check)
    assert (eval(kind, names).__name__, shown) == ("list", ["str", "list"])
    *_, remedy = key.inline_code(question.solution[1].text)
    exec(f"{remedy}\nprediction = model.predict(input_text)", names)
    assert isinstance(names["prediction"], Prediction)


def test_the_other_two_questions_have_no_snippets() -> None:
    for name in FIVE.keys() - MODELS.keys():
        question = FIVE[name]
        assert isinstance(question, SingleQuestion)
        assert "`" not in question.stem + "".join(one.text for one in question.options.values())
