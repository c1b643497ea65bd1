"""The recipe of the shipped model: what it reaches, and whose texts it learned from."""

import pytest

from lessons_lib.annexes.authoring.training.small_model import SEEDS, SOURCES, train_seed
from lessons_lib.pipeline.embedding.table import load_word_vectors
from lessons_lib.pipeline.model.checkpoint import load_checkpoint
from lessons_lib.pipeline.model.evaluation import evaluate
from lessons_lib.pipeline.text.corpus import load_corpus
from tests.annexes.authoring.conftest import ROOT


@pytest.mark.slow
def test_the_recipe_reaches_the_stated_macro_f1_over_five_seeds() -> None:
    corpus, table = load_corpus(), load_word_vectors()
    nets = [train_seed(table, corpus, seed) for seed in SEEDS]
    scores = [evaluate(net, corpus.test, table.vocabulary).macro_f1 for net in nets]
    assert sum(scores) / len(scores) >= 0.62
    stated = load_checkpoint().provenance["test_macro_f1_of_five_seeds"]["mean"]
    assert sum(scores) / len(scores) == pytest.approx(stated, abs=0.01)


def test_the_notice_names_each_source_of_its_texts() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    names = [source.partition(" ")[0].rstrip(":") for source in SOURCES]
    assert [name for name in names if name not in notice] == []
