"""The classroom runs a lesson on another subject: `tides`, one notebook with its own `Lesson`."""

import ast
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from msgspec import structs

from lessons_lib.annexes.authoring.frame import length, lesson_table
from lessons_lib.classroom.course import COURSE_VARIABLE, course
from lessons_lib.classroom.practice.guesses import guess_task
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.exam import last_test
from lessons_lib.classroom.quiz.question import NumberQuestion, Question, Quiz
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.folder import DATA_VARIABLE
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from lessons_lib.classroom.sessions.exam import ExamSession
from lessons_lib.classroom.sessions.flashcards import FlashcardsSession
from lessons_lib.classroom.sessions.guesses import GuessAction, GuessSession
from lessons_lib.classroom.sessions.page import LearnerRecord, Page, Session
from lessons_lib.classroom.sessions.progress import progress_page
from lessons_lib.classroom.sessions.quiz_run import QuizAction, QuizSession
from lessons_lib.classroom.widgets.quiz.card import show_practice, show_quiz
from lessons_lib.cli import main
from tests.classroom.sessions.actions import act

ROOT = Path(__file__).parents[2]
CLASSROOM = ROOT / "lessons_lib" / "classroom"
SOURCE = Path(__file__).with_name("tides") / "course"
NAME = "01_tides"
HEIGHTS = {"high_m": 3.0, "low_m": 1.0}
OUR_WORDS = re.compile(
    r"sentiment|batch|inference|real-?time|micro-|latency|throughput|embedding|token|"
    r"\b(?:0[02-9]|1[0-6])_[a-z]|notebook (?:0[02-9]|1\d)|lessons_lib\.(?:lesson|pipeline)|"
    r"\b(?:ten|five) (?:questions|ways|modes)",
    re.IGNORECASE,
)

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def author(folder: Path, task: str) -> subprocess.CompletedProcess[str]:
    """Run the authoring command on a course folder, as an author does at the top of a clone."""
    command = [sys.executable, "-m", "lessons_lib.annexes.authoring", "--folder", folder, task]
    return subprocess.run(
        list(map(str, command)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the lesson with its notebook built."""
    folder = tmp_path_factory.mktemp("second") / "tides"
    shutil.copytree(SOURCE, folder)
    done = author(folder, "build")
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(autouse=True)
def folder(built: Path, tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return the lesson's folder; it is the current course, in an empty working directory."""
    monkeypatch.setenv(COURSE_VARIABLE, str(built))
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return built


@pytest.fixture
def bank() -> QuizBank:
    return load_bank()


@pytest.fixture
def record() -> LearnerRecord:
    return LearnerRecord(InMemoryLog(), "ada")


def key_of(question: Question) -> dict[str, object]:
    """Return the right answer to a question without placeholders, as an action."""
    if isinstance(question, NumberQuestion):
        assert question.answer is not None
        return {"number": str(question.answer.value)}
    return {"letters": list(getattr(question, "answer", ""))}


def answer_all(session: Session, quiz: Quiz, do: str) -> None:
    """Answer each question of a quiz correctly, as ada sees it, and turn the page after it."""
    for question in quiz.questions:
        asked = personalize(question, "ada", measured=HEIGHTS if do == "answer" else {})
        act(session, do, **key_of(asked.question))
        if do == "answer":
            act(session, "next")


def take_test(bank: QuizBank, record: LearnerRecord, *, is_right: bool = True) -> Page:
    """Take the test, with all answers right or none given, and return its result."""
    session = ExamSession(bank, record, lambda: 1)
    act(session, "start")
    drawn = last_test(record.events, bank)
    assert drawn is not None
    if is_right:
        answer_all(session, drawn.quiz, "next")
    act(session, "review")
    return act(session, "end")


def guess(record: LearnerRecord) -> Page:
    """Commit a guess on its slider, and compare it with the result."""
    session = GuessSession(guess_task("later-each-day"), record)
    session.submit(GuessAction("commit", 3))
    session.resolve(50.47)
    return session.page()


def make_home(homes: Path, name: str, bank: QuizBank, *, is_strong: bool) -> None:
    """Write the record of a learner who answered the quiz, guessed, and took the test."""
    record = LearnerRecord(JsonlEventLog(homes / name / ".local/share/lessons-lib/record"), name)
    quiz = bank.quiz(NAME).at("end")
    session = QuizSession(quiz, record, measured=HEIGHTS)
    if is_strong:
        answer_all(session, quiz, "answer")
    else:
        act(session, "answer", number="7")
    guess(record)
    take_test(bank, record, is_right=is_strong)


@pytest.fixture
def homes(tmp_path: Path, bank: QuizBank) -> Path:
    for name, is_strong in (("ada", True), ("bob", False)):
        make_home(tmp_path / "homes", name, bank, is_strong=is_strong)
    return tmp_path / "homes"


def rows(path: Path) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))


# Built


def test_its_notebook_is_built_without_findings(folder: Path) -> None:
    done = author(folder, "check")
    assert (done.returncode, done.stdout) == (0, "All notebooks are in order.\n"), done.stderr


def test_code_that_cannot_be_imported_is_named_without_a_traceback(
    folder: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    plan = other / "notebooks" / "course.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("tides.lesson", "tides.lessen"), encoding="utf-8")
    done = author(other, "check")
    assert done.returncode == 2
    assert done.stderr.startswith("`code` in course.yaml must name a module")
    assert len(done.stderr.splitlines()) == 1


def test_the_notebook_has_the_header_of_its_plan_and_its_own_number(folder: Path) -> None:
    notebook = nbformat.read(folder / "notebooks" / f"{NAME}.ipynb", as_version=4)
    header, *prose = [one.source for one in notebook.cells if one.cell_type == "markdown"]
    plan = course().lessons[0]
    assert header.startswith(f"# 1. {plan.title}\n\n{plan.minutes} min + 5 questions")
    assert all(f"- {one.sentence}" in header for one in plan.objectives)
    assert any("24 hours and 50 minutes" in one for one in prose)


def test_the_files_that_a_lesson_may_omit_are_not_written(folder: Path) -> None:
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    assert files == {
        *("course.yaml", "guesses.yaml", "shipped.json"),
        *(f"{NAME}.py", f"{NAME}.ipynb", f"{NAME}.yaml"),
    }


def test_no_word_of_our_course_is_in_its_notebook(folder: Path) -> None:
    text = (folder / "notebooks" / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert OUR_WORDS.findall(text) == []


# Asked


def test_its_questions_are_valid_in_its_course(folder: Path, capsys: Captured) -> None:
    assert main(["quiz", "check", str(folder / "quizzes" / f"{NAME}.yaml")]) == 0
    assert capsys.readouterr().out == "6 questions, no problems, no warnings\n"


def test_a_card_asks_about_the_learners_own_figures() -> None:
    card = show_quiz("01", figures=HEIGHTS, log=InMemoryLog())
    card.submit(QuizAction("next"))
    assert "The beach you chose" in card.content()["question"]["stem_html"]
    card.submit(QuizAction("answer", "own-third-hour", number="0.5"))
    assert card.content()["question"]["standing"] == "right"


def test_the_formula_computes_each_variant_of_its_question(bank: QuizBank) -> None:
    from tests.classroom.tides.lesson import third_hour

    for row in bank.question("own-third-hour").variants:
        computed = third_hour(float(row["high_m"]), float(row["low_m"]))
        assert computed == pytest.approx({name: row[name] for name in computed}, rel=0.005)


def test_its_quiz_is_asked_in_the_terminal(
    tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"C\nhint\nB\nA B\nstop\n"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    assert main(["quiz", "ask", "01"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Tides\n")
    assert printed.count("Right.") == 2
    assert OUR_WORDS.findall(printed) == []


def test_a_copy_of_another_course_is_not_asked(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "lessons-course" / "quizzes").mkdir(parents=True)
    assert main(["progress"]) == 0
    assert "of the 5 questions yet" in capsys.readouterr().out


def test_a_guess_is_compared_with_its_result(record: LearnerRecord) -> None:
    page = guess(record)
    assert (page["you"], page["compared"]["result"]) == ("30\N{NBSP}minutes", "50\N{NBSP}minutes")
    assert page["is_final"]


def test_progress_lists_its_quiz_and_guess_and_no_modes(
    bank: QuizBank, record: LearnerRecord, capsys: Captured
) -> None:
    guess(record)
    page = progress_page(bank, record, datetime.now(UTC))
    assert (page["rows"], page["broken"], len(page["guesses"])) == ([], [], 1)
    assert page["others"] == []
    assert OUR_WORDS.findall(json.dumps(page)) == []
    assert main(["progress"]) == 0
    assert "Other activities" not in capsys.readouterr().out


# Tested


def test_its_test_follows_its_own_plan(bank: QuizBank, record: LearnerRecord) -> None:
    start = ExamSession(bank, record, lambda: 1).page()
    assert start["introduction"][0].startswith("3 questions: 1 easy, 1 medium, and 1 hard. They")
    result = take_test(bank, record)
    assert (result["level"], result["rule"][:31]) == ("strong", "Strong: at least 3 of 3 right. ")
    assert [one["difficulty"] for one in result["questions"]] == ["easy", "medium", "hard"]
    assert [one["about"] for one in result["following"]] == [
        step.about for step in course().exam.next_steps["strong"]
    ]
    assert OUR_WORDS.findall(json.dumps([start, result])) == []


def test_without_answers_its_verdict_is_not_yet(bank: QuizBank, record: LearnerRecord) -> None:
    result = take_test(bank, record, is_right=False)
    assert (result["level"], result["summary"][:13]) == ("not yet", "0 of 3 right.")
    advice = progress_page(bank, record, datetime.now(UTC))["advice"]
    assert (advice["file"], "“not yet”" in advice["before"]) == (f"{NAME}.ipynb", True)


# Collected


def test_its_class_is_collected(homes: Path, tmp_path: Path, capsys: Captured) -> None:
    out, notebook = tmp_path / "class.csv", tmp_path / "class.ipynb"
    assert main(["collect", str(homes), "--out", str(out), "--notebook", str(notebook)]) == 0
    ada, bob = rows(out)
    columns = (f"{NAME}_answered", f"{NAME}_right", f"{NAME}_of", "test", "problems")
    assert [ada[one] for one in columns] == ["5", "5", "6", "strong, 3 of 3", ""]
    assert [bob[one] for one in columns] == ["1", "0", "5", "not yet, 0 of 3", ""]
    questions = list(rows(tmp_path / "class_questions.csv"))
    assert ({one["notebook"] for one in questions}, len(questions)) == ({NAME}, 5)
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("class*"))
    assert OUR_WORDS.findall(written + capsys.readouterr().out) == []


def test_its_course_is_copied_for_a_class(tmp_path: Path, capsys: Captured) -> None:
    copy = tmp_path / "copy"
    assert main(["hub", "copy", str(copy)]) == 0
    copied = {path.relative_to(copy).as_posix() for path in copy.rglob("*.*") if path.is_file()}
    assert copied == {
        *(f"notebooks/{NAME}.ipynb", f"quizzes/{NAME}.yaml"),
        ".lessons-course.json",
    }


# Without ours


def test_showing_its_quiz_imports_nothing_of_our_lesson(tmp_path: Path) -> None:
    program = (
        "import sys; from lessons_lib import show_quiz, show_guess\n"
        f"show_quiz('01', figures={HEIGHTS}); show_guess('later-each-day')\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = done.stdout.split()
    assert "tests.classroom.tides.lesson" in loaded
    ours = ("lessons_lib.lesson", "lessons_lib.pipeline", "torch", "numpy", "matplotlib")
    assert [one for one in loaded if one.startswith(ours)] == []


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts of a script, or those of a module without its docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield source
        return
    tree = ast.parse(source)
    alone = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in alone:
            yield one.value


def test_no_text_of_the_classroom_has_words_of_our_course() -> None:
    files = [path for path in CLASSROOM.rglob("*") if path.suffix in (".py", ".js")]
    found = {path: OUR_WORDS.findall("\n".join(texts_of(path))) for path in files}
    for path, words in found.items():
        if "service" in path.parts or path.name == "remote.py":  # a hub's token is no word of ours
            words[:] = [one for one in words if one.casefold() != "token"]
    assert {path.name: words for path, words in found.items() if words} == {}


def test_the_course_can_change_within_a_process(folder: Path, monkeypatch: Patch) -> None:
    source = f'show_quiz("{NAME}")'
    assert [one.name for one in load_bank().quizzes] == [NAME]
    assert length(course().lessons[0], source) == "10 min + 2 questions"
    monkeypatch.delenv(COURSE_VARIABLE)
    assert NAME not in [one.name for one in load_bank().quizzes]
    with pytest.raises(ValueError, match=NAME):
        length(course().lessons[0], source)


def test_a_lesson_may_omit_its_guesses_and_what_follows_a_verdict(
    tmp_path: Path, monkeypatch: Patch, record: LearnerRecord
) -> None:
    smaller = tmp_path / "smaller"
    shutil.copytree(SOURCE, smaller)
    (smaller / "notebooks" / "guesses.yaml").unlink()
    plan = smaller / "notebooks" / "course.yaml"
    steps = re.sub(r"next_steps:.*", "next_steps: {}", plan.read_text("utf-8"), flags=re.DOTALL)
    plan.write_text(steps, encoding="utf-8")
    monkeypatch.setenv(COURSE_VARIABLE, str(smaller))
    assert take_test(load_bank(), record)["following"] == []
    page = progress_page(load_bank(), record, datetime.now(UTC))
    assert (page["advice"]["file"], page["broken"], page["guesses"]) == (f"{NAME}.ipynb", [], [])
    with pytest.raises(ValueError, match="The course has none"):
        guess_task("later-each-day")


def test_the_table_of_notebooks_may_list_one_without_objectives() -> None:
    plan = course().lessons[0]
    table = lesson_table([plan, structs.replace(plan, objectives=())])
    assert table.endswith("| [1. Tides](01_tides.ipynb) | 10 min + 5 questions |  |")


def test_without_practice_its_card_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match=r"course\.yaml"):
        show_practice(log=InMemoryLog())


def test_without_a_glossary_its_flashcards_are_its_questions(
    bank: QuizBank, record: LearnerRecord
) -> None:
    page = FlashcardsSession(bank, record).page()
    assert page["id"] == "question:reason-for-the-delay"
