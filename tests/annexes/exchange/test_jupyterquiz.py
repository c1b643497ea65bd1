"""The JSON of jupyterquiz: it shows and grades what we write, and we read files of others."""

import json
from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, Page, expect

from lessons_lib.annexes.exchange import jupyterquiz
from lessons_lib.annexes.exchange.commands.import_bank import draft_of
from lessons_lib.annexes.exchange.foreign import NOT_IMPORTED, ForeignFileError, Found
from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import (
    ChoiceQuestion,
    NumberAnswer,
    NumberQuestion,
    Option,
    Question,
    strings_of,
)
from tests.annexes.exchange.conftest import FILES

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


def test_a_reader_in_any_encoding_gets_the_same_text() -> None:
    assert WRITTEN.isascii()


def test_a_range_includes_its_upper_end_although_jupyterquiz_does_not() -> None:
    ranges = 0
    for item, data in zip(ITEMS, json.loads(WRITTEN), strict=True):
        answer = getattr(item.question, "answer", None)
        if isinstance(answer, NumberAnswer) and answer.tolerance:
            low, high = data["answers"][0]["range"]
            upper = float(f"{float(answer.value) + float(answer.tolerance):.15g}")
            assert low < upper < high < upper + 1e-9 * abs(upper)
            ranges += 1
    assert ranges


def test_no_text_becomes_a_formula_or_a_link() -> None:
    texts = [data["question"] for data in json.loads(WRITTEN)]
    assert any("&#36;" in text for text in texts)
    assert not [text for text in texts if "$" in text or "[" in text]


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
def page(chromium: Browser) -> Page:
    return chromium.new_page()


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


@pytest.mark.extras("readers")
def test_text_survives_as_text(page: Page, display: Display) -> None:
    quiz = load_bank(FILES).quiz("hostile")
    [question] = quiz.questions
    assert isinstance(question, ChoiceQuestion)
    display(jupyterquiz.write(QuizBank((quiz,))))
    [shown] = page.evaluate(ANSWER, [[]])
    html = as_shown(page, [question])
    assert shown["question"] == html[question.stem]
    _check_choice(question, shown, html)
    forbidden = ".Quiz img, .Quiz a[href^=javascript], .Quiz [onclick]"
    expect(page.locator(forbidden)).to_have_count(0)


# After the shapes of files by others.
DOCUMENTED = (FILES / "documented.json").read_bytes()


def test_code_in_questions_and_answers() -> None:
    found = [*jupyterquiz.read(DOCUMENTED)][1]
    assert (found.data["kind"], found.data["answer"]) == ("single", "A")
    code = '```\na = "1"\nif a < "2":\n    print(a)\n```'
    assert found.data["stem"] == f"What does this print?\n\n{code}"
    assert found.data["options"]["A"]["text"] == "```\nprint(1)\n```"
    shown = render(found.data["options"]["B"]["text"])
    assert 'href="https://example.org"' in shown


def test_a_number_with_a_precision_and_known_mistakes() -> None:
    found = [*jupyterquiz.read(DOCUMENTED)][2]
    assert found.data["answer"] == {"value": 3.14, "tolerance": 0.005}
    assert found.data["feedback"] == {
        "right": "Correct.",
        "wrong": "Try again.",
        "known": [{"value": 6.28, "feedback": "That is 2π."}],
    }
    assert "Not kept as in the file" in found.note


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
    found = list(jupyterquiz.read(DOCUMENTED))
    starts = [at for at, line in enumerate(DOCUMENTED.splitlines(), 1) if line.startswith(b"  {")]
    assert [one.line for one in found] == starts
    assert (found[3].kind, found[3].data) == ("string", {})
    assert found[3].note == NOT_IMPORTED


def test_several_right_answers_make_a_many_choice_as_they_are_shown() -> None:
    data = only(**choice("multiple_choice", True, True, False)).data
    assert (data["kind"], data["answer"]) == ("several", ["A", "B"])


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"type": "many_choice", "answers": 3}, "int"),
        ({"type": "numeric", "answers": [{"value": "pi", "correct": True}]}, "pi"),
        ({"type": "numeric", "precision": 2, "answers": [{"value": inf, "correct": True}]}, "inf"),
    ],
)
def test_what_does_not_fit_is_skipped_with_a_reason(question: dict[str, Any], reason: str) -> None:
    found = only(**question)
    assert found.data == {}
    assert reason in found.note


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": 1},\n{"b": }\n]', "3: the file is not valid JSON"),
        ('{"questions": []}', "1: expected a list"),
        ("[" * 100_000, "1: the file is not valid JSON"),
    ],
)
def test_a_broken_file_is_reported_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ForeignFileError) as caught:
        list(jupyterquiz.read(text.encode()))
    assert str(caught.value).startswith(message)


def test_a_draft_is_a_valid_quiz_file(tmp_path: Path) -> None:
    out = tmp_path / "more.yaml"
    draft = draft_of(DOCUMENTED, Path("More.json"), out)
    assert (draft.questions, draft.skipped) == (4, {"string": 1})
    out.write_text(draft.text, encoding="utf-8")
    several, single, _, number = load_bank(tmp_path).questions
    assert [getattr(one, "answer", None) for one in (several, single)] == [("A", "C"), "A"]
    assert getattr(several, "options")["A"] == Option("Text & **plots**", "Correct.")  # noqa: B009
    assert getattr(number, "answer", None) == NumberAnswer(1.5, 0.5)
