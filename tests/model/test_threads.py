"""How many threads torch takes on a hub."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from lessons_lib.model.threads import allowed_threads


@pytest.mark.parametrize(
    ("available", "limit", "threads"),
    [(8, "2", 2), (8, "2.0", 2), (8, "0.5", 1), (8, "0.01", 1), (8, "1.5", 2), (2, "16", 2)],
)
def test_threads_follow_the_limit_but_are_never_more_than_there_are(
    available: int, limit: str, threads: int
) -> None:
    assert allowed_threads(available, {"CPU_LIMIT": limit}) == threads


@pytest.mark.parametrize("limit", ["", "none", "0", "-1", "nan", "inf", "2 cores"])
def test_what_is_no_limit_changes_nothing(limit: str) -> None:
    assert allowed_threads(8, {"CPU_LIMIT": limit}) == 8


def test_without_the_variable_nothing_changes() -> None:
    assert allowed_threads(8, {}) == 8


def test_a_pipeline_that_is_loaded_keeps_to_the_limit() -> None:
    program = (
        "import torch; torch.set_num_threads(3)\n"
        "from lessons_lib.inference.pipeline import SentimentPipeline\n"
        "SentimentPipeline.load(); print(torch.get_num_threads())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "CPU_LIMIT": "1.5"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.strip() == "2"
