"""What is in a wheel, and which Python may build one."""

import ast
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from psutil import Process

from lessons_lib.classroom.copy.place import FOLDER_NAME, start_page
from lessons_lib.classroom.server import extension
from lessons_lib.commands.lab import JUPYTER_FOLDER
from tests.support.fresh import clean_environment, lab_started_by
from tests.support.shell import ran

START = start_page()
ROOT = Path(__file__).parents[2]
INSIDE = "lessons_lib/course_files/"
COPIED = {  # into a learner's folder; the plan and the exercises stay in the package
    path.relative_to(ROOT).as_posix()
    for pattern in ("notebooks/*.ipynb", "notebooks/*.md", "quizzes/*.yaml", "quizzes/*.json")
    for path in ROOT.glob(pattern)
}
PLAN = {f"notebooks/source/{name}.yaml" for name in ("course", "exercises", "guesses")}
SHIPPED = COPIED | PLAN | {"notebooks/source/shipped.json"}

FOR_AUTHORS = "lessons_lib/annexes/authoring/"  # who have a clone


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_has_the_course_and_the_library_without_what_only_authors_need(
    names: set[str],
) -> None:
    shipped = {name.removeprefix(INSIDE) for name in names if name.startswith(INSIDE)}
    assert shipped == SHIPPED
    assert START in shipped
    package = (ROOT / "lessons_lib").rglob("*")
    files = {path.relative_to(ROOT).as_posix() for path in package if path.is_file()}
    library = {name for name in files if "/__pycache__/" not in name}
    assert {name for name in library if name.startswith(FOR_AUTHORS)} == library - names
    assert {name.split("/")[-1] for name in library & names} >= {"page.css", "card.js"}
    tops = {name.split("/")[0] for name in names}
    assert {"lessons_lib"} == {top for top in tops if not top.endswith((".dist-info", ".data"))}


def test_no_module_of_the_wheel_imports_what_is_not_in_it(wheel: Path) -> None:
    left_out = FOR_AUTHORS.replace("/", ".")
    found = []
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py"):
                imported = _imports(archive.read(name))
                found += [(name, one) for one in imported if f"{one}.".startswith(left_out)]
    assert found == []


def _imports(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_an_installation_enables_the_extensions_of_server_and_pages(names: set[str]) -> None:
    data = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    scripts = (JUPYTER_FOLDER / "labextensions/lessons-lib/static").iterdir()
    assert data == {
        "etc/jupyter/jupyter_server_config.d/lessons-lib.json",
        "share/jupyter/labextensions/lessons-lib/package.json",
        *(f"share/jupyter/labextensions/lessons-lib/static/{one.name}" for one in scripts),
    }


def test_the_wheel_has_its_license_and_those_of_the_works_in_its_assets(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            Path(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/licenses/" in name
        }
    assert set(texts) == {"LICENSE", "NOTICE"}
    for asset in ("word_vectors", "sentiment", "transformer_head"):
        assert f"{asset}.safetensors" in texts["NOTICE"]
    for term in ("Copyright (c) 2016 C.J. Hutto", "END OF TERMS AND CONDITIONS", "/by-sa/4.0/"):
        assert term in texts["NOTICE"]


def test_an_installed_package_finds_its_course(installed: Path, tmp_path: Path) -> None:
    program = (
        "import lessons_lib;"
        "from pathlib import Path;"
        "from lessons_lib.classroom.copy.update import shipped_files;"
        "from lessons_lib.classroom.course import course;"
        "from lessons_lib.classroom.practice.exercises.catalog import exercise_table;"
        "from lessons_lib.classroom.practice.glossary import glossary;"
        "from lessons_lib.classroom.quiz.bank import quizzes_folder;"
        "course_files = Path(lessons_lib.__file__).parent / 'course_files';"
        "assert quizzes_folder() == course_files / 'quizzes', quizzes_folder();"
        "assert len(course().modes) == 10 and glossary() and exercise_table();"
        "print(*sorted(shipped_files()), sep='\\n')"
    )
    environment = clean_environment(tmp_path)
    done = ran(installed, "-P", "-c", program, cwd=tmp_path, env=environment)
    assert done.stdout.split() == sorted(COPIED), done.stderr


def test_lab_of_a_fresh_environment_runs_on_the_wheel_and_trusts_the_copied_course(
    installed: Path, tmp_path: Path
) -> None:
    with lab_started_by([installed.with_name("lessons"), "lab"], tmp_path) as lab:
        path = Process(lab.process.pid).environ()["JUPYTER_CONFIG_PATH"].split(os.pathsep)[-1]
        assert Path(path).is_relative_to(installed.parents[1])  # so the library is, too
        log = (tmp_path / "lessons" / "lab.log").read_text("utf-8")
        assert log.count(f"{extension.__name__} | extension was successfully loaded.") == 1
        assert '"name": "lessons-lib"' in lab.get("lab")[1]
        style = "extensions/lessons-lib/static/page.css"
        assert lab.get(f"lab/{style}")[1] == (JUPYTER_FOLDER / f"lab{style}").read_text("utf-8")
        cells = json.loads(lab.get(f"api/contents/{START}")[1])["content"]["cells"]
        assert {one["metadata"]["trusted"] for one in cells if one["cell_type"] == "code"} == {True}
    course = tmp_path / FOLDER_NAME
    assert {name for name in COPIED if (course / name).is_file()} == COPIED


def test_too_old_a_python_is_refused_before_pip_learns_what_else_to_download(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "python_version", lambda: "3.10.12")
    with pytest.raises(SystemExit, match=r"need Python >=3\.11, but .* is 3\.10\.12\. Make an"):
        _ = ProjectMetadata(str(ROOT), PluginManager()).core
    (hook,) = (ROOT / ".ci").glob("*.py")
    ast.parse(hook.read_text("utf-8"), feature_version=(3, 8))  # which must be able to say it


def test_a_wheel_can_be_built_from_what_docker_copies(tmp_path: Path) -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert "*" in lines
    context = tmp_path / "context"
    context.mkdir()
    for name in kept:
        is_folder = (ROOT / name).is_dir()
        (shutil.copytree if is_folder else shutil.copy)(ROOT / name, context / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=context, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as built:
        assert {INSIDE + name for name in SHIPPED} <= set(built.namelist())
