"""The JSON schema that editors use."""

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from lessons_lib.annexes.authoring.schema import make_schema, schema_text

SCHEMA = Path(__file__).parents[3] / "quizzes" / "question.schema.json"


@pytest.fixture
def quiz(sample_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(sample_path.read_text(encoding="utf-8"))
    return loaded


def faults(quiz: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(make_schema())
    return [error.message for error in validator.iter_errors(quiz)]


def test_the_schema_file_is_what_the_types_make() -> None:
    current = SCHEMA.read_text(encoding="utf-8") == schema_text()
    assert current, "run python -m lessons_lib.annexes.authoring.schema"


def test_a_valid_file_fits_the_schema(quiz: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(make_schema())
    assert faults(quiz) == []


@pytest.mark.parametrize("key", ["id", "kind", "answer", "hints", "solution", "objective", "stem"])
def test_a_question_without_one_of_its_keys_does_not_fit(quiz: dict[str, Any], key: str) -> None:
    del quiz["questions"][0][key]
    assert faults(quiz)


def test_an_unknown_key_does_not_fit(quiz: dict[str, Any]) -> None:
    quiz["questions"][0]["extra"] = 1
    assert faults(quiz)


def test_only_a_survey_may_omit_the_answer(quiz: dict[str, Any]) -> None:
    del quiz["questions"][3]["mode"]
    assert faults(quiz)


def test_the_schema_describes_each_key() -> None:
    properties = make_schema()["$defs"]["SingleQuestion"]["properties"]
    assert properties["revision"]["description"] == "Increase it when the meaning changes."
