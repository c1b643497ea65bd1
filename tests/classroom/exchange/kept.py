"""What a question must still have after it went through another format."""

from __future__ import annotations

from typing import Any

from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question


def assert_kept(question: Question, data: dict[str, Any]) -> None:
    """Check the key, the tolerance, every text and all feedback; texts are compared as shown."""
    texts: list[tuple[str, str]] = [(question.stem, data["stem"])]
    assert data["kind"] == question.kind
    if isinstance(question, ChoiceQuestion):
        assert list(data["answer"]) == list(getattr(question, "answer", ""))
        assert list(data["options"]) == list(question.options)
        for letter, option in question.options.items():
            texts.append((option.text, data["options"][letter]["text"]))
            texts.append((option.feedback, data["options"][letter]["feedback"]))
    elif isinstance(question, NumberQuestion):
        right, about = question.answer, question.feedback
        assert right is not None
        assert about is not None
        assert data["answer"]["value"] == right.value
        assert data["answer"]["tolerance"] == right.tolerance
        texts += [
            (about.right, data["feedback"]["right"]),
            (about.wrong, data["feedback"]["wrong"]),
        ]
        known = data["feedback"]["known"]
        assert [one["value"] for one in known] == [one.value for one in about.known]
        texts += [(o.feedback, n["feedback"]) for o, n in zip(about.known, known, strict=True)]
    assert [render(new) for _, new in texts] == [render(old) for old, _ in texts]
