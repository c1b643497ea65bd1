"""`lessons predict --file`: txt, csv and jsonl, each into each."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import json
import sys
from pathlib import Path

import pytest

from lessons_lib.cli import main
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.prediction import Prediction

Captured = pytest.CaptureFixture[str]
TEXTS = ["I love sunny days", "", "What an awful, awful film", 'We "came" by tram', "naïve 🥞 día"]


@functools.cache
def _predictor() -> BatchPredictor:
    return BatchPredictor(FoldedPipeline.load())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the files of a test lie in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _expected(texts: list[str] = TEXTS) -> list[Prediction]:
    return _predictor().predict(texts)


def _labels(texts: list[str] = TEXTS) -> list[str]:
    return [str(one.label) for one in _expected(texts)]


def _figures(prediction: Prediction) -> list[str]:
    return [f"{probability:.6f}" for probability in prediction.probabilities]


def _predict(*arguments: str) -> int:
    return main(["predict", *arguments])


def _csv(rows: list[list[str]], end: str = "\n") -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator=end).writerows(rows)
    return table.getvalue()


def _rows(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(Path(name).read_bytes().decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    ("mark", "end", "last"),
    [("", "\n", "\n"), ("", "\r\n", "\r\n"), ("\ufeff", "\n", ""), ("\ufeff", "\r\n", "")],
)
def test_a_txt_gives_one_label_a_line_however_its_lines_end(mark: str, end: str, last: str) -> None:
    Path("in.txt").write_bytes((mark + end.join(TEXTS) + last).encode())
    assert _predict("--file", "in.txt", "--out", "out.txt") == 0
    assert Path("out.txt").read_text() == "".join(f"{label}\n" for label in _labels())


def test_a_txt_can_become_a_table() -> None:
    Path("in.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    assert _predict("--file", "in.txt", "--out", "out.csv") == 0
    assert _rows("out.csv") == [
        ["text", "label", "negative", "neutral", "positive"],
        *([text, str(p.label), *_figures(p)] for text, p in zip(TEXTS, _expected(), strict=True)),
    ]


def test_a_txt_can_become_objects() -> None:
    Path("in.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    assert _predict("--file", "in.txt", "--out", "out.jsonl") == 0
    objects = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert [one["text"] for one in objects] == TEXTS
    assert [one["label"] for one in objects] == _labels()
    assert all(sum(list(one.values())[2:]) == pytest.approx(1, abs=1e-5) for one in objects)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_keeps_its_columns_and_gets_four_more(end: str) -> None:
    rows = [[str(n), text, "a\nb"] for n, text in enumerate(TEXTS)]
    Path("in.csv").write_bytes(b"\xef\xbb\xbf" + _csv([["id", "text", "x"], *rows], end).encode())
    assert _predict("--file", "in.csv", "--out", "out.csv") == 0
    assert _rows("out.csv") == [
        ["id", "text", "x", "label", "negative", "neutral", "positive"],
        *([*row, str(p.label), *_figures(p)] for row, p in zip(rows, _expected(), strict=True)),
    ]


@pytest.mark.parametrize("odd", ["a\rb", "a\r\nb", "a\nb", 'a"b', "a,b", "a\x00b", "x" * 200_000])
def test_a_field_with_any_sign_or_length_goes_through_a_csv_unharmed(odd: str) -> None:
    Path("in.csv").write_bytes(_csv([["text", "note"], [odd, odd]], "\r\n").encode())
    assert _predict("--file", "in.csv", "--out", "out.csv") == 0
    assert _rows("out.csv")[1][:2] == [odd, odd]
    assert _rows("out.csv")[1][2] == _labels([odd])[0]


def test_empty_lines_of_a_csv_and_jsonl_are_nothing(capsys: Captured) -> None:
    Path("in.csv").write_text("\ntext\n\ngood\n\n")
    Path("in.jsonl").write_text('\n{"text": "good"}\n \n')
    for name in ("in.csv", "in.jsonl"):
        assert _predict("--file", name, "--out", "out.txt") == 0
        assert Path("out.txt").read_text() == f"{_labels(['good'])[0]}\n"
        assert capsys.readouterr().err == "1 text labelled.\n"


def test_a_jsonl_keeps_its_objects_letter_by_letter() -> None:
    told = (
        r'{"n": 1.00, "big": 12345678901234567890123, "text": "caf\u00e9 \ud800", "e": {"a": []}}'
    )
    Path("in.jsonl").write_text(f"{told} \r\n")
    assert _predict("--file", "in.jsonl", "--out", "out.jsonl") == 0
    (line,) = Path("out.jsonl").read_text().splitlines()
    assert line.startswith(f'{told[:-1]}, "label": "{_labels([json.loads(told)["text"]])[0]}", ')
    assert list(json.loads(line))[-4:] == ["label", "negative", "neutral", "positive"]


def test_half_a_character_can_be_written_into_a_csv() -> None:
    Path("in.jsonl").write_text(r'{"text": "bad \ud800 half"}')
    assert _predict("--file", "in.jsonl", "--out", "out.csv") == 0
    assert _rows("out.csv")[1][0] == r"bad \ud800 half"


def test_a_csv_can_become_objects_and_objects_a_table() -> None:
    Path("in.csv").write_text(_csv([["id", "said"], ["1", "good"]]))
    assert _predict("--file", "in.csv", "--column", "said", "--out", "mid.ndjson") == 0
    middle = json.loads(Path("mid.ndjson").read_text())
    assert list(middle.values())[:3] == ["1", "good", _labels(["good"])[0]]
    assert _predict("--file", "mid.ndjson", "--column", "said", "--out", "out.csv") == 0
    assert _rows("out.csv")[0] == ["said", "label", "negative", "neutral", "positive"]
    assert _rows("out.csv")[1][:2] == ["good", _labels(["good"])[0]]


@pytest.mark.parametrize(
    ("header", "flags"),
    [(["id", "text"], []), (["id", "said"], ["--column", "said"]), (["only"], [])],
)
def test_the_column_is_the_named_one_or_text_or_the_only_one(
    header: list[str], flags: list[str]
) -> None:
    Path("in.csv").write_text(_csv([header, ["terrible", "lovely"][-len(header) :]]))
    assert _predict("--file", "in.csv", *flags, "--out", "out.txt") == 0
    assert Path("out.txt").read_text() == f"{_labels(['lovely'])[0]}\n"


@pytest.mark.parametrize(
    ("header", "flags", "told"),
    [
        ("id,said", [], "no column 'text'. Found: 'id', 'said'. Choose with --column NAME."),
        ("id,said", ["--column", "Said"], "no column 'Said'. Found: 'id', 'said'."),
        ("said,said", ["--column", "said"], "2 columns 'said'"),
        ("id;said", [], "separated by semicolons, and here it must be by commas"),
        ("id;said", ["--column", "said"], "separated by semicolons, and here"),
        ("id\tsaid, or not", ["--column", "said"], "separated by tabs, and here"),
        ('"id,said', [], "line 1 is no valid csv"),
    ],
)
def test_without_its_column_a_csv_is_refused_before_anything_is_written(
    header: str, flags: list[str], told: str, here: Path, capsys: Captured
) -> None:
    Path("in.csv").write_text(f"{header}\n1,good\n")
    assert _predict("--file", "in.csv", *flags, "--out", "out.csv") == 1
    assert told in capsys.readouterr().err
    assert [one.name for one in here.iterdir()] == ["in.csv"]


@pytest.mark.parametrize(
    ("name", "content", "out"),
    [
        ("in.csv", "text,label\ngood,x\n", "out.csv"),
        ("in.csv", "text,label\ngood,x\n", "out.jsonl"),
        ("in.jsonl", '{"text": "good", "label": "x"}\n', "out.jsonl"),
    ],
)
def test_a_label_that_is_there_already_is_never_lost(
    name: str, content: str, out: str, capsys: Captured
) -> None:
    Path(name).write_text(content)
    assert _predict("--file", name, "--out", out) == 1
    assert "already has 'label'. Add --prefix predicted_" in capsys.readouterr().err
    assert not Path(out).exists()
    assert _predict("--file", name, "--out", out, "--prefix", "100%_") == 0
    assert "100%_label" in Path(out).read_text()
    assert _predict("--file", name, "--out", "out.txt") == 0


def test_two_columns_of_one_name_make_no_object(capsys: Captured) -> None:
    Path("in.csv").write_text("text,a,a\ngood,1,2\n")
    assert _predict("--file", "in.csv", "--out", "out.jsonl") == 1
    assert "two columns of one name" in capsys.readouterr().err
    assert _predict("--file", "in.csv", "--out", "out.csv") == 0


@pytest.mark.parametrize(
    ("name", "out"), [*itertools.product(["in.txt", "in.csv", "in.jsonl"], ["o.txt", "o.jsonl"])]
)
def test_an_empty_file_has_an_empty_answer(name: str, out: str, capsys: Captured) -> None:
    for content in (b"", b"\xef\xbb\xbf"):
        Path(name).write_bytes(content)
        assert _predict("--file", name, "--out", out) == 0
        assert Path(out).read_bytes() == b""
        assert capsys.readouterr().err == "0 texts labelled.\n"


def test_many_chunks_stay_in_order() -> None:
    texts = [f"{'good' if n % 3 else 'awful'} number {n}" for n in range(10_000)]
    Path("in.txt").write_text("\n".join(texts))
    assert _predict("--file", "in.txt", "--out", "out.csv") == 0
    assert [row[0] for row in _rows("out.csv")[1:]] == texts
    assert [row[1] for row in _rows("out.csv")[1:]] == _labels(texts)


@pytest.mark.parametrize("name", ["in.tsv", "in.json", "in.txt.gz"])
def test_an_unknown_ending_is_refused_unless_the_format_is_given(
    name: str, capsys: Captured
) -> None:
    Path(name).write_text("good\n")
    assert _predict("--file", name) == 1
    assert "add --format txt|csv|jsonl" in capsys.readouterr().err
    assert _predict("--file", name, "--format", "txt") == 0


@pytest.mark.parametrize("name", ["IN.TXT", "in"])
def test_endings_may_be_large_or_missing(name: str, capsys: Captured) -> None:
    Path(name).write_text("good\n")
    assert _predict("--file", name) == 0
    assert capsys.readouterr().out == f"{_labels(['good'])[0]}\n"


@pytest.mark.parametrize("out", ["o.xlsx", "o.txt.gz", "o.json"])
def test_an_unknown_ending_of_the_output_is_refused(out: str, capsys: Captured) -> None:
    Path("in.csv").write_text("text\ngood\n")
    assert _predict("--file", "in.csv", "--out", out) == 1
    told = capsys.readouterr().err
    assert f"The labels are written as .txt, .csv, .jsonl, .ndjson, got {out}. Name OUT so" in told
    assert not Path(out).exists()
    assert _predict("--file", "in.csv", "--out", "out") == 0
    assert _rows("out")[0] == ["text", "label", "negative", "neutral", "positive"]


def test_a_column_may_have_a_semicolon_or_no_name(capsys: Captured) -> None:
    Path("in.csv").write_text("id;said\ngood\n")
    assert _predict("--file", "in.csv", "--column", "id;said", "--out", "out.txt") == 0
    Path("in.jsonl").write_text('{"": "good", "text": "awful"}\n')
    assert _predict("--file", "in.jsonl", "--column", "", "--out", "out.txt") == 0
    assert Path("out.txt").read_text() == f"{_labels(['good'])[0]}\n"


def test_a_txt_has_no_columns(capsys: Captured) -> None:
    Path("in.txt").write_text("good\n")
    assert _predict("--file", "in.txt", "--column", "text") == 1
    assert "A txt file has no columns" in capsys.readouterr().err


def test_a_pipe_can_hold_any_format(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    with open("piped", "w+b") as piped:
        piped.write(b"text\ngood\n")
        piped.seek(0)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(piped))
        assert _predict("--file", "-", "--format", "csv") == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[0] == "text,label,negative,neutral,positive"
    assert printed.out.splitlines()[1].startswith("good,")
    assert printed.err == "1 text labelled.\n"
