"""`lessons predict`: one text in real time, or the texts of a txt, csv or jsonl file."""

import csv
import functools
import io
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lessons_lib.cli import main
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.prediction import Prediction
from lessons_lib.pipeline.inference.realtime import RealTimePredictor
from tests.support.shell import Lessons, ran

Patch = pytest.MonkeyPatch
Captured = pytest.CaptureFixture[str]
TEXTS = ["I love sunny days", "", "What an awful, awful film", 'We "came" by tram', "naïve 🥞 día"]
ADDED = ["label", "negative", "neutral", "positive"]


@functools.cache
def _predictor() -> BatchPredictor:
    return BatchPredictor(FoldedPipeline.load())


pytestmark = pytest.mark.usefixtures("here")


def _expected(texts: Sequence[str] = TEXTS) -> list[Prediction]:
    return _predictor().predict(texts)


def _labels(*texts: str) -> str:
    return "".join(f"{one.label}\n" for one in _expected(texts))


def _fields(prediction: Prediction) -> list[str]:
    return [str(prediction.label), *(f"{one:.6f}" for one in prediction.probabilities)]


def _label(name: str, content: str | bytes, out: str, *flags: str) -> str:
    """Label a file with some content and return the output."""
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    assert main(["predict", "--file", name, "--out", out, *flags]) == 0
    return Path(out).read_bytes().decode()


def _csv(*rows: Sequence[str], end: str = "\n") -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator=end).writerows(rows)
    return table.getvalue()


def _rows(table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table, newline="")))


@pytest.mark.parametrize("text", ["I love sunny days", "", "a\x00b", "naïve 🥞", "word " * 10_000])
def test_one_text_gets_label_probabilities_and_duration(text: str, lessons: Lessons) -> None:
    label, *figures, duration = lessons("predict", text).splitlines()
    expected = RealTimePredictor(FoldedPipeline.load()).predict(text)
    assert label == expected.label
    for line, name, figure in zip(figures, ADDED[1:], expected.probabilities, strict=True):
        assert line.split() == [name, f"{figure:.3f}"]
    assert re.match(r"\d+\.\d\d ms for this one text", duration)


@pytest.mark.parametrize(
    ("arguments", "reported"),
    [
        ([], "Expected one text, got 0."),
        (["I", "love", "it"], 'Put it in quotes: lessons predict "I love it".'),
        (["I love it", "--file", "x.txt"], "Pass either one text or --file IN, not both."),
        (["I love it", "--out", ""], "--out requires --file IN"),
        (["I love it", "--column", "a"], "--column requires --file IN"),
        (["I love it", "--format", "csv"], "--format requires --file IN"),
        (["--file", "none.txt"], "No such file or directory: none.txt"),
        (["--file", "."], "Is a directory: ."),
        (["--file", "in.json"], "got in.json. If the file has one of these formats, add --form"),
        (["--file", "in", "--out", "out.xlsx"], "got out.xlsx. Without an extension, OUT"),
        (["--file", "in", "--column", "text"], "A txt file has no columns"),
        (["--file", "in", "--out", "no/out"], "No such file or directory: no/out"),
        (["--file", "in", "--out", "new/"], "Is a directory: new/"),
    ],
)
def test_invalid_arguments_are_refused(
    arguments: list[str], reported: str, here: Path, lessons: Lessons
) -> None:
    Path("in").write_text("good\n")
    printed = lessons.ends(1, "predict", *arguments)
    assert (reported in printed.err, printed.out) == (True, "")
    assert [one.name for one in here.iterdir()] == ["in"]


def test_neither_way_loads_torch_matplotlib_or_pandas() -> None:
    Path("in.txt").write_text("good\n")
    program = (
        "import sys; from lessons_lib.cli import main;"
        "assert 'numpy' not in sys.modules;"
        "assert main(['predict', '--', '-5']) == main(['predict', '--file', 'in.txt']) == 0;"
        "print('LOADED', *sys.modules)"
    )
    done = ran(sys.executable, "-c", program)
    loaded = done.stdout.partition("LOADED ")[2].split()
    assert "lessons_lib.pipeline.inference.folded" in loaded, done.stderr
    assert {"torch", "matplotlib", "pandas"}.isdisjoint(loaded)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("end", "last"), [("\n", "\n"), ("\r\n", "\r\n"), ("\n", "x")])
def test_a_txt_gives_one_label_per_line(mark: str, end: str, last: str) -> None:
    written = _label("in.txt", mark + end.join(TEXTS) + last, "out.txt")
    assert written == _labels(*TEXTS[:-1], TEXTS[-1] + last)


def test_a_txt_can_become_a_table_or_objects() -> None:
    table = _label("in.txt", "\n".join(TEXTS), "out.csv")
    rows = [[text, *_fields(one)] for text, one in zip(TEXTS, _expected(), strict=True)]
    assert _rows(table) == [["text", *ADDED], *rows]
    objects = _label("in.txt", "\n".join(TEXTS), "out.jsonl").splitlines()
    for line, (text, label, *probabilities) in zip(objects, rows, strict=True):
        written = json.loads(line)
        assert list(written) == ["text", *ADDED]
        assert list(written.values()) == [text, label, *map(float, probabilities)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_keeps_its_columns_and_gets_four_more(end: str) -> None:
    rows = [[str(n), text, "a\nb"] for n, text in enumerate(TEXTS)]
    table = _label("in.csv", "\ufeff" + _csv(["id", "text", "x"], *rows, end=end), "out.csv")
    assert _rows(table) == [
        ["id", "text", "x", *ADDED],
        *([*row, *_fields(one)] for row, one in zip(rows, _expected(), strict=True)),
    ]


@pytest.mark.parametrize("odd", ["a\rb", "a\r\nb", "a\nb", 'a"b', "a,b", "a\x00b", "x" * 100_000])
def test_a_field_with_any_character_survives_a_csv(odd: str) -> None:
    table = _label("in.csv", _csv(["text", "note"], [odd, odd], end="\r\n"), "out.csv")
    assert _rows(table)[1] == [odd, odd, *_fields(_expected([odd])[0])]


def test_a_jsonl_keeps_its_values_and_a_lone_surrogate() -> None:
    line = r'{"big": 12345678901234567890123, "text": "caf\u00e9 \ud800", "e": {"a": [NaN]}}'
    written = _label("in.jsonl", f"{line} \r\n", "out.jsonl")
    text = json.loads(line)["text"]
    assert written.startswith(
        '{"big": 12345678901234567890123, "text": "café \\ud800", "e": {"a": [NaN]}, '
        f'"label": "{_expected([text])[0].label}", "negative": '
    )
    assert list(json.loads(written))[3:] == ADDED
    assert _rows(_label("in.jsonl", line, "out.csv"))[1][0] == r"café \ud800"


def test_formats_can_be_converted_and_empty_lines_are_skipped(capsys: Captured) -> None:
    middle = _label("in.csv", "id,review\n1,good\n", "mid.ndjson", "--column", "review")
    assert list(json.loads(middle).items())[:2] == [("id", "1"), ("review", "good")]
    table = _label("in.jsonl", '{"id": 1, "review": "good"}', "out.csv", "--column", "review")
    assert _rows(table) == [["review", *ADDED], ["good", *_fields(_expected(["good"])[0])]]
    for name, content in (("in.csv", "\ntext\n\ngood\n\n"), ("in.jsonl", '\n{"text": "good"}\n ')):
        capsys.readouterr()
        assert _label(name, content, "out.txt") == _labels("good")
        assert capsys.readouterr().err == "1 text labeled.\n"


@pytest.mark.parametrize(
    ("header", "column"),
    [("id,text", ""), ("id,review", "review"), ("review", ""), ("id;review", "id;review")],
)
def test_the_column_is_the_named_one_or_text_or_the_only_one(header: str, column: str) -> None:
    row = "terrible,lovely" if "," in header else "lovely"
    flags = ["--column", column] if column else []
    assert _label("in.csv", f"{header}\n{row}\n", "out.txt", *flags) == _labels("lovely")


@pytest.mark.parametrize(
    ("header", "flags", "reported"),
    [
        ("id,review", [], "but there are none. Found: 'id', 'review'. Choose with --column NAME."),
        ("id,review", ["--column", "Review"], "There must be one column 'Review' with the texts"),
        ("review,review", ["--column", "review"], "but there are 2"),
        ("id;review", [], "Columns must be separated by commas"),
        ("id\treview, or not", ["--column", "review"], "Columns must be separated by commas"),
        ('"id,review', [], "The first row must name the columns, but it is not valid csv"),
        ("text,label", [], "The input has 'text', 'label', and label, negative, neutral, pos"),
        ("text,a,a", [], "each name must be unique"),
    ],
)
def test_a_csv_without_one_column_for_each_name_is_refused(
    header: str, flags: list[str], reported: str, here: Path, lessons: Lessons
) -> None:
    Path("in.csv").write_text(f"{header}\n1,good\n")
    assert reported in lessons.fails("predict", "--file", "in.csv", *flags, "--out", "out.csv")
    assert [one.name for one in here.iterdir()] == ["in.csv"]


def test_an_existing_key_with_the_name_of_an_added_one_is_refused_anywhere_in_the_file(
    lessons: Lessons,
) -> None:
    content = '{"text": "a"}\n' * 9000 + '{"text": "a", "label": "b"}\n'
    Path("in.jsonl").write_text(content)
    Path("out.jsonl").write_text("old\n")
    problem = lessons.fails("predict", "--file", "in.jsonl", "--out", "out.jsonl")
    assert "or write the labels alone: " in problem
    assert Path("out.jsonl").read_text() == "old\n"
    assert _label("in.jsonl", content, "out.txt").count("\n") == 9001


@pytest.mark.parametrize("name", ["in.txt", "in.csv", "in.jsonl"])
@pytest.mark.parametrize("content", ["", "\ufeff"])
def test_an_empty_file_has_an_empty_output(name: str, content: str, capsys: Captured) -> None:
    assert _label(name, content, "out.txt") == _label(name, content, "out.jsonl") == ""
    assert capsys.readouterr().err == "0 texts labeled.\n" * 2


@pytest.mark.parametrize("flags", [[], ["--sort-by-length"]])
def test_many_chunks_stay_in_order(flags: list[str]) -> None:
    numbers = range(FoldedPipeline.batch_size * 2 + 9)
    texts = [f"{'good' if n % 3 else 'awful'} number {n}" for n in numbers]
    rows = _rows(_label("in.txt", "\n".join(texts), "out.csv", *flags))[1:]
    assert [row[0] for row in rows] == texts
    assert [row[1] for row in rows] == [one.label for one in _expected(texts)]


@pytest.mark.parametrize(
    ("name", "flags"), [("IN.TXT", []), ("in", []), ("in.tsv", ["--format", "txt"])]
)
def test_the_format_is_that_of_the_extension_or_of_the_flag(name: str, flags: list[str]) -> None:
    assert _label(name, "good\n", "out", *flags) == _labels("good")


@pytest.mark.parametrize(("encoding", "where"), [("latin1", "line 2 is"), ("utf-16", "line 1 is")])
@pytest.mark.parametrize("name", ["in.txt", "in.csv", "in.jsonl"])
def test_other_encodings_are_refused(
    name: str, encoding: str, where: str, here: Path, lessons: Lessons
) -> None:
    head = '{"text": "good"}' if name == "in.jsonl" else "text"
    Path(name).write_bytes(f"{head}\ncafé\n".encode(encoding))
    problem = lessons.fails("predict", "--file", name, "--out", "out.txt")
    assert f"{name}, {where} not UTF-8 (byte 0x" in problem
    assert [one.name for one in here.iterdir()] == [name]


def test_an_invalid_object_is_reported_and_leaves_an_empty_line(capsys: Captured) -> None:
    wrong = ['{"text": "lovely"', '["lovely"]', '{"review": "lovely"}', '{"text": null}']
    wrong += ['{"text": "lovely", "n": 1E400}']  # it would be written as Infinity
    wrong += ["[" * 100_000, '{"n": ' + "9" * 5000 + "}", '["\x9b31mred \u202e caf\u00e9"]']
    lines = ['{"text": "lovely"}', *wrong, '{"text": "awful"}']
    written = _label("in.jsonl", "\n".join(lines), "out.txt")
    assert written == _labels("lovely") + "\n" * len(wrong) + _labels("awful")
    *reported, summary = capsys.readouterr().err.splitlines()
    for number, line in enumerate(reported, 2):
        assert line.startswith(f"line {number}: not valid jsonl (")
        assert line.isprintable()
        assert len(line) < 400
    assert summary == f"2 texts labeled, {len(wrong)} lines skipped."


def test_a_row_of_another_width_is_reported_where_it_starts(capsys: Captured) -> None:
    content = 'id,text\n1,"two\nlines"\n2,a,b\n"3\n\n",lovely\n\n4\n5,awful\n'
    written = _label("in.csv", content, "out.txt")
    assert capsys.readouterr().err.splitlines() == [
        "line 4: not valid csv (3 fields, but the header has 2); skipped",
        "line 9: not valid csv (1 field, but the header has 2); skipped",
        "3 texts labeled, 2 lines skipped.",
    ]
    assert written == "\n".join([_labels("two\nlines"), _labels("lovely"), _labels("awful")])


@pytest.mark.parametrize("count", [3, 50_000])
def test_a_quote_that_is_never_closed_loses_only_the_lines_inside_it(
    count: int, capsys: Captured
) -> None:
    content = 'id,text\n1,lovely\n2,"awful\n' + "3,fine\n" * count
    labels = _label("in.csv", content, "out.txt").splitlines()
    first, end = capsys.readouterr().err.splitlines()
    assert first.startswith("line 3 to ")
    lost = count + 2 - (len(labels) - 1)
    assert end.endswith(f"labeled, {lost:,} lines skipped.")
    assert lost <= min(count + 1, 20_000)  # the longest allowed field ends it


def test_twenty_bad_lines_are_reported_and_none_written(capsys: Captured, lessons: Lessons) -> None:
    content = "text\n" + "a,b\n" * 5000 + "fine\n"
    assert _label("in.csv", content, "out.txt") == "\n" * 5000 + _labels("fine")
    reported = capsys.readouterr().err.splitlines()
    assert reported[19].startswith("line 21: ")
    assert reported[20:] == ["1 text labeled, 5,000 lines skipped."]
    Path("in.jsonl").write_text("1\n2\n")
    Path("out.txt").write_text("old\n")
    last = lessons.fails("predict", "--file", "in.jsonl", "--out", "out.txt").splitlines()[-1]
    assert last == "lessons predict: 0 texts labeled, 2 lines skipped."
    assert Path("out.txt").read_text() == "old\n"
