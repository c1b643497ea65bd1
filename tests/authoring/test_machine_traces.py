"""What tells of a machine, and what only looks so."""

from __future__ import annotations

import pytest

from lessons_lib.authoring.machine_traces import machine_traces

ROOT = "/"


@pytest.mark.parametrize(
    "trace",
    [
        f"File {ROOT}home/ada/lessons/x.py",
        f"{ROOT}Users/ada/x",
        f"'{ROOT}tmp/abc'",
        f"{ROOT}root/.cache",
        "C:\\Users" + "\\ada",
        "https://pypi" + ".org/simple",
        "http://localhost" + ":8888/lab",
    ],
)
def test_a_trace_is_seen(trace: str) -> None:
    assert list(machine_traces(trace))


@pytest.mark.parametrize(
    "text",
    [
        "notebooks/source/06_batch_inference.py",
        f"a{ROOT}tmp/b",
        f"https://example.org{ROOT}home/page",
        f"data:image/png;base64,AAAA{ROOT}tmp/AAAA",
        f"{ROOT}usr/bin/env bash",
        f"{ROOT}home/jovyan/lessons-course",
    ],
)
def test_what_tells_of_no_machine_is_passed_over(text: str) -> None:
    assert not list(machine_traces(text))
