"""The practice questions are about the models of notebook 11: what `concept` runs is true there."""

import re
from typing import Any

import nbformat
import pytest

from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from tests.lesson.quizzes import answer_key as key

NOTEBOOK = nbformat.read(key.QUIZZES.parent / "notebooks" / "11_practice.ipynb", as_version=4)
FIVE = {one.id: one for one in key.bank("11_practice").questions}
MODELS = {
    "practice-which-is-a-batch-call": ("batch", BatchPredictor),
    "practice-type-of-results": ("batch", BatchPredictor),
    "practice-mend-the-realtime-call": ("realtime", RealTimePredictor),
}


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Return the names that the notebook's own cells define."""
    found: dict[str, Any] = {}
    for cell in NOTEBOOK.cells:
        if cell.cell_type == "code":
            exec(cell.source, found)
    return found


@pytest.mark.parametrize("name", MODELS)
def test_the_page_and_the_question_set_the_same_model(name: str, names: dict[str, Any]) -> None:
    variable, kind = MODELS[name]
    assert f"model = {variable}" in " ".join(cell.source for cell in NOTEBOOK.cells)
    (made,) = re.findall(r"`model = (\w+\(\w+\))`", FIVE[name].stem)
    assert type(names[variable]) is type(eval(made, names)) is kind


def test_the_quick_checks_and_the_remedy_are_code_that_works(names: dict[str, Any]) -> None:
    results, error = FIVE["practice-type-of-results"], FIVE["practice-mend-the-realtime-call"]
    scope = names | {"model": names["batch"]}
    exec(key.code_block(results.stem), scope)
    (kind, name), same = key.inline_code(results.quick_check)[:2], "len(results) == len(texts)"
    assert (eval(kind, scope).__name__, eval(same, scope)) == (name, True)
    assert same in results.quick_check
    *_, remedy = key.inline_code(error.solution[1].text)
    exec(remedy, scope)
    assert isinstance(names["realtime"].predict(scope["input_text"]), Prediction)


def test_the_other_two_questions_have_no_snippets() -> None:
    for name in FIVE.keys() - MODELS.keys():
        question = FIVE[name]
        assert isinstance(question, SingleQuestion)
        assert "`" not in question.stem + "".join(one.text for one in question.options.values())
