"""Write QTI 2.1: a package with an item per question and one test with a section per quiz.

What is shown after the answer is in the outcome FEEDBACK: the options chosen, or what is known
about the number, and always the solution.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nh3

from lessons_lib.classroom.exchange.answers import KeyAnswer, answers_of, digits
from lessons_lib.classroom.exchange.items import Item, explanation, items_of, labels_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.markdown import TAGS, render
from lessons_lib.classroom.quiz.question import LETTERS, Question

_BLANK = re.compile(r"((?:</(?:a|code|em|strong)>)+)(\s+)(?=<)")
_NOT_XML = dict.fromkeys({*range(32)} - {*b"\t\n\r"})
_GIVEN = '<variable identifier="RESPONSE"/>'
_MATCH = f'<match>{_GIVEN}<correct identifier="RESPONSE"/></match>'
_MAPPED = '<mapResponse identifier="RESPONSE"/>'
_KEYWORD = "<m:keyword><m:langstring>{}</m:langstring></m:keyword>"
# TAO refuses items without a schemaLocation, and numbers in scientific notation.
_ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{0}"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="\
http://www.imsglobal.org/xsd/imsqti_v2p1 http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
title="{1}" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" {2}</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="1"/>
<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>
<itemBody>{3}</itemBody>
<responseProcessing><responseCondition>{4}</responseCondition></responseProcessing>
{5}</assessmentItem>"""
_RULE = """<{0}>{1}<setOutcomeValue identifier="SCORE">{2}</setOutcomeValue>
<setOutcomeValue identifier="FEEDBACK"><multiple>{3}<baseValue baseType="identifier">solution\
</baseValue></multiple></setOutcomeValue></{0}>"""
_CHOICE = """cardinality="{}" baseType="identifier">{}
<mapping lowerBound="0" upperBound="1" defaultValue="0">{}</mapping>"""
_CHOICES = """<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="{}">
{}</choiceInteraction>"""
_FIELD = '<p><textEntryInteraction responseIdentifier="RESPONSE"/> {}</p>'
_EQUAL = """<equal toleranceMode="absolute" tolerance="{0:.20f} {0:.20f}" includeLowerBound="true"
includeUpperBound="true">{1}<variable identifier="RESPONSE"/></equal>"""
_TEST = """<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="lessons"
title="Lessons"><outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<testPart identifier="part" navigationMode="nonlinear" submissionMode="individual">
<itemSessionControl maxAttempts="0" showFeedback="true"/>{}</testPart><outcomeProcessing>
<setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE"/></sum>
</setOutcomeValue></outcomeProcessing></assessmentTest>"""
_SECTION = """<assessmentSection identifier="section_{}" title={} visible="true">
{}</assessmentSection>"""
_REF = '<assessmentItemRef identifier="{}" href="{}"/>'
_MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="lessons"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:m="http://www.imsglobal.org/xsd/\
imsmd_v1p2"><metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion>
</metadata><organizations/><resources>{}</resources></manifest>"""
_RESOURCE = """<resource identifier="{0}" href="{1}" type="imsqti_{2}_xmlv2p1">{3}
<file href="{1}"/>{4}</resource>"""
# The response's declaration, the interaction, and the rules: test, score, what to show.
_Parts: TypeAlias = tuple[str, str, list[tuple[str, str, str]]]


def write(bank: QuizBank) -> bytes:
    """Return a content package: the manifest, a test, and a file for each item."""
    items = items_of(bank)
    files = {"imsmanifest.xml": _manifest(items), "test.xml": _test(bank, items)}
    return zipped(files | {_path(one): _item(one) for one in items})


def zipped(files: Mapping[str, str]) -> bytes:
    """Return an archive of XML files, byte for byte the same for the same texts."""
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, text in files.items():
            archive.writestr(ZipInfo(path), text.translate(_NOT_XML), ZIP_DEFLATED)
    return stream.getvalue()


def _item(item: Item) -> str:
    question, answers = item.question, answers_of(item.question)
    numbers = ("right", *(f"known{number}" for number in range(1, len(answers) - 1)), "wrong")
    parts, names = (_number, numbers) if question.kind == "number" else (_choice, LETTERS)
    named = dict(zip(names, answers, strict=False))
    declared, field, rules = parts(question, named)
    tests = ("responseIf", *("responseElseIf",) * (len(rules) - 2), "responseElse")
    made = (_RULE.format(test, *rule) for test, rule in zip(tests, rules, strict=True))
    texts = {name: one.feedback for name, one in named.items()}
    texts["solution"] = explanation(question)
    about = 'outcomeIdentifier="FEEDBACK" showHide="show" identifier='
    shown = (_html("modalFeedback", text, f'{about}"{name}"') for name, text in texts.items())
    body = _html("div", question.stem) + field
    return _ITEM.format(_name(item), item.id, declared, body, "".join(made), "\n".join(shown))


def _choice(question: Question, options: dict[str, KeyAnswer]) -> _Parts:
    """Grade a match with 1; else each right choice adds a share, and each wrong one costs one."""
    kind, most = ("single", 1) if question.kind == "single" else ("multiple", 0)
    choices = entries = ""
    for letter, one in options.items():
        choices += _html("simpleChoice", one.text, f'identifier="{letter}"')
        entries += f'<mapEntry mapKey="{letter}" mappedValue="{one.share / 100}"/>'
    right = _values(letter for letter, one in options.items() if one.share > 0)
    rules = [(_MATCH, _base("float", 1), _GIVEN), ("", _MAPPED, _GIVEN)]
    return _CHOICE.format(kind, right, entries), _CHOICES.format(most, choices), rules


def _number(question: Any, numbers: dict[str, KeyAnswer]) -> _Parts:
    """Grade by tolerance, bounds included: first the answer, then the known wrong numbers."""
    rules = []
    for name, one in numbers.items():
        test = ""
        if one.value is not None:
            room = one.tolerance + 1e-15 * (abs(one.value) + one.tolerance)
            test = _EQUAL.format(room, _base("float", digits(one.value)))
        rules.append((test, _base("float", one.share / 100), _base("identifier", name)))
    declared = f'cardinality="single" baseType="float">{_values([digits(question.answer.value)])}'
    return declared, _FIELD.format(escape(question.answer.unit)), rules


def _test(bank: QuizBank, items: tuple[Item, ...]) -> str:
    sections = ""
    for quiz in bank.quizzes:
        inside = [one for one in items if one.quiz is quiz]
        # A dot in its name would separate an item from its variables.
        refs = (_REF.format(_name(one).replace(".", "_"), _path(one)) for one in inside)
        sections += _SECTION.format(quiz.name, quoteattr(quiz.title), "\n".join(refs))
    return _TEST.format(sections)


def _manifest(items: tuple[Item, ...]) -> str:
    uses = "".join(f'<dependency identifierref="{_name(one)}"/>' for one in items)
    resources = [_RESOURCE.format("test", "test.xml", "test", "", uses)]
    for one in items:
        words = [_KEYWORD.format(label.split(":")[1]) for label in labels_of(one.question)]
        about = f"<metadata><m:lom><m:general>{''.join(words)}</m:general></m:lom></metadata>"
        resources.append(_RESOURCE.format(_name(one), _path(one), "item", about, ""))
    return _MANIFEST.format("\n".join(resources))


def _html(name: str, text: str, attributes: str = "") -> str:
    """Return an element with rendered Markdown, with only those attributes that QTI allows."""
    page = nh3.clean(render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel=None)
    # TAO drops a space that is between two elements, and indents what has only elements.
    page = page.replace("<br>", "<br/>").replace("&nbsp;", "&#160;").replace("<pre><code>", "<pre>")
    page = _BLANK.sub(r"\2\1", page.replace("</code></pre>", "</pre>"))
    return f"<{name} {attributes}>{page}</{name}>"


def _base(kind: str, value: object) -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def _values(values: Iterable[object]) -> str:
    right = "".join(f"<value>{one}</value>" for one in values)
    return f"<correctResponse>{right}</correctResponse>"


def _name(item: Item) -> str:
    """Return the item's id as an XML name, which cannot begin with a digit."""
    return f"_{item.id}" if item.id[0].isdigit() else item.id


def _path(item: Item) -> str:
    return f"items/{item.id}.xml"
