"""Measure the memory of each notebook's kernel: `python tests/benchmarks/notebook_memory.py`.

Each notebook runs from top to bottom in a separate kernel. Prints the kernel's peak memory (peak
RSS) and its proportional share of memory (PSS) at the end. To measure only some notebooks, name
them: `11_practice`. Linux only.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.support.environment import private_environment

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
MOST_MB = 400
MOST_MB_OF = {"00_start_here": 115}
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of a process in bytes."""

    peak_rss: int
    rss: int
    pss: int


def memory_of(pid: int) -> Memory:
    """Return the memory of a process as Linux reports it."""
    status = _figures(Path(f"/proc/{pid}/status"))
    share = _figures(Path(f"/proc/{pid}/smaps_rollup"))
    return Memory(status["VmHWM"], status["VmRSS"], share["Pss"])


def _figures(file: Path) -> dict[str, int]:
    lines = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return {line[0].rstrip(":"): int(line[1]) * 1024 for line in lines if line[-1:] == ["kB"]}


def measure(notebook: Path, folder: Path) -> Memory:
    """Run a notebook and return the memory of its kernel."""
    content = nbformat.read(notebook, as_version=4)
    client = NotebookClient(content, kernel_name="python3", timeout=600, allow_errors=True)
    with client.setup_kernel(env=private_environment(folder), cwd=str(NOTEBOOKS)):
        for index, cell in enumerate(content.cells):
            client.execute_cell(cell, index)
        provisioner = client.km.provisioner if client.km else None
        if provisioner is None:
            raise RuntimeError("the kernel has no process")
        return memory_of(provisioner.process.pid)  # type: ignore[attr-defined]


def main(names: list[str]) -> int:
    """Print one row per notebook; return 1 if a kernel used too much memory."""
    too_much = 0
    print("| notebook | peak RSS | PSS at the end |\n|---|---|---|")
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and not any(notebook.stem.startswith(name) for name in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = measure(notebook, Path(folder))
        peak, pss = found.peak_rss / MEGABYTE, found.pss / MEGABYTE
        print(f"| {notebook.stem} | {peak:.0f} MB | {pss:.0f} MB |", flush=True)
        too_much += peak > MOST_MB_OF.get(notebook.stem, MOST_MB)
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
