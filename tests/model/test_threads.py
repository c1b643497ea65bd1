"""How many threads torch takes: one, whatever the machine or a hub has."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LOAD = "from lessons_lib.inference.pipeline import SentimentPipeline; SentimentPipeline.load()"
TRAIN = (
    "from lessons_lib.model.network import SentimentNet\n"
    "from lessons_lib.model.training import train\n"
    "from lessons_lib.text.corpus import Corpus, LabelledText\n"
    "from lessons_lib.text.label import Label\n"
    "from lessons_lib.text.vocabulary import Vocabulary\n"
    "texts = [LabelledText(word, Label(name), rating, 'tweets') for word, name, rating in\n"
    "    [('good', 'positive', 2.0), ('bad', 'negative', -2.0), ('day', 'neutral', 0.0)]]\n"
    "vocabulary = Vocabulary(['good', 'bad', 'day'])\n"
    "train(SentimentNet(len(vocabulary)), Corpus(texts, texts, texts), vocabulary, epochs=1)"
)


@pytest.mark.parametrize("limit", [None, "0.5", "1", "2"])
@pytest.mark.parametrize("work", [LOAD, TRAIN], ids=["load", "train"])
def test_a_pipeline_and_training_take_one_thread(work: str, limit: str | None) -> None:
    code = f"import torch; torch.set_num_threads(3)\n{work}\nprint(torch.get_num_threads())"
    environment = {name: value for name, value in os.environ.items() if name != "CPU_LIMIT"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment if limit is None else {**environment, "CPU_LIMIT": limit},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == "1"
