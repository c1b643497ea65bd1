"""The packages for QTI 1.2 and 2.1: well formed, complete, with our key, and safe."""

import io
import os
import re
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec import convert

from lessons_lib.annexes.exchange.commands.export_bank import EXPORTS, write_bank
from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.grading import Response, grade
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question, Quiz
from tests.annexes.exchange.conftest import FILES
from tests.support.servers import needed
from tests.support.shell import ran

BANK = load_bank()
ITEMS = items_of(BANK)
CHOICES = [(one.id, one.question) for one in ITEMS if isinstance(one.question, ChoiceQuestion)]
NUMBERS = [one for one in ITEMS if isinstance(one.question, NumberQuestion)]
Pages: TypeAlias = dict[str, ET.Element]


def pages_of(content: bytes) -> Pages:
    """Return the documents of a package, without their namespaces."""
    pages = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            pages[name] = ET.fromstring(archive.read(name))
            for element in pages[name].iter():
                element.tag = element.tag.partition("}")[2]
    return pages


@cache
def exported(target: str) -> Pages:
    return pages_of(write_bank(BANK, target))


def by_title(pages: Pages, tag: str) -> dict[str, ET.Element]:
    found = [one for page in pages.values() for one in page.iter(tag)]
    assert len({one.get("title") for one in found}) == len(found)
    return {one.attrib["title"]: one for one in found}


def texts(parent: ET.Element, path: str) -> list[str]:
    return [str(one.text) for one in parent.iterfind(path)]


def shown_text(page: str) -> str:
    """Return what a browser shows of HTML, without white space."""
    return "".join("".join(fromstring(page).itertext()).split())


def fromstring(page: str) -> ET.Element:
    """Return HTML that is nearly XML."""
    page = page.replace("<br>", "<br/>").replace("&nbsp;", "\N{NO-BREAK SPACE}")
    return ET.fromstring(f"<div>{page}</div>")


def right_and_wrong(question: Question) -> Iterator[tuple[Decimal, bool]]:
    """Yield the bounds of a number, what is just beyond them, and whether we grade it as right."""
    assert isinstance(question, NumberQuestion) and question.answer is not None
    value, tolerance = Decimal(f"{question.answer.value}"), Decimal(f"{question.answer.tolerance}")
    for off in (tolerance, tolerance + Decimal("0.000001")):
        for number in (value - off, value + off):
            yield number, grade(question, Response(number=f"{number:f}")).is_right


def test_in_qti21_the_shares_of_the_chosen_options_add_up_to_the_credit_that_we_give() -> None:
    pages = by_title(exported("qti21"), "assessmentItem")
    for name, question in CHOICES:
        page = pages[name]
        assert texts(page, ".//correctResponse/value") == [*(question.answer or ())]
        (declared,), (interaction,) = map(page.iter, ("responseDeclaration", "choiceInteraction"))
        expected = ("single", "1") if question.kind == "single" else ("multiple", "0")
        assert (declared.get("cardinality"), interaction.get("maxChoices")) == expected
        matched, other = page.iterfind(".//responseCondition/*")
        assert (matched[0].tag, texts(matched, "setOutcomeValue/baseValue")) == ("match", ["1"])
        assert (other.tag, other[0][0].tag) == ("responseElse", "mapResponse")
        shares = {
            one.attrib["mapKey"]: float(one.attrib["mappedValue"]) for one in page.iter("mapEntry")
        }
        for size in range(1, 2 if question.kind == "single" else len(shares) + 1):
            for letters in combinations(shares, size):
                credit = min(1.0, max(0.0, sum([shares[letter] for letter in letters])))
                ours = grade(question, Response(letters=letters)).credit
                assert credit == pytest.approx(ours, abs=1e-12), (name, letters)


def test_in_qti21_the_first_number_within_its_tolerance_decides_on_score_and_feedback() -> None:
    pages = by_title(exported("qti21"), "assessmentItem")
    for item in NUMBERS:
        question = item.question
        assert isinstance(question, NumberQuestion) and question.answer and question.feedback
        *branches, last = pages[item.id].iterfind(".//responseCondition/*")
        tags = [one.tag for one in (*branches, last)]
        assert tags == ["responseIf", *["responseElseIf"] * (len(branches) - 1), "responseElse"]
        shown = {one.attrib["identifier"]: one for one in pages[item.id].iter("modalFeedback")}
        about = [(question.answer.value, 1, question.feedback.right)]
        about += [(one.value, 0, one.feedback) for one in question.feedback.known]
        for branch, (value, score, text) in zip(branches, about, strict=True):
            (equal,) = branch.iterfind("equal")
            below, above = equal.attrib["tolerance"].split()
            assert below == above
            tolerance = float(question.answer.tolerance)
            assert float(below) == pytest.approx(tolerance, rel=1e-12, abs=1e-9)
            number, points, name, _ = (str(one.text) for one in branch.iter("baseValue"))
            assert (float(number), float(points)) == (value, score)
            assert shown_text(render(text)) == "".join("".join(shown[name].itertext()).split())
        assert texts(last, ".//baseValue") == ["0.0", "wrong", "solution"]


def test_canvas_demands_exactly_the_right_options() -> None:
    pages = by_title(exported("canvas"), "item")
    for name, question in CHOICES:
        conditions = pages[name].iter("respcondition")
        (condition,) = (one for one in conditions if one.find("setvar") is not None)
        key = [f"text2qti_choice_{letter}" for letter in question.answer or ()]
        names = [f"text2qti_choice_{letter}" for letter in question.options]
        others = [one for one in names if one not in key] if question.kind == "several" else []
        refused = texts(condition, ".//not/varequal")
        assert texts(condition, "setvar") == ["100"]
        assert [one for one in texts(condition, ".//varequal") if one not in refused] == key
        assert refused == others


def test_canvas_takes_a_number_within_the_bounds_and_names_an_exact_one() -> None:
    pages = by_title(exported("canvas"), "item")
    for item in NUMBERS:
        page, is_exact = pages[item.id], item.answers[0].tolerance == 0
        (low,), (high,) = texts(page, ".//vargte"), texts(page, ".//varlte")
        assert len(texts(page, ".//varequal")) == is_exact, item.id
        for number, is_right in right_and_wrong(item.question):
            assert (Decimal(low) <= number <= Decimal(high)) == is_right, (item.id, number)


@pytest.mark.parametrize("target", EXPORTS)
def test_two_exports_are_equal_to_the_byte(target: str) -> None:
    assert write_bank(load_bank(), target) == write_bank(BANK, target)


def test_canvas_does_not_tell_the_day_of_its_export() -> None:
    elements = exported("canvas")["imsmanifest.xml"].iter()
    assert "2000-01-01" in [one.text for one in elements]


def test_qti21_lists_every_item_once_in_its_quiz_with_its_labels() -> None:
    pages = exported("qti21")
    manifest, test = pages["imsmanifest.xml"], pages["test.xml"]
    resources = {one.attrib["href"]: one for one in manifest.iter("resource")}
    assert len(resources) == len(ITEMS) + 1
    assert {one.get("href") for one in manifest.iter("file")} == set(resources)
    assert set(resources) == set(pages) - {"imsmanifest.xml"}
    listed = [resources[name] for name in resources if name != "test.xml"]
    needed = [one.get("identifierref") for one in resources["test.xml"].iter("dependency")]
    assert needed == [one.get("identifier") for one in listed]
    for item, resource in zip(ITEMS, listed, strict=True):
        question, page = item.question, pages[resource.attrib["href"]]
        assert page.get("identifier") == resource.get("identifier") == item.id
        words = [one.text for one in resource.iter("langstring")]
        assert words == [question.difficulty, question.stage, question.objective]
    parts = filter(len, test.iter())
    sections = {one.get("title"): [ref.get("href") for ref in one] for one in parts}
    for quiz in BANK.quizzes:
        assert sections[quiz.title] == [f"items/{one.id}.xml" for one in ITEMS if one.quiz is quiz]
    names = [one.attrib["identifier"] for one in test.iter("assessmentItemRef")]
    assert len(set(names)) == len(ITEMS) and not any("." in name for name in names)


def test_canvas_has_an_assessment_per_quiz_with_the_ids_of_the_items() -> None:
    pages = exported("canvas")
    manifest = pages["imsmanifest.xml"]
    assert {one.get("href") for one in manifest.iter("file")} == set(pages) - {"imsmanifest.xml"}
    resources = [one for one in manifest.iter("resource") if one.get("type") == "imsqti_xmlv1p2"]
    assert len(resources) == len(BANK.quizzes)
    for quiz, resource in zip(BANK.quizzes, resources, strict=True):
        (file,) = resource.iterfind("file")
        page = pages[file.attrib["href"]]
        (assessment,) = page.iterfind("assessment")
        assert assessment.get("title") == quiz.title
        ids = [one.attrib["ident"] for one in page.iter("item")]
        assert ids == [f"text2qti_question_{one.id}" for one in ITEMS if one.quiz is quiz]


HOSTILE = (FILES / "hostile.txt").read_text(encoding="utf-8").replace("{", "\x0b {", 1)


def hostile_bank() -> QuizBank:
    """Return three questions, one of a kind, with the same text wherever a text may be."""
    about: dict[str, Any] = {"revision": 1, "difficulty": "hard", "objective": "o", "stage": "s"}
    about |= {"stem": HOSTILE, "final_answer": HOSTILE}
    about |= {"solution": [{"title": "<b>", "text": HOSTILE}]}
    options = {letter: {"text": HOSTILE + letter, "feedback": HOSTILE + letter} for letter in "AB"}
    known = [{"value": 1, "feedback": HOSTILE}]
    number = {
        "answer": {"value": 0.00003, "tolerance": 0.00001, "unit": "<&>"},
        "feedback": {"right": HOSTILE, "wrong": HOSTILE, "known": known},
    }
    kinds: list[dict[str, Any]] = [
        {"kind": "single", "id": "1-single", "options": options, "answer": "A"},
        {"kind": "several", "id": "2-several", "options": options, "answer": ["A", "B"]},
        {"kind": "number", "id": "3-number", **number},
    ]
    questions = [about | one for one in kinds]
    title = '<Quiz> & "Text:" \x0b]]>'
    return QuizBank((convert({"quiz": "hostile", "title": title, "questions": questions}, Quiz),))


def test_hostile_texts_stay_texts_in_qti21() -> None:
    expected = shown_text(render(HOSTILE.replace("\x0b", "")))
    pages = pages_of(write_bank(hostile_bank(), "qti21"))
    assert len(pages) == 5
    for page in pages.values():
        names = {one.tag for one in page.iter()}
        assert not names & {"script", "img", "b", "td>"}, names
        for one in (*page.iter("simpleChoice"), *page.iter("modalFeedback")):
            assert expected in "".join("".join(one.itertext()).split())
        for one in page.iter("a"):
            assert set(one.attrib) == {"href"}  # QTI has neither target nor rel
    (unit,) = (one.tail for page in pages.values() for one in page.iter("textEntryInteraction"))
    assert unit == " <&>"
    number = by_title(pages, "assessmentItem")["3-number.r1.v0"]
    assert [str(one.text) for one in number.iter("value")] == ["0.00003"]


def test_tao_imports_every_item_and_keeps_its_spaces_and_code() -> None:
    # As its PHP does: ParserFactory::loadSchemaLocations, Format::isFloat, and its XMLParser,
    # which drops white space between two elements and indents what has only elements.
    for page in by_title(exported("qti21"), "assessmentItem").values():
        (location,) = (text for name, text in page.items() if name.endswith("schemaLocation"))
        assert len(location.split()) == 2
        floats = page.iterfind(".//baseValue[@baseType='float']")
        numbers = [str(one.text) for one in floats]
        numbers += [word for one in page.iter("equal") for word in one.attrib["tolerance"].split()]
        assert all(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", one) for one in numbers), numbers
        assert all(one.text and not len(one) for one in page.iter("pre"))
        for one in (*page.iter("code"), *page.iter("em"), *page.iter("strong"), *page.iter("a")):
            assert one.tail is None or one.tail.strip(), ET.tostring(page)


def test_hostile_texts_stay_texts_for_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    expected = shown_text(render(HOSTILE.replace("\x0b", "")))
    pages = pages_of(write_bank(hostile_bank(), "canvas"))
    assert len(pages) == 3
    (page,) = (one for one in pages.values() if one.tag == "questestinterop")
    texts = [str(one.text) for one in page.iter("mattext")]
    assert len(texts) == 3 + 4 + 4 + 3 + 2  # stems, options, their feedback, solutions, the number
    for one in texts:
        assert expected in shown_text(one)
        assert not {"script", "img", "b"} & {tag.tag for tag in fromstring(one).iter()}
    number = by_title(pages, "item")["3-number.r1.v0"]
    assert [str(one.text) for one in number.iter("vargte")] == ["0.00002"]


CONVERTER = "@citolab/qti-convert"
CONVERT = f"""import {{ convertPackageFile }} from "{CONVERTER}/qti-convert-node";
await convertPackageFile("in.zip", "out.zip");"""


@pytest.mark.extras("readers")
def test_a_converter_makes_qti3_of_every_item(tmp_path: Path) -> None:
    npm, node = needed("npm", "npm"), needed("Node", "node")
    flags = ("--ignore-scripts", "--no-audit", "--no-fund", f"--prefix={tmp_path}")
    installed = ran(npm, "install", *flags, f"{CONVERTER}@0.3.52")
    if installed.returncode and os.environ.get("CI") != "true":
        pytest.skip(installed.stderr)
    bank = QuizBank(BANK.quizzes[:2])  # it takes 0.1 s an item
    items = items_of(bank)
    (tmp_path / "in.zip").write_bytes(write_bank(bank, "qti21"))
    (tmp_path / "convert.mjs").write_text(CONVERT)
    done = ran(node, "convert.mjs", cwd=tmp_path)
    assert done.returncode == 0, installed.stderr + done.stderr
    pages = pages_of((tmp_path / "out.zip").read_bytes())
    names = {one.get("identifier") for one in by_title(pages, "qti-assessment-item").values()}
    assert names == {item.id for item in items}
    kinds = Counter(one.tag for page in pages.values() for one in page.iter())
    assert kinds["qti-choice-interaction"] + kinds["qti-text-entry-interaction"] == len(items)
    assert {one.question.kind for one in items} == {"single", "several", "number"}
    originals = exported("qti21")
    for path, page in pages.items():
        for new, old in (("qti-equal", "equal"), ("qti-map-entry", "mapEntry"), ("p", "p")):
            assert len([*page.iter(new)]) == len([*originals[path].iter(old)]), path
