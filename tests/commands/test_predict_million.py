"""`lessons predict --file` on a million lines: all of them, in memory that does not grow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The peak of this process alone: getrusage would count that of the process it came from.
MEASURED = """
import re, sys
from lessons_lib.cli import main
code = main(["predict", *sys.argv[1:]])
with open("/proc/self/status") as status:
    print(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])
sys.exit(code)
"""
LINES = {
    "txt": "I love {n} sunny days, and the naïve film was not bad at all\n",
    "csv": '{n},"I love {n} sunny days, and the naïve film was not bad at all"\n',
    "jsonl": '{{"id": {n}, "text": "I love {n} sunny days, and the naïve film was not bad"}}\n',
}


def _peak_kb(folder: Path, ending: str, count: int) -> int:
    """Return the peak memory of labelling so many lines, in kB."""
    source, out = folder / f"in.{ending}", folder / f"out.{ending}"
    with source.open("w", encoding="utf-8") as file:
        file.write("id,text\n" if ending == "csv" else "")
        file.writelines(LINES[ending].format(n=n) for n in range(count))
    command = [sys.executable, "-c", MEASURED, "--file", str(source), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    assert done.stderr == f"{count:,} texts labelled.\n"
    with out.open("rb") as labels:
        assert sum(1 for _ in labels) == count + (ending == "csv")
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc")
@pytest.mark.parametrize("ending", LINES)
def test_a_million_lines_take_the_memory_of_a_few_chunks(ending: str, tmp_path: Path) -> None:
    few = _peak_kb(tmp_path, ending, 20_000)
    assert _peak_kb(tmp_path, ending, 1_000_000) < few + 10_000
