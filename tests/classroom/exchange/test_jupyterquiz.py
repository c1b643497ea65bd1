"""The JSON of jupyterquiz: it shows and grades what we write, and we read files of others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from math import inf, nextafter
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Page, sync_playwright

from lessons_lib.classroom.exchange import jupyterquiz
from lessons_lib.classroom.exchange.draft import draft_of
from lessons_lib.classroom.exchange.foreign import NOT_IMPORTED, ForeignFileError, Found
from lessons_lib.classroom.exchange.items import items_of, own_id
from lessons_lib.classroom.exchange.targets import EXPORTS
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.placeholders import strings_of
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Question
from tests.browser.conftest import CHROMIUM_FLAGS, find_chromium
from tests.classroom.exchange.kept import assert_kept

BANK = load_bank()
ITEMS = items_of(BANK)
WRITTEN = jupyterquiz.write(BANK)


def read(questions: object) -> list[Found]:
    return list(jupyterquiz.read(json.dumps(questions).encode()))


def only(**question: Any) -> Found:
    [found] = read([{"question": "Which?", **question}])
    return found


def choice(kind: str, *correct: bool) -> dict[str, Any]:
    answers = [{"answer": f"{number}", "correct": one} for number, one in enumerate(correct)]
    return {"type": kind, "answers": answers}


def test_every_item_comes_back_with_its_key_and_its_texts() -> None:
    found = list(jupyterquiz.read(WRITTEN))
    for item, one in zip(ITEMS, found, strict=True):
        assert_kept(item.question, one.data)
        assert one.data["id"] == own_id(item.id)
        assert not one.note


def test_a_reader_in_any_encoding_gets_the_same_text() -> None:
    assert WRITTEN.isascii()


def test_the_format_lacks_what_it_has_no_keys_for() -> None:
    assert len(EXPORTS["jupyterquiz"].lacks) == 5
    keys = {key for one in json.loads(WRITTEN) for key in one}
    assert keys == {"id", "type", "question", "answers"}
    keys = {key for one in json.loads(WRITTEN) for answer in one["answers"] for key in answer}
    assert keys == {"answer", "correct", "feedback", "type", "value", "range"}


# What `display_quiz` puts into the page, question by question, and what it says to each answer.
ANSWER = """(given) => [...document.querySelectorAll(".Quiz")].map((quiz, number) => {
    const feedback = quiz.querySelector(".Feedback");
    const said = (node, answer) => [
        answer,
        node.classList.contains("correctButton"),
        feedback.innerHTML,
    ];
    const choose = (label, index) => { label.click(); return said(label, index); };
    const type = (field, text) => {
        field.value = text;
        field.dispatchEvent(new KeyboardEvent("keypress", { keyCode: 13 }));
        return said(field, text);
    };
    const field = quiz.querySelector("input.Input-text");
    return {
        question: quiz.firstChild.firstChild.innerHTML,
        options: [...quiz.querySelectorAll("label.MCButton > span")].map((one) => one.innerHTML),
        verdicts: field
            ? given[number].map((text) => type(field, text))
            : [...quiz.querySelectorAll("label.MCButton")].map(choose),
    };
})"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    chromium = find_chromium()
    if chromium is None:
        reason = "needs Chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser.new_page()
        browser.close()


Display: TypeAlias = Callable[[bytes], None]


@pytest.fixture
def display(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Display:
    """Return a function that shows a file with jupyterquiz's own function, which reads it."""
    from jupyterquiz import display_quiz

    outputs: list[Any] = []
    monkeypatch.setattr("jupyterquiz.dynamic.display.display", outputs.append)

    def show(content: bytes) -> None:
        (tmp_path / "quiz.json").write_bytes(content)
        display_quiz(str(tmp_path / "quiz.json"), shuffle_answers=False)
        html, script = (one.data for one in outputs)
        page.set_content(html)
        page.add_script_tag(content=script)

    return show


def typed(question: Question) -> list[str]:
    """Return the right number, both ends of its tolerance, and what is just beyond them."""
    if not isinstance(question, NumberQuestion) or question.answer is None:
        return []
    value, tolerance = float(question.answer.value), float(question.answer.tolerance)
    known = [f"{one.value}" for one in question.feedback.known] if question.feedback else []
    beyond = tolerance * 1.001 + 1e-6
    near = [value, value - tolerance, value + tolerance, value - beyond, value + beyond]
    return [*(f"{one:.12g}" for one in near), *known]


def as_shown(page: Page, questions: list[Question]) -> dict[str, str]:
    """Return the HTML that a browser makes of each text of ours."""
    texts = [text for one in questions for _, text in strings_of(one)]
    made = "(html) => Object.assign(document.createElement('div'), { innerHTML: html }).innerHTML"
    shown = page.evaluate(f"(all) => all.map({made})", [render(text) for text in texts])
    return dict(zip(texts, shown, strict=True))


@pytest.mark.extras("readers")
def test_jupyterquiz_shows_every_item_and_grades_it_as_we_do(page: Page, display: Display) -> None:
    display(WRITTEN)
    shown = page.evaluate(ANSWER, [typed(item.question) for item in ITEMS])
    html = as_shown(page, [item.question for item in ITEMS])
    for item, quiz in zip(ITEMS, shown, strict=True):
        question = item.question
        assert quiz["question"] == html[question.stem], item.id
        if isinstance(question, ChoiceQuestion):
            _check_choice(question, quiz, html)
        elif isinstance(question, NumberQuestion):
            _check_number(question, quiz["verdicts"], html)


def _check_choice(question: ChoiceQuestion, quiz: dict[str, Any], html: dict[str, str]) -> None:
    options = question.options
    assert quiz["options"] == [html[one.text] for one in options.values()]
    for (_, is_right, text), letter in zip(quiz["verdicts"], options, strict=True):
        assert is_right == (letter in getattr(question, "answer", ""))
        assert text.startswith(html[options[letter].feedback])


def _check_number(question: NumberQuestion, said: list[list[Any]], html: dict[str, str]) -> None:
    """Check the verdicts on `typed`: the first three are right, the next two nearly so."""
    about = question.feedback
    assert about is not None
    assert [is_right for _, is_right, _ in said] == [True] * 3 + [False] * (len(said) - 3)
    known = [html[one.feedback] for one in about.known]
    expected = [html[about.right]] * 3 + [html[about.wrong]] * 2 + known
    assert [text for _, _, text in said] == expected


HOSTILE = """\
quiz: hostile
title: Hostile
questions:
- id: hostile
  revision: 1
  kind: several
  difficulty: easy
  objective: call
  stage: batch
  stem: '<img src=x onerror="document.title=1"> costs $5, not $$6$$: `f[0](javascript:a)`'
  options:
    A: {text: '`[a](javascript:alert)`', feedback: '<http://a"onclick=b> </script>'}
    B: {text: '&lt;script&gt; $x$', feedback: '[safe](https://example.org/?a=[1])'}
    C: {text: '`<http://a.b onclick=c>`', feedback: '\\$1$'}
  answer: [A, B]
  hints: [a]
  solution: [{title: a, text: a}]
  final_answer: a
  quick_check: a
  common_mistakes: [a]
"""


@pytest.mark.extras("readers")
def test_text_survives_as_text(page: Page, tmp_path: Path, display: Display) -> None:
    (tmp_path / "hostile.yaml").write_text(HOSTILE, encoding="utf-8")
    bank = load_bank(tmp_path)
    [question] = bank.questions
    assert isinstance(question, ChoiceQuestion)
    display(jupyterquiz.write(bank))
    [quiz] = page.evaluate(ANSWER, [[]])
    html = as_shown(page, [question])
    assert quiz["question"] == html[question.stem]
    _check_choice(question, quiz, html)
    assert page.locator(".Quiz img, .Quiz a[href^=javascript], .Quiz [onclick]").count() == 0


# After the shapes of files by others.
DOCUMENTED: list[dict[str, Any]] = [
    {
        "question": "Which can a notebook contain?",
        "type": "many_choice",
        "answer_cols": 4,
        "answers": [
            {"answer": "Text &amp; <b>plots</b>", "correct": True, "feedback": "Correct."},
            {"answer": "Snakes", "correct": False, "feedback": "I hope not."},
            {"answer": "Code", "correct": True},
        ],
    },
    {
        "question": "What does this print?",
        "code": 'a = "1"\nif a &lt; "2":\n    print(a)',
        "type": "multiple_choice",
        "answers": [
            {"code": "print(1)", "correct": True},
            {"answer": "2, [or more](https://example.org)", "correct": False},
        ],
    },
    {
        "question": "Enter π to 2 decimal places.",
        "type": "numeric",
        "precision": 3,
        "answers": [
            {"type": "value", "value": 3.14, "correct": True, "feedback": "Correct."},
            {"type": "range", "range": [-1e8, 0], "correct": False, "feedback": "It is positive."},
            {"type": "value", "value": 6.28, "correct": False, "feedback": "That is 2π."},
            {"type": "default", "feedback": "Try again."},
        ],
    },
    {"question": "Name a planet.", "type": "string", "answers": [{"answer": "Mars"}]},
    {
        "question": "Which number from 1 to 2?",
        "type": "numeric",
        "answers": [{"range": [1, 2], "correct": True, "feedback": "Yes."}],
    },
]


def test_a_many_choice() -> None:
    [found, *_] = read(DOCUMENTED)
    assert found.data["kind"] == "several"
    assert found.data["answer"] == ["A", "C"]
    first = {"text": "Text & **plots**", "feedback": "Correct."}
    assert found.data["options"]["A"] == first


def test_code_in_questions_and_answers() -> None:
    found = read(DOCUMENTED)[1]
    assert (found.data["kind"], found.data["answer"]) == ("single", "A")
    code = '```\na = "1"\nif a < "2":\n    print(a)\n```'
    assert found.data["stem"] == f"What does this print?\n\n{code}"
    assert found.data["options"]["A"]["text"] == "```\nprint(1)\n```"
    shown = render(found.data["options"]["B"]["text"])
    assert 'href="https://example.org"' in shown


def test_a_number_with_a_precision_and_known_mistakes() -> None:
    found = read(DOCUMENTED)[2]
    assert found.data["answer"] == {"value": 3.14, "tolerance": 0.005}
    assert found.data["feedback"] == {
        "right": "Correct.",
        "wrong": "Try again.",
        "known": [{"value": 6.28, "feedback": "That is 2π."}],
    }
    assert "Not kept as in the file" in found.note


def test_a_number_in_a_range() -> None:
    assert read(DOCUMENTED)[4].data["answer"] == {"value": 1.5, "tolerance": 0.5}


@pytest.mark.parametrize(
    ("value", "precision", "tolerance"),
    [(3.14, 0, 0), (25, 2, 0.5), (1234, 2, 50), (-0.00125, 3, 0.000005), (0, 3, 0)],
)
def test_precision_counts_digits(value: float, precision: int, tolerance: float) -> None:
    answers = [{"type": "value", "value": value, "correct": True}]
    found = only(type="numeric", precision=precision, answers=answers)
    expected = float(f"{value:.{precision}g}") if precision else value
    assert found.data["answer"] == {"value": expected, "tolerance": tolerance}


def test_lines_and_other_types_are_named() -> None:
    text = json.dumps(DOCUMENTED, indent=2)
    found = list(jupyterquiz.read(text.encode()))
    starts = [at for at, line in enumerate(text.split("\n"), 1) if line.startswith("  {")]
    assert [one.line for one in found] == starts
    assert (found[3].kind, found[3].data) == ("string", {})
    assert found[3].note == NOT_IMPORTED


def test_several_right_answers_make_a_many_choice_as_they_are_shown() -> None:
    data = only(**choice("multiple_choice", True, True, False)).data
    assert (data["kind"], data["answer"]) == ("several", ["A", "B"])


def test_a_many_choice_may_have_one_right_answer() -> None:
    data = only(**choice("many_choice", False, True)).data
    assert (data["kind"], data["answer"]) == ("several", ["B"])


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (choice("multiple_choice", False, False), "0 of 2 answers"),
        (choice("many_choice", *[True] * 9), "at most 8"),
        ({"type": "many_choice"}, "0 of 0 answers"),
        ({"type": "many_choice", "answers": 3}, "int"),
        ({"type": "many_choice", "answers": ["a"]}, "str"),
        ({"type": "numeric", "answers": [{"value": "pi", "correct": True}]}, "pi"),
        ({"type": "numeric", "answers": [{"range": [1], "correct": True}]}, "not enough values"),
        ({"type": "numeric", "answers": [{"value": inf, "correct": True}]}, "must be a number"),
        ({"type": "numeric", "precision": 2, "answers": [{"value": inf, "correct": True}]}, "inf"),
        ({"type": "numeric", "answers": [{"correct": True}]}, "must be a number"),
        ({}, NOT_IMPORTED),
    ],
)
def test_what_does_not_fit_is_skipped_with_a_reason(question: dict[str, Any], reason: str) -> None:
    found = only(**question)
    assert found.data == {}
    assert reason in found.note


def test_a_lost_image_is_noted() -> None:
    question = {"question": "<img src='a.png'>Which?", **choice("many_choice", True, False)}
    [found] = read([question])
    assert (found.data["stem"], found.note) == ("Which?", "Files and images were not kept.")


def test_elements_that_are_no_questions_are_skipped() -> None:
    assert [one.kind for one in read(["a", None, []])] == ["str", "NoneType", "list"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": 1},\n{"b": }\n]', "3: the file is not valid JSON"),
        ('{"questions": []}', "1: expected a list"),
        ("", "1: the file is not valid JSON"),
        ("[" * 100_000, "1: the file is not valid JSON"),
        ("[" + "1" * 5000 + "]", "1: the file is not valid JSON"),
    ],
)
def test_a_broken_file_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ForeignFileError) as caught:
        list(jupyterquiz.read(text.encode()))
    assert str(caught.value).startswith(message)


def test_the_upper_end_of_a_range_is_just_beyond_the_tolerance() -> None:
    ranges = {
        item.id: one["answers"][0]["range"]
        for item, one in zip(ITEMS, json.loads(WRITTEN), strict=True)
        if "range" in one["answers"][0]
    }
    for item in ITEMS:
        if item.id in ranges and isinstance(item.question, NumberQuestion) and item.question.answer:
            answer = item.question.answer
            low, high = ranges[item.id]
            value, tolerance = float(answer.value), float(answer.tolerance)
            assert low == float(f"{value - tolerance:.15g}")
            assert high == nextafter(float(f"{value + tolerance:.15g}"), inf)


def test_a_draft_is_a_valid_quiz_file(tmp_path: Path) -> None:
    out = tmp_path / "more.yaml"
    draft = draft_of(json.dumps(DOCUMENTED).encode(), Path("More.json"), out)
    assert (draft.questions, draft.skipped) == (4, {"string": 1})
    out.write_text(draft.text, encoding="utf-8")
    assert not load_bank(tmp_path).broken
