"""Run a measurement in an interpreter of its own, with one thread, and read what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# Libraries read these when they are imported: a fresh interpreter is the sure way to set them.
ONE_THREAD = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"], "1"
)


def run_python(*arguments: str, given: str = "") -> str:
    """Run a fresh interpreter at the top of the repository and return what it prints.

    `given` is what it finds on its standard input.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        input=given,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def ask(module: str, *arguments: object, given: object = None) -> Any:
    """Run a module of this folder and return what it tells."""
    words = ["-m", f"tests.benchmarks.{module}", *map(str, arguments)]
    return json.loads(run_python(*words, given=json.dumps(given)))


def read_given() -> Any:
    """Return what `ask` has given."""
    return json.load(sys.stdin)


def tell(found: object) -> None:
    """Print what was found, for `ask` to read."""
    print(json.dumps(found))


def note(line: str) -> None:
    """Say on the standard error what is going on; the standard output is for the table."""
    print(line, file=sys.stderr, flush=True)
