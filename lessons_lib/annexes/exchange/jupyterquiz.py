"""The JSON of jupyterquiz: write a bank, and read what others wrote.

jupyterquiz puts texts into the page as HTML, after it turned dollar signs into formulas and
brackets into links. Its ranges exclude their upper end.
"""

import json
import re
from collections.abc import Iterator
from itertools import count
from math import floor, inf, log10, nextafter
from typing import Any

from lessons_lib.annexes.exchange import foreign
from lessons_lib.annexes.exchange.items import Item, KeyAnswer, items_of, span
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import render

_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s\"<>]*)\)")
_TYPES = {"single": "multiple_choice", "several": "many_choice", "number": "numeric"}


def write(bank: QuizBank) -> bytes:
    """Return a bank as a list of questions, in ASCII: readers may use another encoding."""
    return json.dumps([_written(item) for item in items_of(bank)], indent=1).encode()


def _written(item: Item) -> dict[str, Any]:
    kind, stem = _TYPES[item.question.kind], _html(item.question.stem)
    answers = [
        _key(one) | {"correct": one.share > 0, "feedback": _html(one.feedback)}
        for one in item.answers
    ]
    return {"id": item.id, "type": kind, "question": stem, "answers": answers}


def _key(answer: KeyAnswer) -> dict[str, Any]:
    if answer.value is None:
        return {"answer": _html(answer.text)} if answer.text else {"type": "default"}
    if not answer.tolerance:
        return {"type": "value", "value": answer.value}
    sides = (-answer.tolerance, answer.tolerance)
    low, high = (float(f"{answer.value + side:.15g}") for side in sides)
    return {"type": "range", "range": [low, nextafter(high, inf)]}


def _html(text: str) -> str:
    return render(text).replace("$", "&#36;").replace("[", "&#91;")


def read(content: bytes) -> Iterator[foreign.Found]:
    """Yield each question; `ForeignFileError` unless the file is a list of questions in JSON."""
    text = foreign.decoded(content)
    try:
        questions = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise foreign.ForeignFileError(line, f"the file is not valid JSON: {error}.") from None
    if not isinstance(questions, list):
        raise foreign.ForeignFileError(1, "expected a list of questions in brackets, [ ].")
    decode, line, start, end = json.JSONDecoder().raw_decode, 1, 0, text.find("[") + 1
    for question in questions:
        before, start = start, next(one for one in count(end) if text[one] not in ", \t\r\n")
        line += text.count("\n", before, start)
        _, end = decode(text, start)
        yield _found(line, question)


def _found(line: int, data: Any) -> foreign.Found:
    kind = str(data.get("type")) if isinstance(data, dict) else type(data).__name__
    if kind not in _TYPES.values():
        return foreign.Found(line, "", kind, {}, foreign.NOT_IMPORTED)
    try:
        stem = foreign.markdown_of(_page(data, "question", "code"))
        fields, note = foreign.fields_of(*_answers(data), foreign.markdown_of)
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError) as error:
        why_not = f"it is not as jupyterquiz has it ({error})"
        return foreign.Found(line, str(data.get("question"))[:80], kind, {}, why_not)
    fields |= foreign.texts_of(str(data.get("id", "")), stem)
    note = (note + foreign.lost_media(str(data))).strip()
    return foreign.Found(line, stem.partition("\n")[0][:80], kind, fields, note)


def _answers(data: dict[str, Any]) -> tuple[str, list[KeyAnswer]]:
    """Return our kind and the answers; several right ones make any choice a `many_choice`."""
    rows = [(one, str(one.get("correct")).lower() == "true") for one in data.get("answers", ())]
    if data["type"] == "numeric":
        return "number", [_number(one, right, int(data.get("precision", 0))) for one, right in rows]
    most = sum(right for _, right in rows)
    is_single = data["type"] == "multiple_choice" and most <= 1
    shares = (0 if is_single else -100 / max(most, 1), 100 / max(most, 1))
    answers = [
        KeyAnswer(shares[right], _page(one, "feedback"), _page(one, "answer", "code"))
        for one, right in rows
    ]
    return "single" if is_single else "several", answers


def _page(data: dict[str, Any], key: str, code: str = "") -> str:
    """Return a text, and the code below it, as the HTML that is shown."""
    block = f"<pre><code>{data[code]}</code></pre>" if data.get(code) else ""
    return _LINK.sub(r'<a href="\2">\1</a>', str(data.get(key, ""))) + block


def _number(answer: dict[str, Any], is_right: bool, precision: int) -> KeyAnswer:
    """Return a number with its tolerance; `precision` is how many of its digits are compared."""
    value, tolerance = None, 0.0
    if "range" in answer:
        low, high = answer["range"]
        value, tolerance = span(float(low), float(high))
    elif "value" in answer:
        value = float(answer["value"])
        if precision > 0 and value:
            tolerance = float(f"5e{floor(log10(abs(value))) - precision}")
            value = float(f"{value:.{precision}g}")
    return KeyAnswer(100 * is_right, _page(answer, "feedback"), "", value, tolerance)
