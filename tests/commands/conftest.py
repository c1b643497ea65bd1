"""A wheel of the project, installed away from the clone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from this checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which the library comes from the wheel, not from the clone."""
    target = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--no-index", "--target", target, wheel)
    return {**os.environ, "PYTHONPATH": str(target), "PYTHONSAFEPATH": "1"}


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """Return a folder with modules named like those that others import; run, they leave a trace."""
    folder = tmp_path / "traps"
    folder.mkdir()
    names = ("random", "types", "jupyterlab", "pip", "numpy", "jupyter_client")
    for name in names:
        (folder / f"{name}.py").write_text("open(f'{__file__}.ran', 'w').close()\n")
    return folder


def _pip(command: str, *arguments: object) -> None:
    quiet = ["--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, *quiet, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if "No module named pip" in done.stderr:
        pytest.skip("needs pip in this environment")
    assert done.returncode == 0, done.stderr
