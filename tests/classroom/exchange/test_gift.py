"""GIFT: what we write is read by another parser and by us, and files of others are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from lessons_lib.classroom.exchange import gift
from lessons_lib.classroom.exchange.draft import draft_of
from lessons_lib.classroom.exchange.foreign import NOT_IMPORTED, ForeignFileError, Found
from lessons_lib.classroom.exchange.items import explanation, items_of, own_id
from lessons_lib.classroom.exchange.targets import EXPORTS
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import ChoiceQuestion, NumberQuestion, Quiz
from tests.classroom.exchange.conftest import RunNode
from tests.classroom.exchange.kept import assert_kept

BANK = load_bank()
ITEMS = items_of(BANK)
READ = """import gift from "gift-pegjs";
answer(gift.parse(given));"""


def read(text: str) -> list[Found]:
    return list(gift.read(text.encode()))


def only(text: str) -> Found:
    [found] = read(text)
    return found


def test_every_item_comes_back_with_its_key_its_texts_and_its_labels() -> None:
    found = list(gift.read(gift.write(BANK)))
    assert [one.name for one in found] == [item.id for item in ITEMS]
    for item, one in zip(ITEMS, found, strict=True):
        assert_kept(item.question, one.data)
        labels = {name: one.data[name] for name in ("difficulty", "stage", "objective")}
        assert labels == {name: getattr(item.question, name) for name in labels}
        assert tuple(one.data["tags"]) == item.question.tags
        assert render(one.data["solution"][0]["text"]) == render(explanation(item.question))
        assert one.data["id"] == own_id(item.id)
        assert not one.note


def test_a_sign_of_the_format_in_a_text_is_escaped() -> None:
    (first, *_) = BANK.quizzes
    signs = r"~ = # { } : \ a::b"
    question = replace(first.questions[0], stem=signs, final_answer=signs)
    bank = QuizBank((replace(first, questions=(question,)),))
    escaped = r"\~ \= \# \{ \} \: \\ a\:\:b"
    assert gift.write(bank).decode().count(escaped) == 2 * len(items_of(bank))


def test_the_format_lacks_only_hints_and_units() -> None:
    assert EXPORTS["gift"].lacks == ("hints", "units")


@pytest.mark.extras("readers")
def test_another_parser_reads_every_item(run_node: RunNode) -> None:
    written = gift.write(BANK).decode()
    parsed = run_node("gift-pegjs@1.0.2", script=READ, given=written)
    categories = [one["title"] for one in parsed if one["type"] == "Category"]
    assert categories == [quiz.title for quiz in BANK.quizzes]
    questions = [one for one in parsed if one["type"] != "Category"]
    for item, one in zip(ITEMS, questions, strict=True):
        question = item.question
        assert (one["id"], one["title"]) == (item.id, item.id)
        assert set(one["tags"]) > {f"difficulty:{question.difficulty}", *question.tags}
        assert _shown(one["stem"]) == render(question.stem)
        assert _shown(one["globalFeedback"]) == render(explanation(question))
        if isinstance(question, ChoiceQuestion):
            assert one["type"] == "MC"
            assert one["choices"] == _choices(question)
        elif isinstance(question, NumberQuestion):
            assert one["type"] == "Numerical"
            assert one["choices"] == _numbers(question)


def _html(text: str) -> dict[str, str]:
    return {"format": "html", "text": render(text)}


def _shown(text: dict[str, str]) -> str:
    assert text["format"] == "html"
    return text["text"]


def _choices(question: ChoiceQuestion) -> list[dict[str, Any]]:
    key = getattr(question, "answer", "")
    is_single = question.kind == "single"
    share = 100 / len(key)
    return [
        {
            "isCorrect": is_single and letter in key,
            "weight": None
            if is_single
            else pytest.approx(share if letter in key else -share, abs=1e-5),
            "text": _html(option.text),
            "feedback": _html(option.feedback),
        }
        for letter, option in question.options.items()
    ]


def _numbers(question: NumberQuestion) -> list[dict[str, Any]]:
    answer, feedback = question.answer, question.feedback
    assert answer is not None
    assert feedback is not None
    rows = [(100, answer.value, feedback.right)]
    rows += [(0, one.value, one.feedback) for one in feedback.known]
    numbers = [
        {
            "isCorrect": True,  # as for every answer with an equals sign
            "weight": weight,
            "text": {"type": "range", "number": value, "range": answer.tolerance},
            "feedback": _html(text),
        }
        for weight, value, text in rows
    ]
    other = {"format": "html", "text": "*"}
    wrong = {"isCorrect": False, "weight": None, "text": other, "feedback": _html(feedback.wrong)}
    return [*numbers, wrong]


def test_shares_are_those_of_moodles_list() -> None:
    shares = {
        share.strip("-")
        for line in gift.write(BANK).decode().splitlines()
        if line.startswith("~%")
        for share in [line.split("%")[1]]
    }
    assert shares == {"50", "33.33333"}


ODD = """\
quiz: odd
title: "A / B {c}\\n\\nd"
questions:
- id: odd
  revision: 1
  kind: several
  difficulty: easy
  objective: call
  stage: batch
  stem: |
    ::No *title*:: {=a ~b} // \\n $CATEGORY: x

    ```python
    d = {"a": 1}  # ~= \\n \\\\


    print(d)
    ```

    | a | b |
    |---|---|
    | 1 | `x#y` |
  options:
    A: {text: '#### `[html]`', feedback: '#1: a \\ b'}
    B: {text: '[plain]', feedback: '%50% -> ='}
    C: {text: '<b>&amp;</b>', feedback: '}{'}
    D: {text: '%100%', feedback: '~'}
    E: {text: '\\=', feedback: '[id:other]'}
    F: {text: 'T', feedback: '//'}
    G: {text: '1..2', feedback: '\\n'}
    H: {text: '->', feedback: '-1'}
  answer: [A, B, C, D, E, F, G]
  hints: [a]
  solution: [{title: a, text: '####'}]
  final_answer: a
  quick_check: a
  common_mistakes: [a]
"""


@pytest.fixture
def odd(tmp_path: Path) -> QuizBank:
    (tmp_path / "odd.yaml").write_text(ODD, encoding="utf-8")
    bank = load_bank(tmp_path)
    assert not bank.broken
    return bank


def test_control_characters_and_blank_lines_survive(odd: QuizBank) -> None:
    [found] = gift.read(gift.write(odd))
    assert_kept(odd.questions[0], found.data)
    assert found.data["id"] == "odd"
    assert not found.note


@pytest.mark.extras("readers")
def test_control_characters_and_blank_lines_survive_another_parser(
    odd: QuizBank, run_node: RunNode
) -> None:
    parsed = run_node("gift-pegjs@1.0.2", script=READ, given=gift.write(odd).decode())
    question = odd.questions[0]
    assert isinstance(question, ChoiceQuestion)
    assert [one["type"] for one in parsed] == ["Category", "MC"]
    assert _shown(parsed[1]["stem"]) == render(question.stem)
    assert parsed[1]["choices"] == _choices(question)
    assert parsed[1]["choices"][0]["weight"] == 14.28571


# After the shapes of files by others: by hand, by scripts, by spreadsheets, exported by Moodle.
ONE_LINE = "Which river crosses Cairo?{~Rhine ~Danube =Nile}"
LINES = """\
// A comment: {not a question} [id:rivers-1] [tag:geo-graphy] [tag:Not a slug] [tag:difficulty:hard]
::Rivers: Africa::
Which river
crosses Cairo? {
    ~Rhine   # No: it flows
               through Cologne.
    // another comment
    =Nile    # Right: see http\\://example.org
    ~Congo
    ####The Nile flows north.
}
"""
WEIGHTS = """\
::Primes::[markdown]Which are **prime**?{
\t~%33.33333%`2`#yes
\t~%33.33333%3
\t~%33.33333%5
\t~%-33.33333%9#3 × 3
}"""
EXPORTED = """\
// question: 12  name: Switch category to $course$/top/Default for Physics
$CATEGORY: $course$/top/Default for Physics

// question: 34  name: Speed
::Speed::[html]<p>How far does it fall in 2&nbsp;s?<br></p>{#
\t=%100%19.6:0.2#<p>Right\\: ½ g t²</p>
\t=%50%20:1#<p>Close.</p>
\t=%0%39.2:0.1#<p>That is <b>g</b> t².</p>
\t~#<p>No.</p>
}
"""


def test_a_question_on_one_line() -> None:
    assert only(ONE_LINE).data == {
        "kind": "single",
        "stem": "Which river crosses Cairo?",
        "options": {
            "A": {"text": "Rhine", "feedback": ""},
            "B": {"text": "Danube", "feedback": ""},
            "C": {"text": "Nile", "feedback": ""},
        },
        "answer": "C",
        "id": "",
        "solution": [],
        "tags": [],
    }


def test_a_question_on_many_lines_with_comments_and_feedback() -> None:
    found = only(LINES)
    assert found[:3] == (2, "Rivers: Africa", "multiple choice")
    assert found.data == {
        "kind": "single",
        "stem": "Which river\\\ncrosses Cairo?",
        "options": {
            "A": {"text": "Rhine", "feedback": "No: it flows\\\nthrough Cologne."},
            "B": {"text": "Nile", "feedback": "Right: see http://example.org"},
            "C": {"text": "Congo", "feedback": ""},
        },
        "answer": "B",
        "id": "rivers-1",
        "difficulty": "hard",
        "tags": ["geo-graphy", "not-a-slug"],
        "solution": [{"title": "Solution", "text": "The Nile flows north."}],
    }


def test_weights() -> None:
    found = only(WEIGHTS)
    assert (found.data["kind"], found.data["answer"]) == ("several", ["A", "B", "C"])
    assert found.data["stem"] == "Which are **prime**?"
    assert found.data["options"]["A"] == {"text": "`2`", "feedback": "yes"}
    assert not found.note


def test_what_moodle_exported() -> None:
    found = only(EXPORTED)
    assert found.line == 5
    assert found.data["answer"] == {"value": 19.6, "tolerance": 0.2}
    assert found.data["feedback"] == {
        "right": "Right: ½ g t²",
        "wrong": "No.",
        "known": [{"value": 39.2, "feedback": "That is **g** t²."}],
    }
    assert "Not kept as in the file" in found.note


@pytest.mark.parametrize("text", [LINES, WEIGHTS, EXPORTED])
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_other_line_ends_and_a_byte_order_mark_change_nothing(text: str, ending: str) -> None:
    assert list(gift.read(f"\ufeff{text}".replace("\n", ending).encode())) == read(text)


@pytest.mark.parametrize(
    ("answers", "value", "tolerance"),
    [
        ("{#1822}", 1822, 0),
        ("{#3.1415:0.0005}", 3.1415, 0.0005),
        ("{# 3.141..3.142 }", 3.1415, 0.0005),
        ("{#=-1e3:.5#yes}", -1000, 0.5),
        ("{#=%100%100.2:0.1#}", 100.2, 0.1),
        ("{#\n  =1822:0 #Correct! 100% of it.\n  =%50%1822:2 #Half of it.\n}", 1822, 0),
        ("{#100.1..100.3}", 100.2, 0.1),
    ],
)
def test_numbers(answers: str, value: float, tolerance: float) -> None:
    assert only(f"How many?{answers}").data["answer"] == {"value": value, "tolerance": tolerance}


@pytest.mark.parametrize("word", ["T", "TRUE", "F", "FALSE"])
def test_true_or_false(word: str) -> None:
    found = only(f"The sun rises in the east.{{{word}#You chose the wrong one. #Yes.}}")
    right, wrong = "AB" if word[0] == "T" else "BA"
    assert (found.data["kind"], found.data["answer"]) == ("single", right)
    assert [one["text"] for one in found.data["options"].values()] == ["True", "False"]
    assert found.data["options"][right]["feedback"] == "Yes."
    assert found.data["options"][wrong]["feedback"] == "You chose the wrong one."


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("a *b* <i>c</i> &lt; 1\\nd", "a \\*b\\* *c* < 1\\\nd"),
        ("[moodle]x", "x"),
        ("[plain]<i>a</i> \\{1\\}", "<i>a</i> {1}"),
        ("[html]<p>a <b>b</b></p>\\n<script>x</script>", "a **b**"),
        ("[markdown]a **b** `c\\=1`\\n\\n- d", "a **b** `c=1`\n\n- d"),
        ("[other] a", "[other] a"),
        ("C\\:\\\\new \\x", "C:\\new \\x"),
        ("The", "The _____ rises."),
    ],
)
def test_formats_and_escapes(text: str, stem: str) -> None:
    tail = " rises." if text == "The" else ""
    assert render(only(f"{text}{{=a ~b}}{tail}").data["stem"]) == render(stem)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Match them.{=Canada -> Ottawa =Italy -> Rome}", "matching"),
        ("Two plus two is {=four =4}.", "short answer"),
        ("Two plus two?{four}", "short answer"),
        ("Write about it.{}", "essay"),
        ("Write about it.{####Here is what counts.}", "essay"),
        ("Just a text.", "description"),
    ],
)
def test_other_types_are_named(text: str, kind: str) -> None:
    found = only(f"::title::{text}")
    assert (found.kind, found.data) == (kind, {})
    assert found.note == NOT_IMPORTED


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("ok{=a ~b}\n\nWhich?{\n=a\n~b\n\n", 3, "one { and one }"),
        ("Which?{\n=a\n\n~b\n}", 1, "no blank line"),
        ("// no\n\nWhich?\n=a\n~b}", 5, "write \\{ and \\}"),
        ("::t::Which?{\n=f{x}\n~b}", 1, "one { and one }"),
        ("Which?{=a\n~b}\nand {=c ~d}", 3, "one { and one }"),
    ],
)
def test_broken_braces_are_reported_with_their_line(text: str, line: int, reason: str) -> None:
    broken = next(one for one in read(text) if one.kind == "unreadable")
    assert (broken.line, broken.kind, broken.data) == (line, "unreadable", {})
    assert reason in broken.note


def test_a_broken_question_does_not_cost_the_others() -> None:
    assert [one.kind for one in read("a{=b ~c}\n\nd{=e{f}}\n\ng{=h ~i}")] == [
        "multiple choice",
        "unreadable",
        "multiple choice",
    ]


@pytest.mark.parametrize("body", ["~=like~likes", "=like ~likes ~ "])
def test_empty_options_are_dropped(body: str) -> None:
    options = only(f"I ...{{{body}}} it.").data["options"]
    assert [one["text"] for one in options.values()] == ["like", "likes"]


def test_less_than_is_no_tag() -> None:
    options = only("Which loop?{=if (i<n && n>2) ~List<String> ~<b>bold</b>}").data["options"]
    assert [one["text"] for one in options.values()] == [
        "if (i<n && n>2)",
        "List<String>",
        "**bold**",
    ]


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(ForeignFileError, match=r"^2: the file is not UTF-8"):
        list(gift.read("a\nä{=a ~b}".encode("latin-1")))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ("{~a ~b}", "0 of 2 answers are right"),
        ("{=1 + 1 = 2 ~3}", "2 of 3 answers are right"),
        ("{=a" + "~b" * 8 + "}", "at most 8"),
        ("{#}", "0 of 0 answers are right"),
        ("{#=1 =2}", "2 of 2 answers are right"),
        ("{#3,5}", "Use a decimal point"),
        ("{#5:10%}", "without a unit"),
        ("{#nan}", "Enter a number"),
        ("{#1e999}", "Enter a smaller number"),
        ("{#1..}", "Enter a number"),
        ("{#=0" + "=%0%1#a" * 100 + "}", "at most 100"),
        ("{#%100%*}", "must be a number"),
    ],
)
def test_answers_that_do_not_fit_are_skipped_with_a_reason(answers: str, reason: str) -> None:
    found = only(f"Which?{answers}")
    assert found.data == {}
    assert reason in found.note


@pytest.mark.parametrize(
    "answers",
    ["{=a ~%50%b ~c}", "{~%50%a ~%50%b ~c}", "{#=%0%5:1#far =%100%3:0.5}"],
)
def test_other_credit_and_tolerances_are_noted(answers: str) -> None:
    found = only(f"Which?{answers}")
    assert found.data
    assert "Not kept as in the file" in found.note


@pytest.mark.parametrize(
    "line",
    [
        "a" * 200_000,
        "::" * 100_000,
        "~" * 200_000,
        "Which?{" + "~%" * 100_000 + "}",
        "=%1" * 100_000,
        "Which?{#" + "=" * 100_000 + "}",
        "\\" * 100_000,
        "// " + "[id:" * 100_000,
        " " * 200_000 + "a",
    ],
)
def test_a_long_line_is_read_at_once(line: str) -> None:
    assert len(read(f"{line}\n\nWhich?{{=a ~b}}")) in (1, 2)


def test_known_mistakes_that_an_answer_covers_are_left_out() -> None:
    found = only("Which?{#=5:1#yes =%0%6:1#near =%0%8:1#far =%0%8.5:1#too near to 8 =%0%3:1}")
    known = [{"value": 8, "feedback": "far"}]
    assert found.data["feedback"] == {"right": "yes", "known": known}


def test_texts_in_too_many_elements_are_skipped() -> None:
    found = only("::t::Which?{=" + "<b>" * 2_000 + "a ~b}")
    assert (found.data, found.name) == ({}, "t")
    assert "recursion" in found.note


def test_a_lost_image_is_noted() -> None:
    found = only('[html]What is this? <img src\\="@@PLUGINFILE@@/a.png" alt\\="A cat">{=a ~b}')
    assert found.data["stem"] == "What is this? A cat"
    assert found.note == "Files and images were not kept."


@pytest.mark.parametrize(
    "stem",
    [
        '[html]<a href\\="@@PLUGINFILE@@/a.mp3">Listen</a>',
        "[markdown][Listen](@@PLUGINFILE@@/a.mp3)",
    ],
)
def test_a_link_to_a_file_that_is_not_kept_is_its_text(stem: str) -> None:
    found = only(f"{stem}{{=a ~b}}")
    assert (found.data["stem"], found.note) == ("Listen", "Files and images were not kept.")


def test_a_file_without_a_name_gets_the_title_of_the_quiz_file(tmp_path: Path) -> None:
    out = tmp_path / "rivers.yaml"
    out.write_text(draft_of(ONE_LINE.encode(), Path(" .gift"), out).text, encoding="utf-8")
    assert load_bank(tmp_path).quiz("rivers").title == "rivers"


def test_a_draft_is_a_valid_quiz_file(tmp_path: Path) -> None:
    content = "\n\n".join([ONE_LINE, LINES, WEIGHTS, EXPORTED, "Why?{}", "So.{F}"]).encode()
    out = tmp_path / "physics.yaml"
    draft = draft_of(content, Path("Physics.gift"), out)
    assert (draft.questions, draft.skipped) == (5, {"essay": 1})
    out.write_text(draft.text, encoding="utf-8")
    bank = load_bank(tmp_path)
    assert not bank.broken
    assert [one.id for one in bank.questions][:3] == [
        "which-river-crosses-cairo",
        "rivers-1",
        "primes",
    ]
    assert yaml.safe_load(draft.text)["questions"][1]["difficulty"] == "hard"


def test_our_own_file_makes_a_valid_quiz_file(tmp_path: Path) -> None:
    some: Quiz = BANK.quiz("06")
    out = tmp_path / "x.yaml"
    draft = draft_of(gift.write(QuizBank((some,))), Path("x.gift"), out)
    assert draft.notes == []
    out.write_text(draft.text, encoding="utf-8")
    assert not load_bank(tmp_path).broken
