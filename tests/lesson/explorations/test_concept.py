"""The first exploration: any text that a learner types gets a label, or words that help."""

import pytest

from lessons_lib.classroom.widgets.explore.explore import Table
from lessons_lib.lesson.explorations.own_texts import NO_WORDS, first_label
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from tests.support.imports import modules_after

PIPELINE = FoldedPipeline.load()


@pytest.mark.parametrize(
    "text", ["The movie was great", "not bad", "Great! " * 200, "café 😀 good"]
)
def test_a_text_gets_the_label_that_a_real_time_call_returns(text: str) -> None:
    prediction = RealTimePredictor(PIPELINE).predict(text)
    sentence, table = first_label(PIPELINE, text)
    assert f"labels this text {prediction.label}, with" in str(sentence)
    assert f"{max(prediction.probabilities):.3f}." in str(sentence)
    assert isinstance(table, Table) and table.bars == prediction.probabilities
    assert [row[1] for row in table.rows] == [f"{p:.3f}" for p in prediction.probabilities]


@pytest.mark.parametrize("text", ["", "  \n", "?!", "…"])
def test_a_text_without_words_gets_an_invitation(text: str) -> None:
    assert first_label(PIPELINE, text) == [NO_WORDS]


def test_a_text_of_unknown_words_is_called_a_blind_guess() -> None:
    sentence, table = first_label(PIPELINE, "blorptastic quuxly")
    assert "none of these words" in str(sentence) and "“neutral”" in str(sentence)
    assert isinstance(table, Table) and len(table.rows) == 3
    assert "blind" not in str(first_label(PIPELINE, "blorptastic movie")[0])


def test_it_works_without_torch() -> None:
    modules = modules_after("import lessons_lib; lessons_lib.show('first-label')")
    assert modules.isdisjoint({"torch", "matplotlib"})
