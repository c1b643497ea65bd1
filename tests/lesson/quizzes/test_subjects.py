"""What holds of single banks: what their questions show, and whose figures they are about."""

import re

import numpy as np
import pytest

from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.classroom.quiz.variants import TAG
from lessons_lib.pipeline.text.preprocess import preprocess
from tests.lesson.quizzes import answer_key as key
from tests.lesson.quizzes.model import trace_of


def test_the_five_questions_of_practice_grow_harder_and_state_what_they_assume() -> None:
    questions = key.bank("11_practice").questions[:5]
    assert [one.difficulty for one in questions] == ["easy", "easy", "medium", "medium", "hard"]
    for question in questions:
        assert isinstance(question, SingleQuestion)
        assert list(question.options) == ["A", "B", "C", "D"]
        assert "*Assume that " in question.stem


@pytest.mark.parametrize("word", ["light", "sunny", "coffee", "good", "tea"])
def test_the_words_of_the_questions_are_in_the_shipped_table(word: str) -> None:
    assert preprocess(word) == [word]
    assert word in key.pipeline().vocabulary


def test_the_bank_ends_with_the_model_quiz_and_its_training_trace() -> None:
    questions = key.bank("01_concept").questions
    tagged = ["model-quiz" in question.tags for question in questions]
    assert tagged == [False] * (len(tagged) - 3) + [True] * 3
    difference, _, question = questions[-3:]
    assert isinstance(difference, SingleQuestion)
    assert {one.place for one in questions[-3:]} == {"model-quiz"}
    right = difference.options[difference.answer or "A"].text
    assert re.search("many texts at once.*one text immediately", right)
    assert isinstance(question, SingleQuestion)
    epochs, loss, accuracy = (np.array(one) for one in zip(*trace_of(question), strict=True))
    assert loss.tolist() == [1.20, 0.80, 0.50, 0.35, 0.30]
    assert accuracy.tolist() == [0.45, 0.65, 0.78, 0.85, 0.88]
    falls, rises = -np.diff(loss), np.diff(accuracy)
    gets_better = bool((falls > 0).all() and (rises > 0).all())
    shrinks = bool((np.diff(falls) < 0).all() and (np.diff(rises) < 0).all())
    claims = {
        "by less and less": gets_better and shrinks,
        "by equal amounts": gets_better and np.allclose(np.diff(falls), 0),
        "lowest in epoch 7": epochs[loss.argmin()] == 7,
        "gets worse": not gets_better,
    }
    assert key.letters_of_true(question, claims) == key.key_of(question)
    shown = [f"{-change:.2f}" for change in np.diff(loss)] + [f"{change:.2f}" for change in rises]
    assert re.findall(r"0\.\d\d", " ".join(one.text for one in question.solution)) == shown


def test_each_question_for_own_figures_says_whose_figures_they_are() -> None:
    for question in key.bank("10_latency_and_throughput").questions:
        assert question.stem.startswith("${source}: ") == (TAG in question.tags)
