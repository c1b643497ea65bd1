"""A model behind an endpoint: the same predictions, clear errors, and an end that always comes."""

import socket
import threading
import time

import pytest

from lessons_lib.pipeline.inference.endpoint import serving
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from tests.support.waiting import wait_for

PREDICT = RealTimePredictor(FoldedPipeline.load()).predict
NASTY = ["I love sunny days", "", "naïve 😀\n", "\ud800", "word " * 5_000]


def nobody_listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("text", NASTY)
def test_a_text_gets_the_prediction_of_the_function(text: str) -> None:
    with serving(PREDICT) as endpoint:
        assert endpoint.ask(text) == endpoint.ask_reconnecting(text) == PREDICT(text)


def test_one_way_keeps_its_connection_open_and_the_other_opens_new_ones() -> None:
    with serving(PREDICT) as endpoint:
        endpoint.ask("one")
        before = endpoint.kept.sock.getsockname()
        endpoint.ask_reconnecting("two")
        endpoint.ask("three")
        assert endpoint.kept.sock.getsockname() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_thread_and_port_are_closed_whatever_ends_the_block(error: type[BaseException]) -> None:
    before = threading.active_count()
    with pytest.raises(error), serving(PREDICT) as endpoint:
        endpoint.ask("one")
        port = endpoint.kept.port
        assert threading.active_count() > before
        assert not nobody_listens(port)
        raise error
    assert threading.active_count() == before
    assert nobody_listens(port)


def test_a_model_that_hangs_does_not_keep_the_block_from_ending() -> None:
    is_over, answered = threading.Event(), threading.Event()

    def hangs(text: str) -> Prediction:
        is_over.wait(20)
        answered.set()
        return PREDICT(text)

    before = threading.active_count()
    with pytest.raises(TimeoutError), serving(hangs, timeout_s=0.05) as endpoint:
        endpoint.ask("one")
    assert not answered.is_set()
    is_over.set()
    wait_for(lambda: threading.active_count() == before)


def test_after_a_timeout_the_next_answer_is_its_own() -> None:
    def slow_at_first(text: str) -> Prediction:
        time.sleep(0.6 if text == "slow and bad" else 0)
        return PREDICT(text)

    with serving(slow_at_first, timeout_s=0.3) as endpoint:
        with pytest.raises(TimeoutError):
            endpoint.ask("slow and bad")
        time.sleep(0.5)
        assert endpoint.ask("I love sunny days") == PREDICT("I love sunny days")


def test_an_error_of_the_model_reaches_the_caller_and_ends_nothing() -> None:
    with serving(PREDICT) as endpoint:
        with pytest.raises(RuntimeError, match="500"):
            endpoint.ask(["a list"])  # type: ignore[arg-type]
        assert endpoint.ask("good") == PREDICT("good")
