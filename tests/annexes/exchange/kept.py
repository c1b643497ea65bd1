"""What a question must still have after it went through another format."""

from typing import Any

from msgspec import to_builtins

from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question


def assert_kept(question: Question, data: dict[str, Any], *, with_unit: bool = False) -> None:
    """Check the key, the tolerance, every text and all feedback; texts are compared as shown."""
    assert (data["kind"], render(data["stem"])) == (question.kind, render(question.stem))
    if isinstance(question, ChoiceQuestion):
        assert list(data["answer"]) == list(getattr(question, "answer", ()))
        assert _shown(data["options"]) == _shown(to_builtins(question.options))
    elif isinstance(question, NumberQuestion):
        unit = {"unit": ""} if with_unit else {"unit": question.unit}
        assert unit | data["answer"] == to_builtins(question.answer)
        assert _shown(data["feedback"]) == _shown(to_builtins(question.feedback))


def _shown(part: Any) -> Any:
    """Return nested texts as HTML, without the space around them."""
    if isinstance(part, str):
        return render(part)
    if isinstance(part, dict):
        return {key: _shown(value) for key, value in part.items()}
    return [*map(_shown, part)] if isinstance(part, list | tuple) else part
