from __future__ import annotations

import pytest

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.prediction import Prediction
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.quiz.question import SingleQuestion
from tests.quizzes.answer_key import (
    OneLabel,
    bank,
    key_of,
    letters_of_true,
    outcome,
    outcomes,
    pipeline,
    run_stem,
)

NAME = "11_practice"


FIVE = (
    "practice-main-difference",
    "practice-which-is-a-batch-call",
    "practice-type-of-results",
    "practice-mend-the-realtime-call",
    "practice-ten-thousand-sentences",
)


def asked(place: int) -> SingleQuestion:
    question = bank(NAME).questions[place - 1]
    assert question.id == FIVE[place - 1]
    assert isinstance(question, SingleQuestion)
    return question


def right_text(question: SingleQuestion) -> str:
    assert question.answer is not None
    return question.options[question.answer].text


def test_the_five_come_in_order_and_grow_harder() -> None:
    levels = [question.difficulty for question in bank(NAME).questions]
    assert levels == ["easy", "easy", "medium", "medium", "hard"]


@pytest.mark.parametrize("place", range(1, 6))
def test_each_of_the_five_has_four_options_and_states_what_it_assumes(place: int) -> None:
    assert list(asked(place).options) == ["A", "B", "C", "D"]
    assert "*Assume that " in asked(place).stem


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (1, ["Batch takes many inputs together", "real-time takes them one by one, quickly"]),
        (2, ["`model.predict(['text1', 'text2', 'text3'])`"]),
        (3, ["A list of predictions", "one for each input text"]),
        (4, ["should be a string, not a list"]),
        (5, ["Batch", "many sentences", "more efficient for large data"]),
    ],
)
def test_the_right_option_says(place: int, words: list[str]) -> None:
    assert all(word in right_text(asked(place)) for word in words)


def test_only_one_snippet_is_a_batch_call() -> None:
    question = asked(2)
    found = outcomes(question, {"model": BatchPredictor(pipeline())})
    assert {letter for letter, value in found.items() if isinstance(value, list)} == key_of(
        question
    )
    kinds = {option.text: type(found[letter]) for letter, option in question.options.items()}
    assert kinds == {
        "`model.load('batch')`": AttributeError,
        "`model.predict('text1')`": TypeError,
        "`model.train(['text1', 'text2'])`": AttributeError,
        "`model.predict(['text1', 'text2', 'text3'])`": list,
    }


def test_the_results_are_a_list_of_predictions_in_order() -> None:
    question = asked(3)
    results = run_stem(question, model=BatchPredictor(pipeline()))["results"]
    alone = [BatchPredictor(pipeline()).predict([text])[0].label for text in ("hello", "world")]
    claims = {
        "One prediction": isinstance(results, Prediction),
        "An error": False,  # the snippet ran
        "A list of predictions": [one.label for one in results] == alone,
        "A dictionary": isinstance(results, dict),
    }
    assert type(results) is list
    assert letters_of_true(question, claims) == key_of(question)


def test_the_list_in_the_realtime_call_is_the_mistake() -> None:
    question = asked(4)
    model = RealTimePredictor(pipeline())
    with pytest.raises(TypeError, match=r"one text \(str\), got list of 1.*BatchPredictor"):
        run_stem(question, model=model)
    names = {"model": model, "input_text": "Hello world"}
    mended = outcome("model.predict(input_text)", names)
    with_batch_size = outcome("model.predict(['Hello world'], batch_size=1)", names)
    claims = {
        "a string, not a list": isinstance(mended, Prediction),
        "cannot work on text": not isinstance(mended, Prediction),
        "batch size": isinstance(with_batch_size, Prediction),
        "not valid in Python": not "input_text".isidentifier(),
    }
    assert letters_of_true(question, claims) == key_of(question)


def test_ten_thousand_sentences_need_far_fewer_passes_in_a_batch() -> None:
    alone, together = OneLabel(), OneLabel()
    sentences = ["a sentence"] * 10_000
    for sentence in sentences:
        RealTimePredictor(alone).predict(sentence)
    BatchPredictor(together).predict(sentences)
    assert together.passes * 100 < alone.passes
