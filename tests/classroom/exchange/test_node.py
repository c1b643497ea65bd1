"""What runs the readers that are written for Node."""

from __future__ import annotations

import pytest

from tests.classroom.exchange.conftest import RunNode

pytestmark = pytest.mark.extras("readers")


def test_a_script_gets_its_data_and_hands_back_a_result(run_node: RunNode) -> None:
    assert run_node(script="answer([given, 2]);", given={"text": "“ä”\n"}) == [{"text": "“ä”\n"}, 2]


def test_a_script_that_raises_an_error_fails_with_it(run_node: RunNode) -> None:
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        run_node(script="throw new Error('no such thing');")


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_without_node_a_test_is_skipped_with_a_reason_but_fails_on_ci(
    run_node: RunNode, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="node and npm not found"):
        run_node("never-installed@0.0.0", script="answer(1);")
