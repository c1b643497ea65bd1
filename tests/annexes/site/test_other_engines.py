"""The site in Firefox and in WebKit, Safari's engine: a question answered, and kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.annexes.site.conftest import Server
from tests.support.engines import Engine, firefox, webkit
from tests.support.waiting import now

pytestmark = [pytest.mark.extras("site"), pytest.mark.slow]

QUIZ = ".lessons-place[data-place='quiz 06_batch_inference shapes']"
VERDICT = f"{QUIZ} .qc-verdict[data-standing=wrong]"
ANSWER_OFTEN = """
const quiz = document.querySelector(arguments[0]);
for (let number = 0; number < 200; number += 1) {
    quiz.querySelector(`[value=${"AB"[number % 2]}]`).click();
    quiz.querySelector("form").requestSubmit();
}
"""
Start: TypeAlias = Callable[[Path], AbstractContextManager[Engine]]


@pytest.mark.parametrize("start", [firefox, webkit], ids=["Firefox", "WebKit"])
def test_an_answer_is_graded_and_there_after_a_reload_even_if_more_are_being_stored(
    start: Start, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with start(tmp_path_factory.mktemp("browser")) as engine:
        engine.open(f"{server.url}06_batch_inference.html#check-1")
        engine.click(QUIZ, inner="label:has([value=A])")
        engine.click(QUIZ, inner="[type=submit]")
        engine.find(VERDICT)
        assert now(engine.run("return window.errors")) == []
        engine.open(f"{server.url}record.html")
        engine.open(f"{server.url}06_batch_inference.html#check-1")
        engine.find(VERDICT)
        engine.find(QUIZ, inner="label:has([value=A]:checked)")
        engine.run(ANSWER_OFTEN, QUIZ)
        engine.find(f"{QUIZ} .qc-option[data-standing=wrong]:has([value=B])")
        # What is left while Python reads and writes may not stop what comes later.
        engine.open(f"{server.url}record.html")
        engine.open(f"{server.url}06_batch_inference.html#check-1")
        engine.find(VERDICT)
        engine.click(QUIZ, inner="label:has([value=D])")
        engine.click(QUIZ, inner="[type=submit]")
        engine.find(f"{QUIZ} .qc-verdict[data-standing=right]")
        assert now(engine.run("return window.errors")) == []
