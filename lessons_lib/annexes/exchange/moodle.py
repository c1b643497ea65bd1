"""Moodle XML: written so that Moodle grades as we do, and read.

The format: https://docs.moodle.org/en/Moodle_XML_format. Of the answers to a numerical question,
the first that matches counts; `*` matches any number.
"""

import html
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lessons_lib.annexes.exchange import foreign
from lessons_lib.annexes.exchange.items import Item, KeyAnswer, digits, items_of, labels_of
from lessons_lib.classroom.course import course
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.grading import ResponseError, parse_number
from lessons_lib.classroom.quiz.markdown import render


def write(bank: QuizBank) -> bytes:
    """Return the questions of a bank as Moodle XML, with a category for each quiz.

    Inside it, a question with variants has a category of its own, so that a random question from
    there is one of its variants.
    """
    root = Element("quiz")
    for path, items in groupby(items_of(bank), _category):
        category = SubElement(SubElement(root, "question", type="category"), "category")
        _put(category, text=f"$course$/top/{course().title}/{path}")
        for item in items:
            _put_question(root, item)
    indent(root)
    return re.sub(b"[^<>]*&[^<>]*", _as_cdata, tostring(root, "UTF-8", xml_declaration=True))


def _as_cdata(text: re.Match[bytes]) -> bytes:
    """Return a text as Moodle writes it: between `&gt;` and `&lt;`, its reader drops spaces."""
    plain = html.unescape(text[0].decode()).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{plain}]]>".encode()


def _category(item: Item) -> str:
    title = item.quiz.title.replace("/", "//")
    return title if item.id.endswith(".v0") else f"{title}/{item.question.id}"


def _put(parent: Element, **texts: str) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag).text = text


def _put_html(parent: Element, tag: str, markdown: str, **attributes: str) -> Element:
    made = SubElement(parent, tag, attributes, format="html")
    _put(made, text=render(markdown))
    return made


def _put_question(root: Element, item: Item) -> None:
    question: Any = item.question
    is_number = question.kind == "number"
    made = SubElement(root, "question", type="numerical" if is_number else "multichoice")
    _put(SubElement(made, "name"), text=foreign.slug_of(foreign.own_id(item.id)))
    _put_html(made, "questiontext", question.stem)
    _put_html(made, "generalfeedback", item.explanation)
    _put(made, idnumber=item.id)
    for one in item.answers:  # a fraction must be of Moodle's own list, like 33.33333
        answer = _put_html(made, "answer", one.text, fraction=f"{one.share:.7g}")
        _put_html(answer, "feedback", one.feedback)
        if is_number:
            answer[0].text = "*" if one.value is None else digits(one.value)
            _put(answer, tolerance=digits(one.tolerance))
    if is_number:
        if unit := question.answer.unit:
            _put(SubElement(SubElement(made, "units"), "unit"), multiplier="1", unit_name=unit)
        _put(made, unitgradingtype="0", showunits="0" if unit else "3")  # optional, or none
    else:
        is_single = str(question.kind == "single").lower()
        _put(made, single=is_single, shuffleanswers="true", answernumbering="ABCD")
    for hint in question.hints:
        _put_html(made, "hint", hint)
    tags = SubElement(made, "tags")
    for tag in (*labels_of(question), *question.tags):
        _put(SubElement(tags, "tag"), text=tag)


def read(content: bytes) -> Iterator[foreign.Found]:
    """Yield the questions of a Moodle XML file, categories aside.

    Raises
    ------
    ForeignFileError
        If it is not well-formed, has a DTD, or is another kind of file.
    """
    for question in _parsed(content).iterfind("question"):
        if (kind := question.get("type", "?")) != "category":
            try:
                found = _question(question, kind)
            except (ValueError, RecursionError) as error:
                found = {}, str(error)
            yield foreign.Found(
                int(question.attrib["line"]), _text(question.find("name")), kind, *found
            )


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
    except (ParseError, LookupError, ValueError) as error:  # the last two about encodings
        foreign.decoded(content)
        line, reason = expat.CurrentLineNumber, str(error).partition(":")[0]
    else:
        if root.tag == "quiz":
            return root
        line, reason = int(root.attrib["line"]), f"expected <quiz>, got <{root.tag}>"
    raise foreign.ForeignFileError(
        line, f"this is not Moodle XML ({reason}): export the questions as Moodle XML."
    )


def _question(question: Element, kind: str) -> foreign.OurFields:
    """Return what our format has of a question, or raise `ValueError` with why it is skipped."""
    if kind not in ("multichoice", "numerical", "truefalse"):
        raise ValueError(foreign.NOT_IMPORTED)
    stem = question.find("questiontext")
    usual = "html" if stem is None else stem.get("format", "html")
    for element in question.iter():  # old files name no other format
        element.attrib.setdefault("format", usual)
    is_single = question.findtext("single", "1").strip() in ("1", "true")  # truefalse has none
    ours = "number" if kind == "numerical" else "single" if is_single else "several"
    fields, note = foreign.fields_of(
        ours, [_answer(one, kind) for one in question.iterfind("answer")], str
    )
    image = "<img>" if question.findtext("image") else ""
    note += foreign.lost_media("".join(question.itertext()) + image)
    note += " The unit is optional here." * (question.findtext("unitgradingtype", "0") > "0")
    for unit in question.iterfind("units/unit") if ours == "number" else ():
        name, factor = unit.findtext("unit_name", ""), _value(unit.findtext("multiplier") or "1")
        if factor == 1 and "unit" not in fields["answer"]:
            fields["answer"]["unit"] = name
        else:
            note += f" The unit {name} was not kept."
    hints = [*filter(None, map(_markdown, question.iterfind("hint")))]
    fields["hints"] = [one for one in hints if len(one) <= 400][:5]  # as in our file format
    if hints != fields["hints"]:
        note += " Hints after the 5th, and long ones, were not kept."
    name, solution = question.findtext("idnumber", ""), question.find("generalfeedback")
    tags = map(_text, question.iterfind("tags/tag"))
    return fields | foreign.texts_of(name, _markdown(stem), _markdown(solution), tags), note.strip()


def _answer(answer: Element, kind: str) -> KeyAnswer:
    share, feedback = float(answer.get("fraction") or 0), _markdown(answer.find("feedback"))
    if kind == "numerical":
        number = (_text(answer), answer.findtext("tolerance") or "0")
        return KeyAnswer(share, feedback, "", *map(_value, () if number[0] == "*" else number))
    text = _markdown(answer)
    return KeyAnswer(share, feedback, text.capitalize() if kind == "truefalse" else text)


def _value(text: str) -> float:
    """Return a number; a comma may separate decimals or, as in Moodle, thousands."""
    try:
        return parse_number(text)
    except ResponseError:
        return parse_number(text.replace(",", "."))


def _text(element: Element | None) -> str:
    """Return an element's text; in old files, that of an answer has no `<text>` around it."""
    return "" if element is None else (element.findtext("text", element.text) or "").strip()


def _markdown(element: Element | None) -> str:
    style, text = "html" if element is None else element.get("format", "html"), _text(element)
    text = html.escape(text) if style == "plain_text" else text
    if style not in ("html", "markdown"):  # Moodle shows the lines of the others
        text = re.sub(r"(?<!>)\n(?!<)", "<br>\n", text)
    return foreign.without_files(text) if style == "markdown" else foreign.markdown_of(text)
