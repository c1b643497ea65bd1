"""How long a bank of a thousand questions takes to load: `python tests/benchmarks/bank_load.py`.

The course's own questions are copied, with new ids, until there are a thousand. Seconds differ from
machine to machine, so this prints and never fails.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from time import perf_counter

from lessons_lib.quiz.bank import load_bank, quizzes_folder

QUESTIONS = 1_000
ROUNDS = 5


def copy_banks(source: Path, target: Path) -> None:
    """Copy all banks again and again, the names and ids of each round with a suffix of its own."""
    banks = sorted(source.glob("[0-9]*.yaml"))
    per_round = len(load_bank(source).questions)
    for copy in range(-(-QUESTIONS // per_round)):
        for bank in banks:
            text = bank.read_text(encoding="utf-8")
            text = re.sub(r"^(quiz: \S+)", rf"\1_{copy}", text, flags=re.MULTILINE)
            text = re.sub(r"^(\s*- id: \S+)", rf"\1-{copy}", text, flags=re.MULTILINE)
            (target / f"{bank.stem}_{copy}.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Print the fastest and the slowest of a few rounds."""
    with tempfile.TemporaryDirectory() as folder:
        copy_banks(quizzes_folder(), Path(folder))
        seconds = []
        for _ in range(ROUNDS):
            began = perf_counter()
            bank = load_bank(Path(folder), strict=True)
            seconds.append(perf_counter() - began)
    print(f"{len(bank.questions):,} questions load in {min(seconds):.2f} to {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
