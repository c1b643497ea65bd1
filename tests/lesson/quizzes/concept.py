"""The keys of "Concept" and "Practice", computed by running."""

import asyncio

import numpy as np
import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.question import ChoiceQuestion, Row
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.microbatch import MicroBatchPredictor
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from lessons_lib.pipeline.text.preprocess import preprocess
from lessons_lib.pipeline.timing.arrivals import all_at_once
from lessons_lib.pipeline.timing.batching import BatchingPolicy
from lessons_lib.pipeline.timing.cost import CostModel
from lessons_lib.pipeline.timing.simulate import simulate
from tests.lesson.quizzes import answer_key as key

PASS = CostModel(fixed_s=0.02, per_text_s=0.001)


AT_ONCE, BRIEFLY = BatchingPolicy(1, 0.0), BatchingPolicy(16, 0.05)


def together(texts: list[str]) -> list[Prediction]:
    """Return the answers of a micro-batcher to callers who ask at the same moment."""

    async def ask() -> list[Prediction]:
        async with MicroBatchPredictor(key.pipeline()) as micro:
            return await asyncio.gather(*map(micro.predict, texts))

    return asyncio.run(ask())


def true_of_every_mode(question: ChoiceQuestion, row: Row) -> key.Claims:
    texts = key.many_texts(6)
    before = key.pipeline().probabilities(texts)
    answers = {
        "batch": BatchPredictor(key.pipeline()).predict(texts),
        "real-time": [RealTimePredictor(key.pipeline()).predict(text) for text in texts],
        "micro-batching": together(texts),
    }
    labels = {mode: [one.label for one in given] for mode, given in answers.items()}
    alone = simulate([0.0], PASS, AT_ONCE)
    loud = [RealTimePredictor(key.pipeline()).predict(text.upper() + "!").label for text in texts]
    return {
        "its own label": all(len(given) == len(texts) for given in answers.values()),
        "waits for other": bool(alone.queue_ms[0]),
        "learns from each": bool((key.pipeline().probabilities(texts) != before).any()),
        "same label": len(set(map(tuple, labels.values()))) == 1,
        "becomes tokens": loud == labels["real-time"],  # tokens have no capitals and no signs
    }


def stage_before_the_model(question: ChoiceQuestion, row: Row) -> set[str]:
    titles = [stage.title for stage in course().stages]
    place = titles.index("Text preprocessing") + 1
    assert titles[place + 1].startswith("Model inference")
    return key.letters_saying(question, titles[place])


def what_preprocessing_gives(question: ChoiceQuestion, row: Row) -> set[str]:
    text = question.stem.split("*")[1]
    return key.letters_where(key.outcomes(question, {}), lambda value: value == preprocess(text))


def where_the_modes_part(question: ChoiceQuestion, row: Row) -> set[str]:
    shapes = {stage.slug: stage.shape_in for stage in course().stages}
    return key.letters_saying(question, f"{shapes['realtime']}, then {shapes['batch']}")


def stages_that_give_numbers(question: ChoiceQuestion, row: Row) -> key.Claims:
    trace = key.pipeline().trace(key.many_texts(1)[0])
    return {
        "Input text data": not isinstance(trace.text, str),
        "Text preprocessing": not isinstance(trace.tokens[0], str),
        "Feature extraction": trace.vectors.dtype.kind == "f",
        "Model inference": isinstance(trace.prediction.probabilities[0], float),
        "Output predictions": not isinstance(trace.prediction.label, str),
    }


def two_texts_a_minute(question: ChoiceQuestion, row: Row) -> key.Claims:
    minutes = 60 * np.arange(160) / 2  # (160,): two texts per minute
    alone, gathered = (
        simulate(minutes, PASS, policy) for policy in (AT_ONCE, BatchingPolicy(16, 3600.0))
    )
    are_fewer = len(gathered.batch_sizes) < len(alone.batch_sizes)
    return {
        "come sooner": gathered.p50_ms < alone.p50_ms,
        "notice nothing": gathered.p50_ms < alone.p50_ms + 1000,
        "improve": False,  # see true-of-every-mode
        "fewer passes": are_fewer and gathered.p50_ms > 60_000,
    }


def from_realtime_to_micro_batching(question: ChoiceQuestion, row: Row) -> key.Claims:
    texts = key.many_texts(4)
    crowd, lone = all_at_once(160), [0.0]
    rates = [simulate(crowd, PASS, policy).texts_per_s for policy in (AT_ONCE, BRIEFLY)]
    waits = [simulate(lone, PASS, policy).p50_ms for policy in (AT_ONCE, BRIEFLY)]
    one_by_one = [RealTimePredictor(key.pipeline()).predict(text) for text in texts]
    return {
        "improve": [one.label for one in together(texts)] != [one.label for one in one_by_one],
        "More texts": rates[1] > rates[0],
        "whole batch": not all(isinstance(one, Prediction) for one in together(texts)),
        "a bit later": waits[1] > waits[0],
    }


practice_which_is_a_batch_call = key.options_where(
    lambda value: isinstance(value, list), lambda: {"model": BatchPredictor(key.pipeline())}
)


def practice_type_of_results(question: ChoiceQuestion, row: Row) -> key.Claims:
    results = key.run_stem(question, model=BatchPredictor(key.pipeline()))["results"]
    alone = [BatchPredictor(key.pipeline()).predict([text])[0].label for text in ("hello", "world")]
    return {
        "One prediction": isinstance(results, Prediction),
        "An error": False,  # the snippet ran
        "A list of predictions": [one.label for one in results] == alone,
        "A dictionary": isinstance(results, dict),
    }


def practice_mend_the_realtime_call(question: ChoiceQuestion, row: Row) -> key.Claims:
    model = RealTimePredictor(key.pipeline())
    with pytest.raises(TypeError, match=r"one text \(str\), got list of 1.*BatchPredictor"):
        key.run_stem(question, model=model)
    names = {"model": model, "input_text": "Hello world"}
    fixed = key.outcome("model.predict(input_text)", names)
    with_batch_size = key.outcome("model.predict(['Hello world'], batch_size=1)", names)
    return {
        "a string, not a list": isinstance(fixed, Prediction),
        "cannot work on text": not isinstance(fixed, Prediction),
        "batch size": isinstance(with_batch_size, Prediction),
        "not valid in Python": not "input_text".isidentifier(),
    }
