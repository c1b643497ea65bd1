"""The JSON Schema that editors check quiz files with, made from the types of `question.py`.

`python -m lessons_lib.quiz.schema` writes it again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from lessons_lib.quiz.bank import SCHEMA_NAME, quizzes_folder
from lessons_lib.quiz.check import TEACHING
from lessons_lib.quiz.question import KINDS, Quiz


def make_schema() -> dict[str, Any]:
    """Return the schema of a quiz file."""
    made = msgspec.json.schema(Quiz)
    for definition in made["$defs"].values():
        if definition.get("properties", {}).get("kind", {}).get("enum", [""])[0] in KINDS:
            definition["anyOf"] = _answered_or_survey(definition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quiz bank",
        "description": "Made from lessons_lib/quiz/question.py; do not edit.",
        **made,
    }


def schema_text() -> str:
    """Return the schema as its file holds it."""
    return json.dumps(make_schema(), indent=2, ensure_ascii=False) + "\n"


def schema_is_current(path: Path | None = None) -> bool:
    """Say whether a schema file (the course's own by default) is what the types make."""
    path = quizzes_folder() / SCHEMA_NAME if path is None else path
    return path.is_file() and path.read_text(encoding="utf-8") == schema_text()


def write_schema(path: Path | None = None) -> Path:
    """Write the schema, to the course's quizzes folder by default, and return its path."""
    path = quizzes_folder() / SCHEMA_NAME if path is None else path
    path.write_text(schema_text(), encoding="utf-8", newline="\n")
    return path


def _answered_or_survey(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Only a survey may leave the answer and what teaches it out."""
    feedback = ("feedback",) if "feedback" in definition["properties"] else ()
    survey = {"properties": {"mode": {"const": "survey"}}, "required": ["mode"]}
    return [{"required": ["answer", *feedback, *TEACHING]}, survey]


if __name__ == "__main__":
    sys.stdout.write(f"{write_schema(Path(sys.argv[1]) if sys.argv[1:] else None)}\n")
