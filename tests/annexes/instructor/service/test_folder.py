"""The folder of a class: all that is wrong with its plan and its questions, with lines."""

import re
from pathlib import Path

import pytest
import yaml

from lessons_lib.annexes.instructor.service.plan import load_class, read_class
from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.tables.problems import QuizBankError
from tests.annexes.instructor.service.test_plan import PLAN

QUESTION = """\
  - id: how-many-passes
    revision: 1
    kind: single
    difficulty: easy
    objective: {objective}
    stage: batch
    stem: "How many passes do thirty texts need in batches of ten?"
    options:
      A: {{text: "Three", feedback: "Thirty texts are three times ten."}}
      B: {{text: "Thirty", feedback: "That would be a pass for each text."}}
    answer: A
    hints: ["Divide."]
    solution: [{{title: Divide, text: "30 / 10 = 3"}}]
    final_answer: "Three."
    quick_check: "3 × 10 = 30"
    common_mistakes: ["Counting texts instead of passes."]
"""
BANK = (course_folder() / "quizzes" / "06_batch_inference.yaml").read_text(encoding="utf-8")
ASKED = yaml.safe_load(BANK)["questions"]  # by the course


def written(folder: Path, **changes: str) -> Path:
    """Write a class with two quizzes, in which some texts are replaced."""
    for number, name in enumerate(("week_1", "week_2"), start=1):
        text = QUESTION.format(objective=ASKED[0]["objective"])
        text = text.replace("passes", f"passes-{number}", 1)
        text = text.replace("thirty", "thirty" if number == 1 else "twenty")
        text = f"quiz: {name}\ntitle: Week {number}\nquestions:\n{text}"
        for old, new in changes.items() if number == 1 else ():
            assert old in text
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return folder


def problems_in(folder: Path) -> list[str]:
    with pytest.raises(QuizBankError) as raised:
        load_class(folder)
    return [str(one) for one in raised.value.problems]


def test_a_class_has_the_quizzes_of_its_plan(tmp_path: Path) -> None:
    found = load_class(written(tmp_path))
    assert list(found.quizzes) == [one.quiz for one in found.plan.graded]


def test_a_question_of_the_course_cannot_count(tmp_path: Path) -> None:
    (problem,) = problems_in(written(tmp_path, **{"how-many-passes-1": ASKED[0]["id"]}))
    assert problem.startswith("week_1.yaml:4:")
    assert "in every kernel" in problem


def test_the_same_question_with_another_id_is_found_by_its_words(tmp_path: Path) -> None:
    one = next(one for one in ASKED if one["kind"] == "single")
    other = one | {"id": "another-id", "stem": one["stem"].upper().replace(" ", "  ")}
    quiz = {"quiz": "week_1", "title": "Week 1", "questions": [other]}
    written(tmp_path)
    text = yaml.safe_dump(quiz, sort_keys=False, allow_unicode=True, width=10_000)
    (tmp_path / "week_1.yaml").write_text(text, encoding="utf-8")
    assert any("in every kernel" in problem for problem in problems_in(tmp_path))


def test_a_question_without_a_key_cannot_count(tmp_path: Path) -> None:
    survey = {"    answer: A\n": "    mode: survey\n"}
    folder = written(tmp_path, **survey)
    lines = (folder / "week_1.yaml").read_text(encoding="utf-8").splitlines()
    kept = [one for one in lines if not re.match(r"    (hints|solution|final|quick|common)", one)]
    text = re.sub(', feedback: "[^"]*"', "", "\n".join(kept))
    (folder / "week_1.yaml").write_text(text, encoding="utf-8")
    (problem,) = problems_in(folder)
    assert "needs a key" in problem


def test_a_quiz_of_the_plan_needs_a_file(tmp_path: Path) -> None:
    (written(tmp_path) / "week_2.yaml").unlink()
    (problem,) = problems_in(tmp_path)
    assert problem.startswith("plan.yaml:12:")
    assert "week_2.yaml" in problem


def test_faults_of_plan_and_questions_are_listed_together(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"answer: A": "answer: C"})
    (folder / "plan.yaml").write_text(PLAN.replace("Europe/Vienna", "Mars"), encoding="utf-8")
    assert {one.split(":")[0] for one in problems_in(folder)} == {"plan.yaml", "week_1.yaml"}


def test_a_survey_with_a_key_cannot_count(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"title: Week 1": "title: Week 1\nmode: survey"})
    assert any("survey" in one for one in problems_in(folder))


def test_a_fault_in_one_file_leaves_the_plan_and_the_other_quizzes(tmp_path: Path) -> None:
    folder = written(tmp_path, **{"answer: A": "answer: C"})
    (folder / "week_3.yaml").write_text("quiz: week_3", encoding="utf-8")  # a draft
    found, problems = read_class(folder)
    assert found
    assert list(found.quizzes) == ["week_2"]
    assert {Path(one.file).name for one in problems} == {"week_1.yaml", "week_3.yaml"}


def test_what_an_editor_hides_is_no_quiz(tmp_path: Path) -> None:
    (written(tmp_path) / ".#plan.yaml").symlink_to("nobody@nowhere.1")
    (tmp_path / "._week_1.yaml").write_bytes(b"\0\5\26\7")
    assert list(load_class(tmp_path).quizzes) == ["week_1", "week_2"]
