"""Answers as xAPI statements: read by us, by a validator, and by a learning record store."""

import base64
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from typing import Any, TypeAlias

import pytest
from msgspec.structs import replace

from lessons_lib.classroom.course import course
from lessons_lib.classroom.exchange.xapi import export_statements
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.question import NumberQuestion
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import TAG, PersonalQuestion, personalize
from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.record.log import JsonlEventLog
from lessons_lib.cli import main
from tests.classroom.exchange.conftest import RunNode
from tests.classroom.quiz.conftest import BANKS, answered
from tests.conftest import START_TIMEOUT_S

Patch = pytest.MonkeyPatch
Captured = pytest.CaptureFixture[str]
Call: TypeAlias = Callable[..., tuple[int, Any]]

SECRET = "$2b$04$7Z4l..iOxtlhSXGjg9/2fOiOO7vQF/JZrBsfnVFwP4oK7ocuRGgvu"  # of "secret", by bcrypt
MEASURED = {"fixed_ms": 1.5, "per_text_ms": 0.25, "p50_ms": 2.0, "p99_ms": 7.0, "cores": 2} | {
    "realtime_texts_per_s": 4000.0,
    "texts_per_s": 90000.0,
    "batch_size": 512,
}
VALIDATE = """import validate from "@learninglocker/xapi-validation";
const broken = [{}, {...given[0], id: "1"}, {...given[0], actor: {}}, {...given[0], verb: {}}];
const problems = (statements) => statements.map((one) => validate.default(one).length);
answer([problems(given), problems(broken)]);
"""


@pytest.fixture(scope="module")
def sample() -> QuizBank:
    return load_bank(BANKS)


@pytest.fixture(autouse=True)
def learner(monkeypatch: Patch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")


def exported(folder: Path, events: list[Event], bank: QuizBank) -> list[dict[str, Any]]:
    (path,) = export_statements(folder, events, bank)
    statements: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return statements


def answers_to_all(bank: QuizBank, **measured: float) -> list[Event]:
    """Return an event for a right and for a wrong answer to each question."""
    events = []
    for question in bank.questions:
        personal = personalize(question, "ada", measured=measured)
        for is_right in (True, False):
            events.append(answer_event(personal, _response(personal, is_right), "practice"))
    return events


def _response(personal: PersonalQuestion, is_right: bool) -> Response:
    question = personal.question
    if isinstance(question, NumberQuestion) and question.answer:
        return Response(number=f"{float(question.answer.value):.12g}" if is_right else "-98,765.5")
    right = tuple(getattr(question, "answer", None) or "A")
    return Response(letters=right if is_right else ("B" if right == ("A",) else "A",))


def test_a_choice_has_its_options_and_key(tmp_path: Path, sample: QuizBank) -> None:
    given = [
        answered(sample.question("which-calls-are-batch"), letters) for letters in ("CA", "AB", "C")
    ]
    statements = exported(tmp_path, given, sample)
    results = [one["result"] for one in statements]
    assert [one["response"] for one in results] == ["A[,]C", "A[,]B", "C"]
    assert [one["success"] for one in results] == [True, False, False]
    assert [one["score"] for one in results] == [{"scaled": 1}, {"scaled": 0}, {"scaled": 0.5}]
    assert {one["object"]["id"] for one in statements} == {
        f"{course().address}questions/which-calls-are-batch.r1.v0"
    }
    definition = statements[0]["object"]["definition"]
    assert definition["interactionType"] == "choice"
    assert definition["correctResponsesPattern"] == ["A[,]C"]
    assert [one["id"] for one in definition["choices"]] == ["A", "B", "C", "D"]
    assert definition["choices"][1]["description"] == {"en": "`model.predict('good')`"}


@pytest.mark.parametrize(
    ("typed", "response", "is_right"),
    [("20 passes", "20", True), ("−10,000.5", "-10000.5", False), ("2e9", "2000000000", False)],
)
def test_a_number_is_written_in_plain_digits(
    tmp_path: Path, sample: QuizBank, typed: str, response: str, is_right: bool
) -> None:
    event = answered(sample.question("count-the-passes"), typed, row=0)
    (statement,) = exported(tmp_path, [event], sample)
    assert statement["result"]["response"] == response
    assert statement["result"]["success"] is is_right
    assert statement["object"]["id"] == f"{course().address}questions/count-the-passes.r2.v1"
    definition = statement["object"]["definition"]
    assert definition["interactionType"] == "numeric"
    assert definition["correctResponsesPattern"] == ["20[:]20"]
    assert "carries 512 texts" in definition["description"]["en"]


def test_the_bounds_are_those_of_our_grading(tmp_path: Path) -> None:
    bank = load_bank()
    numbers = [one for one in bank.questions if isinstance(one, NumberQuestion)]
    events = answers_to_all(QuizBank((replace(bank.quizzes[0], questions=tuple(numbers)),)))
    checked = 0
    for statement, event in zip(exported(tmp_path, events, bank), events, strict=True):
        (bounds,) = statement["object"]["definition"]["correctResponsesPattern"]
        question = personalize(bank.question(event.subject), "ada").question
        for bound, sign in zip(map(float, bounds.split("[:]")), (-1, 1), strict=True):
            beyond = bound + sign * max(abs(bound), 1) * 1e-9
            assert grade(question, Response(number=f"{bound:.15g}")).is_right
            assert not grade(question, Response(number=f"{beyond:.15g}")).is_right
            checked += 1
    assert checked == 4 * len(numbers) > 100


def test_only_answers_that_count_are_written(tmp_path: Path, sample: QuizBank) -> None:
    passes = sample.question("count-the-passes")
    events = [
        answered(sample.question("how-sure-do-you-feel"), "A"),  # a survey
        answered(replace(passes, revision=1), "20", row=0),
        answered(passes, "20", row=1),
        new_event("answer", "gone", {"number": "1"}),
        new_event("answer", passes.id, {"number": "no number", "revision": 2, "variant": 0}),
        new_event("answer", passes.id, {"letters": 5}),
    ]
    (statement,) = exported(tmp_path, events, sample)
    assert statement["object"]["id"].endswith(".r2.v2")
    questions = tuple(sample.quizzes[0].questions[:3])
    survey = QuizBank((replace(sample.quizzes[0], policy="survey", questions=questions),))
    assert exported(tmp_path, events, survey) == []


def test_figures_of_the_learner_s_own_are_another_activity(tmp_path: Path) -> None:
    bank = load_bank()
    own = [one for one in answers_to_all(bank, **MEASURED) if one.payload["figures"]]
    asked = {one.id for one in bank.questions if TAG in one.tags}
    assert {one.subject for one in own} == asked
    statements = exported(tmp_path, own, bank)
    assert [one["result"]["success"] for one in statements] == [True, False] * len(asked)
    names = {one["object"]["id"] for one in statements}
    assert f"{course().address}questions/own-knee.r1.v0-1.5-0.25" in names
    assert len(names) == len(asked)


def test_exporting_again_writes_the_same(tmp_path: Path, sample: QuizBank) -> None:
    events = answers_to_all(sample)
    first, second = (exported(tmp_path / name, events, sample) for name in ("a", "b"))
    assert first == second
    assert len({one["id"] for one in first}) == len(first) == 6


@pytest.mark.parametrize("user", ["ada", "ada@example.org"])
def test_the_account_is_never_a_mail_address(
    tmp_path: Path, sample: QuizBank, monkeypatch: Patch, user: str
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", user)
    statements = exported(tmp_path, answers_to_all(sample), sample)
    actors = [one["actor"] for one in statements]
    assert all(one == actors[0] for one in actors)
    assert set(actors[0]) == {"account"}
    assert (actors[0]["account"]["name"] == user) == (user == "ada")
    assert "@" not in json.dumps(statements)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: Patch, sample: QuizBank) -> Path:
    monkeypatch.setenv("LESSONS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONS_QUIZZES", str(BANKS))
    log = JsonlEventLog(tmp_path / "data" / "record")
    for event in answers_to_all(sample):
        log.append(event)
    return tmp_path / "data" / "record"


@pytest.mark.usefixtures("record")
def test_the_command_writes_statements(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "out"
    assert main(["progress", "--export", str(folder), "--to", "xapi"]) == 0
    (written,) = folder.iterdir()
    assert capsys.readouterr().out == f"Wrote {written}\n"
    assert len(json.loads(written.read_text(encoding="utf-8"))) == 6
    assert main(["progress", "--export", str(folder), "--to", "csv"]) == 0
    assert (folder / "answers.csv").is_file()


def test_to_needs_export(record: Path, capsys: Captured) -> None:
    assert main(["progress", "--to", "xapi", "--reset", "--yes"]) == 1
    assert "--to requires --export DIR" in capsys.readouterr().err
    assert record.exists()


def test_no_extra_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules |= dict.fromkeys(('genanki', 'text2qti', 'defusedxml'));"
        "from lessons_lib.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "progress", "--export", str(tmp_path), "--to", "xapi"]
    environment = os.environ | {"LESSONS_DATA_DIR": str(tmp_path / "data")}
    subprocess.run(command, check=True, env=environment, capture_output=True)
    assert json.loads((tmp_path / "statements.json").read_text(encoding="utf-8")) == []


@pytest.fixture
def statements(tmp_path: Path) -> list[dict[str, Any]]:
    """Return two statements for each question of the course, some with a learner's figures."""
    bank = load_bank()
    return exported(tmp_path, answers_to_all(bank) + answers_to_all(bank, **MEASURED), bank)


@pytest.mark.extras("readers")
def test_a_validator_accepts_every_statement(
    run_node: RunNode, statements: list[dict[str, Any]]
) -> None:
    problems, of_broken = run_node(
        "@learninglocker/xapi-validation@3.0.0", script=VALIDATE, given=statements
    )
    assert problems == [0] * len(statements)
    assert all(of_broken)


@pytest.fixture
def store_python(tmp_path: Path) -> Path:
    """Return a Python with the record store Ralph, which can't share an environment with Ray."""
    python = tmp_path / "ralph" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "ralph"], check=True)
    install = ["-m", "pip", "install", "--quiet", "ralph-malph[lrs]==5.1.0", "requests"]
    done = subprocess.run([python, *install], capture_output=True, encoding="utf-8")
    if done.returncode:
        problem = f"Ralph could not be installed: {done.stderr[-1000:]}"
        pytest.fail(problem) if os.environ.get("CI") == "true" else pytest.skip(problem)
    return python


@pytest.fixture
def store(tmp_path: Path, store_python: Path) -> Iterator[Call]:
    """Start the record store; return a function that sends it a request."""
    user = {"username": "lessons", "scopes": ["all"], "agent": {"mbox": "mailto:a@example.org"}}
    (tmp_path / "auth.json").write_text(json.dumps([user | {"hash": SECRET}]))
    variables = {
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(tmp_path / "store"),
        "RALPH_AUTH_FILE": str(tmp_path / "auth.json"),
        "RALPH_APP_DIR": str(tmp_path),
    }
    command = [str(store_python), "-m", "uvicorn", "ralph.api:app", "--port", "0"]
    pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    environment = os.environ | variables
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, encoding="utf-8", **pipes)
    watch = Timer(START_TIMEOUT_S, process.kill)
    watch.start()
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    found = next(filter(None, (re.search(r"running on (\S+)", one) for one in lines)), None)
    watch.cancel()
    try:
        assert found, "Ralph did not start."
        yield _caller(found[1])
    finally:
        process.terminate()
        process.communicate()


def _caller(url: str) -> Call:
    headers = {
        "Authorization": f"Basic {base64.b64encode(b'lessons:secret').decode()}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": "1.0.3",
    }

    def call(path: str, data: object = None) -> tuple[int, Any]:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(url + path, data=body, headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or "null")

    return call


@pytest.mark.extras("readers")
def test_a_record_store_takes_every_statement_once(
    store: Call, statements: list[dict[str, Any]]
) -> None:
    assert store("/xAPI/statements/", statements) == (200, [one["id"] for one in statements])
    assert store("/xAPI/statements/", statements)[0] == 204
    found: dict[str, Any] = {}
    path = "/xAPI/statements/?limit=100"
    while path:
        _, page = store(path)
        assert not found.keys() & {one["id"] for one in page["statements"]}
        found |= {one["id"]: one for one in page["statements"]}
        path = page.get("more", "")
    assert len(found) == len(statements)
    for one in statements:
        kept = found[one["id"]]
        assert {key: kept[key] for key in one} == one
