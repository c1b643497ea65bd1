"""GIFT that others wrote becomes questions."""

from pathlib import Path

import pytest

from lessons_lib.annexes.exchange import gift
from lessons_lib.annexes.exchange.commands.import_bank import draft_of
from lessons_lib.annexes.exchange.foreign import NOT_IMPORTED, ForeignFileError, Found
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.markdown import render
from tests.annexes.exchange.conftest import FILES
from tests.annexes.exchange.kept import assert_kept


def read(text: str) -> list[Found]:
    return list(gift.read(text.encode()))


def only(text: str) -> Found:
    [found] = read(text)
    return found


def test_control_characters_and_blank_lines_are_read() -> None:
    found = only((FILES / "odd.gift").read_text(encoding="utf-8"))
    assert_kept(load_bank(FILES).question("odd"), found.data)
    assert found.data["id"] == "odd"
    assert not found.note


# After the shapes of files by others: by hand, by scripts, by spreadsheets, exported by Moodle.
ONE_LINE = "Which river crosses Cairo?{~Rhine ~Danube =Nile}"
LINES = (FILES / "lines.gift").read_text(encoding="utf-8")
WEIGHTS = (FILES / "weights.gift").read_text(encoding="utf-8")
EXPORTED = (FILES / "exported.gift").read_text(encoding="utf-8")


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
        ("{#3.1415:0.0005}", 3.1415, 0.0005),
        ("{# 3.141..3.142 }", 3.1415, 0.0005),
        ("{#=-1e3:.5#yes}", -1000, 0.5),
        ("{#=%100%100.2:0.1#}", 100.2, 0.1),
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
        ("[plain]<i>a</i> \\{1\\}", "<i>a</i> {1}"),
        ("[html]<p>a <b>b</b></p>\\n<script>x</script>", "a **b**"),
        ("[markdown]a **b** `c\\=1`\\n\\n- d", "a **b** `c=1`\n\n- d"),
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
        ("Write about it.{}", "essay"),
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
        ("Which?{=a\n~b}\nand {=c ~d}", 3, "one { and one }"),
    ],
)
def test_broken_braces_are_reported_with_their_line(text: str, line: int, reason: str) -> None:
    broken = next(one for one in read(text) if one.kind == "unreadable")
    assert (broken.line, broken.kind, broken.data) == (line, "unreadable", {})
    assert reason in broken.note


@pytest.mark.parametrize("body", ["~=like~likes", "=like ~likes ~ "])
def test_empty_options_are_dropped(body: str) -> None:
    options = only(f"I ...{{{body}}} it.").data["options"]
    assert [one["text"] for one in options.values()] == ["like", "likes"]


def test_less_than_is_no_tag() -> None:
    options = only("Which loop?{=if (i<n && n>2) ~List<String> ~<b>bold</b>}").data["options"]
    shown = [one["text"] for one in options.values()]
    assert shown == ["if (i<n && n>2)", "List<String>", "**bold**"]


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(ForeignFileError, match=r"^2: the file is not UTF-8"):
        list(gift.read("a\nä{=a ~b}".encode("latin-1")))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ("{=1 + 1 = 2 ~3}", "2 of 3 answers are right"),
        ("{=a" + "~b" * 8 + "}", "at most 8"),
        ("{#}", "0 of 0 answers are right"),
        ("{#3,5}", "Use a decimal point"),
        ("{#=0" + "=%0%1#a" * 100 + "}", "at most 100"),
    ],
)
def test_answers_that_do_not_fit_are_skipped_with_a_reason(answers: str, reason: str) -> None:
    found = only(f"Which?{answers}")
    assert found.data == {}
    assert reason in found.note


@pytest.mark.parametrize(
    "line",
    [
        "a" * 200_000,
        "Which?{" + "~%" * 100_000 + "}",
        "Which?{#" + "=" * 100_000 + "}",
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


def test_a_draft_is_a_valid_quiz_file(tmp_path: Path) -> None:
    content = "\n\n".join([ONE_LINE, LINES, WEIGHTS, EXPORTED, "Why?{}", "So.{F}"]).encode()
    draft = draft_of(content, Path(" .gift"), tmp_path / "physics.yaml")
    assert (draft.questions, draft.skipped) == (5, {"essay": 1})
    (tmp_path / "physics.yaml").write_text(draft.text, encoding="utf-8")
    quiz = load_bank(tmp_path).quiz("physics")
    assert quiz.title == "physics"
    ids = [one.id for one in quiz.questions]
    assert ids[:3] == ["which-river-crosses-cairo", "rivers-1", "primes"]
    assert [getattr(one, "answer", None) for one in quiz.questions[:3]] == ["C", "B", (*"ABC",)]
