"""The JSON Schema with which editors check quiz files, generated from the types in `question.py`.

`python -m lessons_lib.annexes.authoring.schema` regenerates it.
"""

import json
import re
from inspect import cleandoc
from typing import Any

import msgspec

from lessons_lib.classroom.quiz import question as source
from lessons_lib.classroom.quiz.bank import quizzes_folder
from lessons_lib.classroom.quiz.check import TEACHING
from lessons_lib.classroom.quiz.question import QUESTION_KINDS, Quiz

_FIELD = re.compile(r"^(\w+) : .*\n((?: {4}.*\n?)+)", re.MULTILINE)


def make_schema() -> dict[str, Any]:
    """Return the schema of a quiz file."""
    made = msgspec.json.schema(Quiz)
    for definition in made["$defs"].values():
        _describe(definition)
        for one in definition.get("properties", {}).values():
            if "enum" in one.get("propertyNames", {}):  # msgspec writes them from 0.23 on
                del one["propertyNames"]
        if definition.get("properties", {}).get("kind", {}).get("enum", [""])[0] in QUESTION_KINDS:
            definition["anyOf"] = _answered_or_survey(definition)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A quiz bank",
        "description": "Generated from lessons_lib/classroom/quiz/question.py; do not edit.",
        **made,
    }


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(make_schema(), indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any]) -> None:
    """Describe a type and its keys by the docstrings in `question.py`."""
    kind, keys = getattr(source, definition["title"]), definition["properties"]
    own = [one for one in kind.__mro__ if one.__module__ == source.__name__]
    definition["description"] = definition["description"].partition("\n\nAttributes\n")[0]
    names = {one.name: one.encode_name for one in msgspec.structs.fields(kind)}
    for name, about in _FIELD.findall("\n".join(cleandoc(one.__doc__) for one in own)):
        keys[names[name]] = {"description": " ".join(about.split())} | keys[names[name]]


def _answered_or_survey(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the condition that only a survey may omit the answer and the teaching texts."""
    feedback = ("feedback",) if "feedback" in definition["properties"] else ()
    survey = {"properties": {"mode": {"const": "survey"}}, "required": ["mode"]}
    return [{"required": ["answer", *feedback, *TEACHING]}, survey]


if __name__ == "__main__":
    path = quizzes_folder() / "question.schema.json"
    path.write_text(schema_text(), encoding="utf-8", newline="\n")
