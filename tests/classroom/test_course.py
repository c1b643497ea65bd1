import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.glossary import glossary
from lessons_lib.classroom.tables.load import CourseFileError

COURSE = Path(__file__).parents[2]
PLAN = course()


def test_each_lesson_on_the_way_to_a_label_has_three_objectives() -> None:
    assert all(len(row.objectives) == 3 for row in PLAN.lessons if "02" <= row.slug < "09")
    assert all(row.objectives for row in PLAN.lessons[1:])


def test_each_stage_has_its_lesson_and_training_is_not_one_of_them() -> None:
    assert all(PLAN.lesson(stage.lesson).stage == stage.slug for stage in PLAN.stages)
    stages = {lesson.stage for lesson in PLAN.lessons if lesson.stage}
    assert stages - {stage.slug for stage in PLAN.stages} == {"training"}


def test_there_are_ten_modes_and_every_notebook_but_the_first_belongs_to_one() -> None:
    assert len({mode.title for mode in PLAN.modes}) == len(PLAN.modes) == 10
    taught = {slug for mode in PLAN.modes for slug in mode.lessons}
    assert taught == {one.slug for one in PLAN.lessons if one.number and not one.is_optional}


def test_a_link_opens_the_first_notebook_at_its_place_and_others_at_their_top() -> None:
    assert PLAN.mode("watch").link() == "09_micro_batching.ipynb#cell-id=try-it-2"
    assert PLAN.mode("pipeline").link() == "02_raw_text.ipynb"
    assert PLAN.mode("pipeline").link("04_embeddings") == "04_embeddings.ipynb"


def test_an_unknown_lesson_or_mode_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'nowhere'. Choose one of .*06_batch_inference, "):
        PLAN.lesson("nowhere")
    with pytest.raises(ValueError, match=r"mode 'nap'. Choose one of concept, pipeline, .*, test"):
        PLAN.mode("nap")


def broken(folder: Path, name: str, old: str, new: str) -> str:
    """Return the error for a table with one edit."""
    tables: dict[str, tuple[str, Callable[[Path], object]]] = {
        "course": ("notebooks/source", course),
        "glossary": ("quizzes", glossary),
    }
    place, load = tables[name]
    text = (COURSE / place / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CourseFileError) as caught:
        load(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("slug: 01_concept", "slug: concept", r"yaml:24: lessons\[3\].slug must be .*'concept'"),
        ("minutes: 20", "minutes: twelve", r"lessons\[3\].minutes must be an integer.*'twelve'"),
        ("minutes: 20", "minuts: 20", r"\[3\].minuts is not a known key.* Did you mean 'minutes'"),
        ("slug: 02_raw_text", "slug: 01_concept", r"'01_concept' is already used by lessons\[3\]"),
        ("slug: weigh-the-modes", "slug: follow-the-pipeline", "objective .* is already used"),
        ("slug: 14_code_along", "slug: 14_code_long", "'14_code_along' is not in the course. Did"),
        ("slug: embedding", "slug: preprocessing", r"'preprocessing' is .* used by stages\[2\]"),
        ("    lesson: 02_raw_text", "    lesson: 02_raw", "'02_raw' is not in the course. Did you"),
        ("number: 2", "number: 3", "number must be 2, got 3"),
        ("counted: tasks", "counted: task", "must be one of questions, tasks, .* Did you mean"),
        ("mode: trace", "mode: tracer", "'tracer' is not in the course. Did you mean 'trace'"),
        (", do ten type]", "]", "'do ten type' has no proposal: add it"),
        ("do ten type]", "do ten read]", "'do ten read' already has a proposal"),
        ("mode: [2, 4]", "mode: [5, 4]", r"subjects must be pairs of .*, 10 in all, got 11 to"),
        ("mode: [1, 2]", "mode: [6, 6]", r"subjects must be .*, 5 in all, got 7 to 12"),
        ("about: weigh", "about: weight", r"'weight' is not in the course. Did you mean"),
        ("notebook: 12_test", "notebook: 12_tests", "'12_tests' is not in the course. Did you"),
        ("lesson: 10_latency_", "lesson: 10_letency_", r"Did you mean '10_latency_and_throughput'"),
        ("strong_from: 8", "strong_from: 80", "≤ strong_from ≤ 10, .* got 5 and 80"),
        ("easy: 4", "simple: 4", "must be one of easy, medium, hard, got .*'simple'"),
        ("modes:\n", "modes: [\n", "course.yaml:.*: the file is not valid YAML"),
    ],
)
def test_a_fault_in_the_plan_is_named_with_its_place_and_what_to_do(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert re.search(message, broken(tmp_path, "course", old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: logit", "name: softmax", r"'softmax' is already used by terms\[\d+\]"),
        ("lesson: 01_concept", "lesson: 01_concepts", "Did you mean '01_concept'"),
    ],
)
def test_a_fault_in_the_glossary_is_named_with_its_place_and_what_to_do(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert re.search(message, broken(tmp_path, "glossary", old, new))


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseFileError, match=r"course\.yaml:1: the file cannot be read: No such"):
        course(tmp_path)


def test_the_table_in_the_readme_has_each_notebooks_minutes_and_questions() -> None:
    readme = (COURSE / "README.md").read_text(encoding="utf-8")
    times = dict(re.findall(r"^\| \[.+\]\(notebooks/(.+)\.ipynb\) \| (.+?) \|", readme, re.M))
    lengths = {
        path.stem: nbformat.read(path, as_version=4).cells[0].source.split("\n\n")[1]
        for path in (COURSE / "notebooks").glob("*.ipynb")
    }
    lengths = {slug: line.partition(" · ")[0] for slug, line in lengths.items()}
    lengths["00_start_here"] = f"{PLAN.lessons[0].minutes} min"  # its page begins with the idea
    assert times == lengths
    minutes = sum(int(line.split()[0]) for slug, line in lengths.items() if "01" <= slug < "11")
    assert "01 to 10 take about 3 hours" in readme
    assert 2.9 <= minutes / 60 <= 3.2
