"""`lessons export` and `lessons import`: files, losses, and errors."""

from pathlib import Path

import pytest

from lessons_lib.annexes.exchange.commands.export_bank import EXPORTS
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.markdown import render
from tests.support.shell import Lessons

BANKS = Path(__file__).parents[2] / "classroom" / "quiz" / "banks"
Patch = pytest.MonkeyPatch


@pytest.mark.parametrize("target", EXPORTS)
def test_an_export_writes_the_chosen_quiz_and_says_what_is_lost(
    target: str, tmp_path: Path, lessons: Lessons
) -> None:
    out = tmp_path / "out"
    shown = lessons("export", "--to", target, "10", "--out", out)
    assert out.stat().st_size > 1000
    assert f"Wrote {out}: " in shown
    assert ("with each variant" in shown) == (target != "print")
    assert "Not in this format: the learner's own measurements (3 questions)" in shown
    for part in EXPORTS[target].lacks:
        assert f"Not in this format: {part} (" in shown


def test_a_page_for_paper_has_as_many_questions_as_requested(
    tmp_path: Path, lessons: Lessons
) -> None:
    pages: list[str] = []
    for variant in ("1", "2", "2"):
        out = tmp_path / f"{len(pages)}.html"
        export = ["export", "--to", "print", "03", "06", "--count", "9", "--out", out]
        shown = lessons(*export, "--variant", variant)
        assert f"{out}: 9 questions.\nNot in this format: hints (9 " in shown
        pages.append(out.read_text("utf-8"))
    first, second, again = pages
    assert first.count("<article>") == 2 * 9  # and in the key
    assert first != second == again


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("print --variant 0", "--variant must be an integer ≥ 1, got 0"),
        ("print --variant -1", "--variant must be an integer ≥ 1, got -1"),
        ("print --count 0", "--count must be an integer ≥ 1, got 0"),
        ("print --count 1000", "--count must be ≤ "),
        ("qti21 --variant 1", "--variant and --count need --to print"),
        ("anki --count 3", "--variant and --count need --to print"),
        ("qti21 77", "'77' is not a quiz: choose one of 01_concept"),
    ],
)
def test_an_export_refuses_what_its_format_does_not_have(
    given: str, problem: str, tmp_path: Path, lessons: Lessons
) -> None:
    out = tmp_path / "out"
    assert problem in lessons.fails("export", "--to", *given.split(), "--out", out)
    assert not out.exists()


def test_an_export_leaves_no_quiz_out_silently(
    tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    (tmp_path / "01_sample.yaml").write_text((BANKS / "01_sample.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "02_broken.yaml").write_text("quiz: 02_broken\n", "utf-8")
    monkeypatch.setenv("LESSONS_QUIZZES", str(tmp_path))
    export = ["export", "--to", "moodle", "--out", tmp_path / "out"]
    problem = "the quiz 02_broken is broken (see 02_broken.yaml:1)"
    assert problem in lessons.fails(*export)
    lessons(*export, "01")


@pytest.mark.parametrize("command", ["export --to moodle --out", "import x.gift --out"])
def test_without_the_extra_both_say_how_to_install_it(
    command: str, tmp_path: Path, monkeypatch: Patch, lessons: Lessons
) -> None:
    monkeypatch.setattr("lessons_lib.extras.PACKAGES", {"exchange": ("no_such_package",)})
    assert "needs the extra `exchange`" in lessons.fails(*command.split(), tmp_path / "out")


GIFT = "::Sky:: What colour is it?{ =blue#Right. ~red }\n\n::Free:: Say something {}\n"


def test_an_import_writes_a_quiz_with_to_dos(tmp_path: Path, lessons: Lessons) -> None:
    file, out = tmp_path / "sky.gift", tmp_path / "x.yaml"
    file.write_text(GIFT, "utf-8")
    shown = lessons("import", file, "--out", out)
    assert f"{file}:3: skipped 'Free' (essay): " in shown
    assert "Skipped 1 question: essay (1)." in shown
    assert f"Wrote {out}: 1 question." in shown
    listed = lessons("quiz", "check", out)
    for place in ("objective is", "stage is", "difficulty is", "options.B.feedback is"):
        assert place in listed
    assert "options.A.feedback" not in listed
    (question,) = load_bank(tmp_path).questions
    assert (question.id, question.kind) == ("sky", "single")


def test_an_import_never_replaces_a_file_nor_repeats_an_id(
    tmp_path: Path, lessons: Lessons
) -> None:
    file = tmp_path / "sky.gift"
    file.write_text(GIFT, "utf-8")
    lessons("import", file, "--out", tmp_path / "x.yaml")
    problem = lessons.fails("import", file, "--out", tmp_path / "x.yaml")
    assert "x.yaml already exists: choose another name" in problem
    lessons("import", file, "--out", tmp_path / "y.yaml")
    assert sorted(one.id for one in load_bank(tmp_path).questions) == ["sky", "sky-2"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.gift", "::a:: b {=c ~d\n", "x.gift:1: "),
        ("x.xml", "<quiz>\n<question>\n</quiz>", "x.xml:3: "),
        ("x.json", "[{},\n!", "x.json:2: "),
        ("x.docx", "?", "the name must end in .xml, .gift, .txt, .json"),
        ("x.gift", "::only:: an essay {}", "no question could be read. Skipped 1 question: essay"),
    ],
)
def test_a_file_that_cannot_be_imported_gives_a_line_and_a_reason(
    name: str, content: str, problem: str, tmp_path: Path, lessons: Lessons
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    out = tmp_path / "out.yaml"
    assert problem in lessons.fails("import", tmp_path / name, "--out", out)
    assert not out.exists()


def test_a_text_that_would_be_a_placeholder_stays_text_or_says_why_not(
    tmp_path: Path, lessons: Lessons
) -> None:
    file, out = tmp_path / "shell.gift", tmp_path / "x.yaml"
    text = "::a::Price: $\\{x\\}?{=yes ~no}\n\n::b::[markdown]`$\\{x\\}`{=yes ~no}"
    file.write_text(text, "utf-8")
    assert "skipped 'b' (multiple choice): code with ${…} cannot" in lessons(
        "import", file, "--out", out
    )
    (question,) = load_bank(tmp_path).questions
    assert render(question.stem) == "<p>Price: ${x}?</p>"
