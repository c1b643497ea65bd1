"""What is loaded when a part of the library is imported, seen from a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "matplotlib")
WHOLE_PACKAGE = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    importlib.import_module(module.name)
print(*sys.modules)
"""


def _contract(name: str) -> dict[str, list[str]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == name)


LIGHT = _contract("questions-are-light")["source_modules"]


def _loaded_by(module: str) -> set[str]:
    """Return all modules that are loaded after importing a module or a package with all in it."""
    command = [sys.executable, "-c", WHOLE_PACKAGE, module]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", [*LIGHT, "lessons_lib.inference.realtime", "lessons_lib.inference.batch"]
)
def test_nothing_heavy_is_loaded(module: str) -> None:
    assert _loaded_by(module) & set(HEAVY) == set()


def test_a_heavy_import_would_be_noticed() -> None:
    assert "torch" in _loaded_by("lessons_lib.inference.pipeline")


def test_the_package_itself_loads_nothing_of_ours() -> None:
    loaded = {name for name in _loaded_by_name_only() if name.startswith("lessons_lib")}
    assert loaded == {"lessons_lib"}


def _loaded_by_name_only() -> set[str]:
    command = [sys.executable, "-c", "import lessons_lib, sys; print(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["record", "quiz", "practice", "widgets", "hub", "server"])
def test_every_package_about_questions_is_under_its_contract(package: str) -> None:
    if (ROOT / "lessons_lib" / package / "__init__.py").exists():
        assert f"lessons_lib.{package}" in LIGHT


@pytest.mark.parametrize("package", ["text", "embedding", "model", "inference", "plots", "timing"])
def test_every_package_about_labels_is_under_its_contract(package: str) -> None:
    if (ROOT / "lessons_lib" / package / "__init__.py").exists():
        assert f"lessons_lib.{package}" in _contract("labels-know-no-questions")["source_modules"]
        forbidden = _contract("questions-are-light")["forbidden_modules"]
        assert f"lessons_lib.{package}" in forbidden
