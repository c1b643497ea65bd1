"""Faults in quiz files, each reported with its line and what to do."""

import json
import os
import sys
from pathlib import Path

import pytest
import yaml

from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.tables.problems import LONGEST, Problem, QuizBankError
from lessons_lib.classroom.tables.yaml_file import YamlFile
from tests.classroom.quiz.conftest import load_file

TITLE = "title: Choosing a mode by the numbers"
CHANGES = [  # text of the sample, its replacement, words of the message about that line
    ("answer: B\n", "answer: E\n", "answer must be one of the options A, B, C, D, got E"),
    ("answer: [A, C]", "answer: [A, B, C, D]", "at least one must be wrong"),
    ("answer: [A, C]", "answer: A", "answer must be a list"),
    ("answer: B\n", "answr: B\n", "Did you mean 'answer'?"),
    ("kind: several", "kind: severla", "Did you mean 'several'?"),
    ("revision: 2", "revision: 0", "revision must be an integer >= 1, got the number 0"),
    ("revision: 2", "revision: '2'", "got the text '2': write it without quotes"),
    ("revision: 2", "revision: 1_0", "plain decimal digits"),
    (TITLE, "title: no", "YAML reads 'no' as true or false: put it in quotes"),
    (TITLE, "title: 2024-01-01", "YAML reads '2024-01-01' as a date: put it in quotes"),
    (TITLE, "title: 1e3", "must be text, got the number 1000.0: put it in quotes"),
    (TITLE, "title:", "the value is missing: write one"),
    (TITLE, "title: '  '", "must be text, got nothing"),
    (TITLE, "title: *x", "not valid YAML (found undefined alias)"),
    (TITLE, "title: !!str no", "anchors (&) and tags (!) are not allowed"),
    (TITLE, "title: " + "x" * 500, "text of length <= 400, got the text 'xxx"),
    ("quiz: 01_sample", "quiz: 02_other", "the file's name without .yaml (01_sample)"),
    ("id: count-the-passes", "id: which-calls-are-batch", "is already used by question 2"),
    ("id: count-the-passes", "id: |\n      count-the-passes\n", "words joined by hyphens"),
    ("{text: Fairly}", "{text: ' not  YET '}", "options A and B read the same"),
    ('hints: ["Count forward passes, not texts."]', "hints: []", "hints is missing"),
    ("${realtime_s} s: each", "${Real} s: each", "write a placeholder as ${name}"),
    ("n_passes: 120", "n_passes: 120, extra: 1", "extra is not used"),
    ("n_passes: 120", "N: 120", "a lower-case name"),
    ("n_passes: 120", "n_passes: '${n_texts}'", "contains a placeholder"),
    ("tolerance: 0,", "tolerance: -1,", "tolerance must be 0 or more"),
    ("tolerance: 0,", "tolerance: lots,", "a number or one placeholder"),
    (
        "{n_texts: 1000, batch_size: 64, n_passes: 16, rounded_down: 15}",
        "{n_texts: 10000, batch_size: 512, n_passes: 20, rounded_down: 19}",
        "same as another row",
    ),
    ("    tags: [code]", "\ttags: [code]", "spaces only"),
    (
        "hints:\n      - Look",
        "hints: # \n      - a\n      - b\n      - c\n      - d\n      - Look",
        "hints must be a list of length <= 5, got a list of 6",
    ),
    ("tags: [code]", "? [a, b]\n    : c", "a key must be one word"),
    (TITLE, 'title: "a\\0b"', "the character U+0000 is not allowed"),
    ("text: Not yet", 'text: "\\u202Ea"', "the character U+202E is not allowed"),
]
CHANGES_REPORTED_ELSEWHERE = [  # also with the text of the reported line
    ("    answer: B\n", "", "- id: choose-mode", "answer is missing"),
    ("kind: number", "kid: number", "- id: count-the", "got nothing. Did you mean 'kid'?"),
    ("    kind: several\n", "", "- id: which-calls", "kind must be one of single, several, number"),
    ("    revision: 2\n", "", "- id: count-the-passes", "revision is missing"),
    (TITLE, "title: a\ntitle: b", "title: b", "is repeated (first in line 4)"),
    (
        "      B: {text: Fairly}\n",
        "",
        "options:\n      A: {text: Not yet}",
        "A, B in this order, got A, C",
    ),
    ("    mode: survey ", "    # ", "- id: how-sure", "write mode: survey to ask without one"),
    (
        '        feedback: "Memory was not the constraint here."\n',
        "",
        'C:\n        text: "Real-time, because it always',
        "C.feedback is missing",
    ),
    (
        "${realtime_s} s: each",
        "${rt} s: each",
        "{n_texts: 10000, batch_size: 100",
        "lacks rt, which",
    ),
    ("tolerance: 0,", "tolerance: 1,", 'value: "${rounded_down}"', "within the tolerance of"),
    ("n_passes: 20,", "n_passes: twenty,", "answer: {value", "must be filled with a number"),
    ("rounded_down: 19", "rounded_down: 20", 'value: "${rounded_down}"', "in variants[1]"),
    ("tags: [code]", "tags: [code, ]\n    2: x", "2: x", "a key must be one word"),
    ("# One question", "---\na: b\n---\n# One question", "---\n# One", "a single document"),
]


def written(folder: Path, content: str | bytes, name: str = "01_sample.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rejection(path: Path) -> str:
    with pytest.raises(QuizBankError) as caught:
        load_file(path)
    return str(caught.value)


def test_a_valid_file_becomes_a_quiz(sample_path: Path) -> None:
    quiz = load_file(sample_path)
    assert isinstance(quiz, Quiz)
    assert [one.kind for one in quiz.questions] == ["single", "several", "number", "single"]
    assert quiz.policy_of(quiz.questions[0]) == "practice"
    assert quiz.policy_of(quiz.questions[3]) == "survey"


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [*((old, new, "", words) for old, new, words in CHANGES), *CHANGES_REPORTED_ELSEWHERE],
)
def test_a_fault_is_reported_with_file_line_and_words(
    tmp_path: Path, sample_path: Path, old: str, new: str, at: str, words: str
) -> None:
    source = sample_path.read_text(encoding="utf-8")
    assert source.count(old) == 1
    changed = source.replace(old, new)
    line = changed.count("\n", 0, changed.index(at) if at else source.index(old)) + 1
    message = rejection(written(tmp_path, changed))
    fitting = [one for one in message.splitlines() if words in one]
    assert fitting, message
    assert fitting[0].startswith(f"01_sample.yaml:{line}: "), message


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b"- id: x\n", 1, "must have the keys quiz, title, questions"),
        ("quiz: a\ntitle: über\n".encode("latin-1"), 2, "not UTF-8 (byte 16 is 0xfc)"),
        ("quiz: a\n".encode("utf-16"), 1, "not UTF-8 (byte 1 is 0xff): save it as UTF-8"),
        ("quiz: a\ntitle: b\u202ec\n".encode(), 2, "U+202E"),
        (b"a: " + b"[" * 990 + b"]" * 990, 1, "nested too deeply"),
        (b"a: " + b"[" * 100_000, 1, "not valid YAML (exceeded maximum nesting depth"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported_with_its_line(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    message = rejection(written(tmp_path, content))
    assert message.startswith(f"01_sample.yaml:{line}: ")
    assert words in message


def test_aliases_cannot_explode(tmp_path: Path) -> None:
    rows = [f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20)]
    message = rejection(written(tmp_path, "\n".join(["a: &a [lol, lol]", *rows]) + "\n"))
    assert message.startswith("01_sample.yaml:1: anchors (&) and tags (!) are not allowed")


def test_a_missing_file_a_folder_and_a_pipe_are_reported(tmp_path: Path) -> None:
    assert "No such file" in rejection(tmp_path / "01_missing.yaml")
    (tmp_path / "02_folder.yaml").mkdir()
    os.mkfifo(tmp_path / "03_pipe.yaml")
    for name in ("02_folder.yaml", "03_pipe.yaml"):
        assert "the file cannot be read: not a file" in rejection(tmp_path / name)


def test_a_file_that_would_take_a_minute_to_read_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "04_long.yaml"
    path.write_bytes(b"#" * 1_000_001)
    assert "larger than 1 MB: split it" in rejection(path)


def test_a_byte_order_mark_and_windows_lines_are_accepted(
    tmp_path: Path, sample_path: Path
) -> None:
    content = sample_path.read_bytes()
    for changed in (b"\xef\xbb\xbf" + content, content.replace(b"\n", b"\r\n")):
        assert load_file(written(tmp_path, changed)) == load_file(sample_path)


def test_every_fault_of_a_file_is_reported_at_once(tmp_path: Path, sample_path: Path) -> None:
    source = sample_path.read_text(encoding="utf-8")
    broken = source.replace("answer: B\n", "answer: Z\n").replace("revision: 2", "revision: two")
    broken = broken.replace("text: Not yet", "text: off").replace("[A, C]", "[A, F]")
    with pytest.raises(QuizBankError) as caught:
        load_file(written(tmp_path, broken))
    assert [(one.number, one.question) for one in caught.value.problems] == [
        (1, "choose-mode-for-archive"),
        (2, "which-calls-are-batch"),
        (3, "count-the-passes"),
        (4, "how-sure-do-you-feel"),
    ]
    assert str(caught.value.problems[2]) == (
        "01_sample.yaml:69: question 3 (count-the-passes): revision must be an integer"
        ", got the text 'two'."
    )


def test_a_long_list_of_problems_is_shortened(tmp_path: Path) -> None:
    lines = ["quiz: 01_sample", "title: a", "questions:", *["  - {kind: single}"] * 30]
    message = rejection(written(tmp_path, "\n".join(lines)))
    assert len(message.splitlines()) == 41
    assert message.splitlines()[-1].startswith("… and ")


def test_code_options_may_differ_in_case_only(tmp_path: Path, sample_path: Path) -> None:
    source = sample_path.read_text(encoding="utf-8")
    changed = source.replace("{text: Not yet}", "{text: '`[\"A\"]`'}").replace(
        "{text: Fairly}", "{text: '`[\"a\"]`'}"
    )
    options = load_file(written(tmp_path, changed)).questions[3].options  # type: ignore[union-attr]
    assert (options["A"].text, options["B"].text) == ('`["A"]`', '`["a"]`')


def test_the_slow_yaml_parser_reads_the_same_quiz(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = load_file(sample_path)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert load_file(sample_path) == fast


def as_json(path: Path) -> str:
    return json.dumps(YamlFile(path).data, ensure_ascii=False, indent=1)


def test_a_bank_may_be_json(
    tmp_path: Path, sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz, path = load_file(sample_path), written(tmp_path, as_json(sample_path))
    assert load_file(path) == quiz
    monkeypatch.setitem(sys.modules, "yaml", None)  # as on a web page
    assert load_file(path) == quiz


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"title": ', '"title": "a",\n "title": ', 4, "'title' is repeated (first in line 3)"),
        ('"title": "', '"title": null, "x": "', 3, "the value is missing"),
        ('"title": "', '"title": "\\f', 3, "the character U+000C is not allowed"),
        ('"revision": 2', '"revision": 1234567890123456', 0, "plain decimal digits"),
        ("{", "{,", 1, "not valid YAML"),
    ],
)
def test_a_fault_in_json_is_reported_with_its_line(
    tmp_path: Path, sample_path: Path, old: str, new: str, line: int, words: str
) -> None:
    source = as_json(sample_path)
    line = line or source.count("\n", 0, source.index(old)) + 1
    message = rejection(written(tmp_path, source.replace(old, new, 1)))
    fitting = [one for one in message.splitlines() if words in one]
    assert fitting, message
    assert fitting[0].startswith(f"01_sample.yaml:{line}: "), message


def test_a_file_that_starts_like_json_may_be_yaml(tmp_path: Path, sample_path: Path) -> None:
    source = as_json(sample_path).replace('"title":', "title :")
    assert load_file(written(tmp_path, f"{source} # the end")) == load_file(sample_path)


def test_a_text_that_is_too_long_once_filled_is_rejected(tmp_path: Path, sample_path: Path) -> None:
    source = sample_path.read_text(encoding="utf-8")
    long = "x" * 3985 + "${n_texts}"
    message = rejection(written(tmp_path, source.replace("Memory was not", f"{long} Memory was")))
    assert "question 1 (choose-mode-for-archive): " in message
    assert "4000" in message


def test_a_problem_shows_neither_control_characters_nor_long_texts() -> None:
    message = Problem("01.yaml", 1, 0, "", "\x1b[2J\n" + "x" * 3000).message
    assert message == "\ufffd[2J\ufffd" + "x" * (LONGEST - 5) + "…"
