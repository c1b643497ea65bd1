"""Quiz files combined into a bank; a broken one affects no other."""

import shutil
from pathlib import Path

import pytest

from lessons_lib.classroom.quiz.bank import QUIZZES_VARIABLE, QuizBank, load_bank, quizzes_folder
from lessons_lib.classroom.tables.problems import Problem, QuizBankError


def copied(sample_path: Path, folder: Path, name: str, ending: str = "-2") -> Path:
    """Copy the sample under another name, each id with an ending."""
    text = sample_path.read_text(encoding="utf-8").replace("quiz: 01_sample", f"quiz: {name}")
    lines = [f"{line}{ending}" if "- id: " in line else line for line in text.splitlines()]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def problems(bank: QuizBank) -> list[Problem]:
    return [one for found in bank.broken.values() for one in found]


@pytest.fixture
def folder(tmp_path: Path, sample_path: Path) -> Path:
    copied(sample_path, tmp_path, "06_batch_inference")
    shutil.copy(sample_path, tmp_path)
    return tmp_path


def test_a_folder_becomes_a_bank_sorted_by_name(folder: Path) -> None:
    bank = load_bank(folder)
    assert [quiz.name for quiz in bank.quizzes] == ["01_sample", "06_batch_inference"]
    assert len(bank.questions) == 8
    assert bank.broken == {}
    assert bank.quiz("06_batch_inference") == bank.quiz("06") == bank.quizzes[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("0", "'0' matches more than one quiz: choose one of 01_sample, 06_batch_inference."),
        ("", "'' is not a quiz"),
        ("07", "'07' is not a quiz: choose one of 01_sample, 06_batch_inference."),
        ("06_batch_inferense", "Did you mean '06_batch_inference'?"),
    ],
)
def test_an_unknown_name_is_rejected_with_known_ones(folder: Path, name: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        load_bank(folder).quiz(name)
    assert words in str(caught.value)


def test_a_question_is_found_by_its_id_and_an_objective_by_its_first_quiz(folder: Path) -> None:
    bank = load_bank(folder)
    assert bank.question("count-the-passes-2").id == "count-the-passes-2"
    assert bank.quiz_of("count-the-passes-2").name == "06_batch_inference"
    assert "count-the-passes" in bank
    assert "count-the-pases" not in bank
    with pytest.raises(ValueError, match="Did you mean 'count-the-passes'"):
        bank.question("count-the-pases")
    assert bank.lesson_on("choose-a-mode") == "01_sample"
    assert bank.lesson_on("fly") is None


def test_a_retired_question_is_found_by_its_id_and_never_asked(folder: Path) -> None:
    copied(folder / "01_sample.yaml", folder, "retired", "-3")
    bank = load_bank(folder)
    assert bank.question("count-the-passes-3").id == "count-the-passes-3"
    assert "count-the-passes-3" not in {one.id for one in bank.questions}
    assert "retired" not in {quiz.name for quiz in bank.quizzes}


def test_a_broken_file_does_not_affect_the_others(folder: Path) -> None:
    (folder / "01_sample.yaml").write_text("quiz: [", encoding="utf-8")
    bank = load_bank(folder)
    assert bank.quiz("06").name == "06_batch_inference"
    assert [one.file for one in problems(bank)] == ["01_sample.yaml"]
    with pytest.raises(QuizBankError, match=r"01_sample\.yaml:1: the file is not valid YAML"):
        bank.quiz("01")


def test_a_table_that_is_not_a_bank_is_ignored(folder: Path) -> None:
    (folder / "glossary.yaml").write_text("terms:\n  - {name: batch}\n", encoding="utf-8")
    bank = load_bank(folder)
    assert ([quiz.name for quiz in bank.quizzes][-1], bank.broken) == ("06_batch_inference", {})


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("quiz: 01", "quizz: 01", "Did you mean 'quiz'?"),
        ("A batch carries", "\\0zzz\\0 A batch carries", "U+0000 is not allowed"),
        ("", "quizz: 01_sample\nquestionz: []\n", "quizz is not a known key: delete it. Did you"),
    ],
)
def test_a_bank_with_misspelled_keys_or_control_characters_is_broken_and_not_ignored(
    folder: Path, old: str, new: str, words: str
) -> None:
    path = folder / "01_sample.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new) if old else new, "utf-8")
    bank = load_bank(folder)
    assert [quiz.name for quiz in bank.quizzes] == ["06_batch_inference"]
    assert words in str(problems(bank)[0])


def test_an_id_of_another_file_is_reported_with_its_line(folder: Path, sample_path: Path) -> None:
    path = copied(sample_path, folder, "07_twin")
    bank = load_bank(folder)
    assert [quiz.name for quiz in bank.quizzes] == ["01_sample", "06_batch_inference"]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [one.line for one in problems(bank)] == [
        number for number, line in enumerate(lines, 1) if "- id: " in line
    ]
    message = "id 'choose-mode-for-archive-2' is already used in 06_batch_inference.yaml"
    assert message in str(problems(bank)[0])


def test_a_changed_file_is_read_again_and_an_unchanged_bank_is_not(folder: Path) -> None:
    bank = load_bank(folder)
    assert load_bank(folder) is bank
    path = next(folder.glob("*.yaml"))
    path.write_text(path.read_text("utf-8") + "\nbroken: [", "utf-8")
    assert path.stem in load_bank(folder).broken


def test_a_file_that_ends_in_yml_is_reported(folder: Path) -> None:
    (folder / "08_short.yml").write_text("quiz: 08_short", encoding="utf-8")
    assert "rename this one to 08_short.yaml" in str(problems(load_bank(folder))[-1])


def test_an_empty_or_missing_folder_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(QuizBankError, match=r"no file in .* is a quiz"):
        load_bank(tmp_path)
    with pytest.raises(QuizBankError, match="cannot be read"):
        load_bank(tmp_path / "none")


def test_the_folder_can_be_set_by_a_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUIZZES_VARIABLE, str(folder))
    assert quizzes_folder() == folder
    assert load_bank() == load_bank(folder)
    monkeypatch.delenv(QUIZZES_VARIABLE)
    assert (quizzes_folder() / "question.schema.json").is_file()
