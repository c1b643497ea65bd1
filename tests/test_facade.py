"""`from lessons_lib import …`: every listed name is there, and is loaded when first used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lessons_lib

ROOT = Path(__file__).parents[1]
HEAVY = "torch numpy matplotlib ipywidgets"


def _run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_every_listed_name_can_be_imported() -> None:
    assert [name for name in lessons_lib.__all__ if getattr(lessons_lib, name, None) is None] == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = _run("import lessons_lib, sys; print(*sys.modules)").split()
    assert set(loaded) & set(HEAVY.split()) == set()
    assert [name for name in loaded if name.startswith("lessons_lib.")] == []


def test_a_quiz_is_shown_without_the_half_that_computes() -> None:
    code = "from lessons_lib import show_quiz; import sys; show_quiz('06'); print(*sys.modules)"
    assert set(_run(code).split()) & {"torch", "numpy", "matplotlib"} == set()


def test_the_start_page_labels_texts_without_torch() -> None:
    code = (
        "from lessons_lib import show_start; import sys; page = show_start();"
        "page._handle_custom_msg({'do': 'label', 'text': 'I love it'}, []);"
        "page._handle_custom_msg({'do': 'batch'}, []);"
        "print(page.page['own']['label'], len(page.batch['digits']), *sys.modules)"
    )
    label, texts, *loaded = _run(code).split()
    assert (label, texts) == ("positive", "10000")
    assert set(loaded) & {"torch", "matplotlib"} == set()


def test_the_extension_is_loaded_and_a_hint_given_without_the_half_that_computes() -> None:
    code = (
        "import lessons_lib, sys; lessons_lib.load_ipython_extension;"
        "lessons_lib.hint('batch-call'); print(*sys.modules)"
    )
    assert set(_run(code).split()) & set(HEAVY.split()) == set()


def test_an_unknown_name_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="BatchPredicter"):
        exec("from lessons_lib import BatchPredicter")


def test_mypy_finds_a_misspelled_name(tmp_path: Path) -> None:
    typo = tmp_path / "typo.py"
    typo.write_text("from lessons_lib import BatchPredicter\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", str(typo)]  # with the cache of a whole run
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert 'has no attribute "BatchPredicter"' in done.stdout
