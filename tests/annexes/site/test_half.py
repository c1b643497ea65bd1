"""What runs in the browser shows what the library shows, and its tables hold what it computes."""

import json
import os
import shutil
import sys
import zipfile
from itertools import product
from pathlib import Path

import pytest

from tests.support.servers import needed
from tests.support.shell import ran

pytestmark = pytest.mark.extras("site")

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
LEARNER = "site"
FEWEST_PAGES = 1_400


def played(mode: str, folder: Path, *path: Path) -> list[str]:
    """Return what every card shows, action by action, with the library from a path."""
    known = {"LESSONS_DATA_DIR": str(folder / mode), "JUPYTERHUB_USER": LEARNER}
    paths = os.pathsep.join(map(str, (*path, ROOT)))
    command = [sys.executable, "-P", "-m", "tests.annexes.site.play", mode]
    environment = {**os.environ, **known, "PYTHONPATH": paths}
    done = ran(*command, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def half(site: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the cards show with the site's own modules, in CPython."""
    folder = tmp_path_factory.mktemp("half")
    with zipfile.ZipFile(site / "_static" / "app.zip") as archive:
        archive.extractall(folder / "app")
    shutil.rmtree(folder / "app" / "msgspec")  # compiled for a browser
    return played("half", folder, folder / "app")


def test_every_card_shows_the_same_in_the_half_and_in_the_library(
    half: list[str], tmp_path: Path
) -> None:
    library = played("library", tmp_path)
    assert len(library) > FEWEST_PAGES
    different = [one for one, other in zip(library, half, strict=True) if one != other]
    assert different[:1] == []


@pytest.mark.slow
def test_every_card_shows_the_same_in_pyodide(site: Path, half: list[str]) -> None:
    node, script = needed("Node", "node"), HERE / "run_in_pyodide.mjs"
    done = ran(node, script, site, HERE / "play.py", "half")
    assert done.returncode == 0, done.stderr[-2000:]
    pages = zip(half, done.stdout.splitlines(), strict=True)
    different = [one for one, other in pages if one != other]
    assert different[:1] == []


def test_no_first_state_holds_what_only_an_answer_shows(site: Path) -> None:
    cards = json.loads((site / "_static" / "embed.json").read_text("utf-8"))
    quizzes = [card["state"]["page"] for card in cards.values() if card["show"] == "quiz"]
    assert len(quizzes) > 40
    for page in quizzes:
        question = page["question"]
        assert not (question["verdict"] or question["key"] or question["solution"])
        assert not question["hints_html"]
        assert all(set(one) == {"letter", "html"} for one in question["options"])


def test_each_table_is_its_function_for_every_setting(site: Path) -> None:
    from lessons_lib.annexes.site.bundle import TABLES, exploration
    from lessons_lib.classroom.sessions.controls import sent_by
    from lessons_lib.classroom.widgets.explore.explore import Explore

    tables = {path.stem: path for path in (site / "_static" / "tables").glob("*.json")}
    assert tables.keys() == TABLES
    for name, path in tables.items():
        shown = exploration(name)
        if not isinstance(shown, Explore):  # it asks nothing
            continue
        finite = shown.finite()
        address = json.dumps(path.as_uri())
        names = list(finite.controls)
        settings = [
            dict(zip(names, values, strict=True))
            for values in product(*(sent_by(one) for one in finite.controls.values()))
        ]
        script = (ROOT / "lessons_lib/annexes/site/static" / "tables.js").as_uri()
        program = (
            "import { readFileSync } from 'node:fs';"
            f"import {{ tablePage }} from {json.dumps(script)};"
            "globalThis.fetch = async (address) => ({ ok: true, json: () => JSON.parse("
            "readFileSync(address, 'utf8')) });"
            "const settings = JSON.parse(readFileSync(0, 'utf8'));"
            "const all = settings.map((values) =>"
            f" tablePage(new URL({address}), {{ id: '1', values }}));"
            "console.log(JSON.stringify(await Promise.all(all)));"
        )
        command = (needed("Node", "node"), "--input-type=module", "--eval", program)
        done = ran(*command, input=json.dumps(settings))
        assert done.returncode == 0, done.stderr
        for values, found in zip(settings, json.loads(done.stdout), strict=True):
            page = {"replies_to": "1", "values": values, **finite.answer_to(values)}
            assert found == page, (name, values)
