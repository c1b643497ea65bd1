"""Moodle XML: written so that Moodle grades as we do, and read.

The format: https://docs.moodle.org/en/Moodle_XML_format. Of the answers to a numerical question,
the first that matches counts; `*` matches any number.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby
from string import ascii_uppercase
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lessons_lib.exchange.foreign import ForeignFileError, Found, decoded, markdown_of, slug_of
from lessons_lib.exchange.items import Item, explanation, items_of
from lessons_lib.quiz.bank import QuizBank
from lessons_lib.quiz.grading import ResponseError, parse_number
from lessons_lib.quiz.markdown import render

_TOP = "$course$/top/Batch or real-time?"
_PENALTY = "0.3333333"  # Moodle's own default for a second try
_UNIT_IS_OPTIONAL, _NO_UNIT = "0", "3"
_OWN_ID = re.compile(r"([a-z0-9-]+)\.r[0-9]+(?:\.v0|\.v([0-9]+))")
_LABEL = re.compile(
    r"(difficulty(?=:easy|:medium|:hard)|objective|stage):([a-z0-9](?:-?[a-z0-9])*)"
)
_MEDIA = re.compile(r"@@PLUGINFILE@@|<(?:audio|embed|iframe|img|object|video)\b")


def write(bank: QuizBank) -> bytes:
    """Return the questions of a bank as Moodle XML, one category per quiz."""
    root = Element("quiz")
    for title, items in groupby(items_of(bank), lambda item: item.quiz.title):
        category = SubElement(SubElement(root, "question", type="category"), "category")
        _put(category, text=f"{_TOP}/{title.replace('/', '//')}")
        for item in items:
            _put_question(root, item)
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True))


def _put(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _put_html(parent: Element, tag: str, markdown: str, **attributes: str) -> Element:
    made = SubElement(parent, tag, attributes, format="html")
    _put(made, text=render(markdown))
    return made


def _put_question(root: Element, item: Item) -> None:
    question, is_number = item.question, item.question.kind == "number"
    made = SubElement(root, "question", type="numerical" if is_number else "multichoice")
    _put(SubElement(made, "name"), text=_own_id(item.id))
    _put_html(made, "questiontext", question.stem)
    _put_html(made, "generalfeedback", explanation(question))
    _put(made, penalty=_PENALTY, idnumber=item.id)
    (_put_numbers if is_number else _put_options)(made, question)
    for hint in question.hints:
        _put_html(made, "hint", hint)
    tags = SubElement(made, "tags")
    labels = (f"{name}:{getattr(question, name)}" for name in ("difficulty", "objective", "stage"))
    for tag in (*labels, *question.tags):
        _put(SubElement(tags, "tag"), text=tag)


def _put_options(made: Element, question: Any) -> None:
    is_single = question.kind == "single"
    share = f"{100 / len(question.answer):.7g}"  # for up to ten, a fraction of Moodle's own list
    _put(made, single=str(is_single).lower(), shuffleanswers="true", answernumbering="ABCD")
    for letter, option in question.options.items():
        fraction = share if letter in question.answer else "0" if is_single else f"-{share}"
        answer = _put_html(made, "answer", option.text, fraction=fraction)
        _put_html(answer, "feedback", option.feedback)


def _put_numbers(made: Element, question: Any) -> None:
    answer, feedback = question.answer, question.feedback
    known = [("0", one.value, one.feedback) for one in feedback.known]
    for row in (("100", answer.value, feedback.right), *known, ("0", "*", feedback.wrong)):
        fraction, value, about = row
        one = SubElement(made, "answer", fraction=fraction)
        _put(one, text=str(value).removesuffix(".0"), tolerance=str(answer.tolerance))
        _put_html(one, "feedback", about)
    if answer.unit:
        unit = SubElement(SubElement(made, "units"), "unit")
        _put(unit, multiplier="1", unit_name=answer.unit)
    _put(made, unitgradingtype="0", showunits=_UNIT_IS_OPTIONAL if answer.unit else _NO_UNIT)


def _own_id(idnumber: str) -> str:
    """Return our id from an item's, with the number of its variant, or nothing if not ours."""
    own = _OWN_ID.fullmatch(idnumber)
    return "-v".join(filter(None, own.groups())) if own else ""


def read(content: bytes) -> Iterator[Found]:
    """Yield the questions of a Moodle XML file, categories aside.

    Raises
    ------
    ForeignFileError
        If it is not well-formed, has a DTD, or is another kind of file.
    """
    for question in _parsed(content).iterfind("question"):
        kind, notes = question.get("type", "?"), list[str]()
        if kind != "category":
            try:
                data = _question(question, kind, notes)
            except (ValueError, RecursionError) as error:
                data, notes = {}, [str(error)]
            line, name = int(question.attrib["line"]), _text(question.find("name"))
            yield Found(line, name, kind, data, "; ".join(notes))


def _parsed(content: bytes) -> Element:
    """Return the root; each element has its line as an attribute."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    parser = DefusedXMLParser(forbid_dtd=True)
    expat, start = parser.parser, parser.parser.StartElementHandler
    expat.StartElementHandler = lambda tag, attributes: start(
        tag, [*attributes, "line", str(expat.CurrentLineNumber)]
    )
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException:
        line, reason = expat.CurrentLineNumber, "a DTD and entities are not allowed"
    except ParseError as error:
        decoded(content)
        line, reason = error.position[0], str(error).partition(":")[0]
    else:
        if root.tag == "quiz":
            return root
        line, reason = int(root.attrib["line"]), f"expected <quiz>, got <{root.tag}>"
    raise ForeignFileError(line, f"this is not Moodle XML ({reason}): export the questions again.")


def _question(question: Element, kind: str, notes: list[str]) -> dict[str, Any]:
    """Return what our format has of a question, or raise `ValueError` with why it is skipped."""
    if kind not in ("multichoice", "numerical", "truefalse"):
        raise ValueError(f"{kind} has no counterpart here")
    stem = question.find("questiontext")
    style = stem.get("format", "html") if stem is not None else "html"
    solution = _markdown(question.find("generalfeedback"), style)
    tags = [_text(tag) for tag in question.iterfind("tags/tag")]
    if question.findtext("image") or _MEDIA.search("".join(question.itertext())):
        notes.append("files and images are not kept")
    return {
        "id": _own_id(question.findtext("idnumber", "")),
        "stem": _markdown(stem, style),
        "hints": [*filter(None, (_markdown(one, style) for one in question.iterfind("hint")))],
        "solution": [{"title": "Solution", "text": solution}] if solution else [],
        "tags": [*filter(None, dict.fromkeys(slug_of(t) for t in tags if not _LABEL.fullmatch(t)))],
        **{label[1]: label[2] for label in map(_LABEL.fullmatch, tags) if label},
        **(_number if kind == "numerical" else _choice)(question, style, notes),
    }


def _choice(question: Element, style: str, notes: list[str]) -> dict[str, Any]:
    answers = dict(zip(ascii_uppercase, question.iterfind("answer"), strict=False))
    is_single = question.findtext("single", "1").strip() in ("1", "true")  # truefalse has none
    right = [letter for letter, one in answers.items() if _credit(one) > 99 * is_single]
    if not right or (is_single and len(right) > 1):
        raise ValueError(f"{len(right)} options are worth {'100' if is_single else 'over 0'} %")
    share = 100 / len(right)
    loss = 0 if is_single else -share
    for credit in dict.fromkeys(map(_credit, answers.values())):
        if min(abs(credit - share), abs(credit - loss)) > 0.01:
            notes.append(f"the credit of {credit:g} % is not kept")
    options = {
        letter: {"text": _markdown(one, style), "feedback": _markdown(one.find("feedback"), style)}
        for letter, one in answers.items()
    }
    if question.get("type") == "truefalse":
        for option in options.values():
            option["text"] = option["text"].capitalize()
    kind, answer = ("single", right[0]) if is_single else ("several", right)
    return {"kind": kind, "options": options, "answer": answer}


def _number(question: Element, style: str, notes: list[str]) -> dict[str, Any]:
    rows = [
        (_text(one) or "*", _credit(one), _value(one.findtext("tolerance") or "0"), about)
        for one in question.iterfind("answer")
        for about in [_markdown(one.find("feedback"), style)]
    ]
    right = [row for row in rows if row[1] > 99]
    if len(right) != 1:
        raise ValueError(f"{len(right)} numbers are worth 100 %, and one must be")
    value, tolerance = _value(right[0][0]), right[0][2]
    feedback: dict[str, Any] = {"right": right[0][3], "wrong": "", "known": []}
    taken = [value]
    for text, credit, allowed, about in (row for row in rows if row is not right[0]):
        is_alike = about and not credit and allowed == tolerance
        if text == "*" and not credit:
            feedback["wrong"] = feedback["wrong"] or about
        elif is_alike and all(abs(_value(text) - one) > tolerance for one in taken):
            taken.append(_value(text))
            feedback["known"].append({"value": taken[-1], "feedback": about})
        else:
            notes.append(f"the answer {text} ({credit:g} %, ± {allowed:g}) is not kept")
    units = {
        one.findtext("unit_name", ""): one.findtext("multiplier", "1")
        for one in question.iterfind("units/unit")
    }
    base = [name for name, factor in units.items() if _value(factor) == 1][:1]
    notes += [f"the unit {name} is not kept" for name in units if [name] != base]
    answer = {"value": value, "tolerance": tolerance} | ({"unit": base[0]} if base else {})
    about_numbers = {name: about for name, about in feedback.items() if about}
    return {"kind": "number", "answer": answer, "feedback": about_numbers}


def _credit(answer: Element) -> float:
    return float(answer.get("fraction") or 0)


def _value(text: str) -> float:
    """Return a number; a comma may separate decimals or, as in Moodle, thousands."""
    try:
        return parse_number(text)
    except ResponseError:
        return parse_number(text.replace(",", "."))


def _text(element: Element | None) -> str:
    """Return an element's text; in old files, that of an answer has no `<text>` around it."""
    if element is None:
        return ""
    inner = element.find("text")
    return "".join([element.text or ""] if inner is None else inner.itertext()).strip()


def _markdown(element: Element | None, style: str) -> str:
    """Return a text as Markdown from its own format or, if it names none, the question's."""
    style, text = style if element is None else element.get("format", style), _text(element)
    if style == "markdown":
        return text
    if style == "plain_text":
        text = html.escape(text)
    if style != "html":  # Moodle shows the lines of plain_text and moodle_auto_format
        text = re.sub(r"(?<!>)\n(?!<)", "<br>\n", text)
    return markdown_of(text)
