"""`lessons predict --file`: lines that cannot be read are told and passed over."""

from __future__ import annotations

import functools
from pathlib import Path
from time import perf_counter

import pytest

from lessons_lib.cli import main
from lessons_lib.commands.predict_lines import LONGEST
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline

Captured = pytest.CaptureFixture[str]


@functools.cache
def _predictor() -> BatchPredictor:
    return BatchPredictor(FoldedPipeline.load())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that the files of a test lie in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _labels(*texts: str) -> list[str]:
    return [str(one.label) for one in _predictor().predict(texts)]


def _told(content: bytes, name: str, capsys: Captured, *flags: str) -> list[str]:
    """Label a file into out.txt; return what was told."""
    Path(name).write_bytes(content)
    assert main(["predict", "--file", name, "--out", "out.txt", *flags]) == 0
    return capsys.readouterr().err.splitlines()


def _answers() -> list[str]:
    return Path("out.txt").read_text().split("\n")[:-1]


def test_latin_1_is_told_by_line_with_what_to_do(capsys: Captured) -> None:
    first, end, advice = _told(b"lovely\ncaf\xe9\nawful\n", "in.txt", capsys)
    assert first == "line 2: not UTF-8 (byte 0xe9 at place 4); passed over"
    assert end == "2 texts labelled, 1 line passed over."
    assert "iconv -f latin1 -t utf8" in advice
    lovely, awful = _labels("lovely", "awful")
    assert _answers() == [lovely, "", awful]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-16", "is UTF-16"), ("utf-16-le", "looks like UTF-16"), ("utf-16-be", "looks like")],
)
def test_utf_16_is_refused_with_what_to_do(encoding: str, told: str, capsys: Captured) -> None:
    Path("in.txt").write_bytes("lovely\nawful\n".encode(encoding))
    assert main(["predict", "--file", "in.txt", "--out", "out.txt"]) == 1
    printed = capsys.readouterr().err
    assert f"in.txt {told}" in printed
    assert "Convert it first: iconv" in printed
    assert not Path("out.txt").exists()


@pytest.mark.parametrize("name", ["in.txt", "in.csv", "in.jsonl"])
@pytest.mark.parametrize("content", [b"text\rgood\r", b"good\rbad", b"good and bad\r" * 200_000])
def test_lines_that_end_as_on_an_old_mac_are_refused(
    name: str, content: bytes, capsys: Captured
) -> None:
    Path(name).write_bytes(content)
    assert main(["predict", "--file", name, "--out", "out.txt"]) == 1
    assert r"in \n. Convert it first: tr '\r' '\n' < IN > NEW" in capsys.readouterr().err
    assert not Path("out.txt").exists()


def test_a_lone_return_within_a_text_is_told(capsys: Captured) -> None:
    told = _told(b"lovely\r\nawful\rlovely\nlovely\r\r\n", "in.txt", capsys)
    assert told[0] == r"line 2: a line end \r without \n within it; passed over"
    assert _answers() == [*_labels("lovely"), "", *_labels("lovely")]


@pytest.mark.parametrize(("name", "head"), [("in.txt", b""), ("in.jsonl", b""), ("in.csv", b"t\n")])
def test_a_line_of_fifty_megabytes_is_passed_over(name: str, head: bytes, capsys: Captured) -> None:
    good = b'{"text": "lovely"}' if name == "in.jsonl" else b"lovely"
    huge = b"good " * 10_000_000
    first, _, end = _told(head + huge + b"\n" + good + b"\n" + huge, name, capsys)
    assert first == f"line {1 + bool(head)}: longer than 1 MB; passed over"
    assert end == "1 text labelled, 2 lines passed over."
    assert _answers() == ["", *_labels("lovely"), ""]


def test_a_line_of_the_longest_length_is_a_text(capsys: Captured) -> None:
    longest = b"good " * (LONGEST // 5)
    told = _told(longest + b"\n" + longest + b"x\n" + longest, "in.txt", capsys)
    assert told[0].startswith("line 2: longer")
    assert told[1:] == ["2 texts labelled, 1 line passed over."]


def test_what_is_no_object_with_a_text_is_told(capsys: Captured) -> None:
    lines = [
        '{"text": "lovely"}',
        '{"text": "lovely"',
        '["lovely"]',
        "null",
        '{"said": "lovely"}',
        '{"text": 5}',
        '{"text": null}',
        "[" * 100_000,
        '{"n": ' + "9" * 5000 + "}",
        '{"text": "awful"}',
    ]
    told = _told("\n".join(lines).encode(), "in.jsonl", capsys)
    for number, flaw in [
        (2, "no valid JSON (Expecting ',' delimiter: line 1 column 18"),
        (3, "no JSON object but a list"),
        (4, "no JSON object but null"),
        (5, "no key 'text'; its keys are 'said'"),
        (6, "the text under 'text' must be a string, got a number"),
        (7, "the text under 'text' must be a string, got null"),
        (8, "no valid JSON (maximum recursion depth"),
        (9, "no valid JSON ("),
    ]:
        assert told[number - 2].startswith(f"line {number}: {flaw}")
    assert told[-1] == "2 texts labelled, 8 lines passed over."
    assert [label for label in _answers() if label] == _labels("lovely", "awful")


def test_a_row_of_another_width_is_told_where_it_starts(capsys: Captured) -> None:
    content = b'id,text\n1,"two\nlines"\n2,a,b\n"3\n\n",lovely\n4\n5,awful\n'
    told = _told(content, "in.csv", capsys)
    assert told == [
        "line 4: 3 fields where the header has 2; passed over",
        "line 8: 1 field where the header has 2; passed over",
        "3 texts labelled, 2 lines passed over.",
    ]
    two, lovely, awful = _labels("two\nlines", "lovely", "awful")
    assert _answers() == [two, "", lovely, "", awful]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(capsys: Captured) -> None:
    content = b'id,text\n1,lovely\n2,"awful\n3,fine\n4,bad\n'
    told = _told(content, "in.csv", capsys)
    assert told[0].startswith("line 3: no valid csv (")
    assert told[1:] == ["3 texts labelled, 1 line passed over."]
    lovely, fine, bad = _labels("lovely", "fine", "bad")
    assert _answers() == [lovely, "", fine, bad]


@pytest.mark.parametrize("filler", [b"9,awful\n" * 200_000, b"\n" * 20_000])
def test_a_quote_that_is_closed_nowhere_near_is_given_up(filler: bytes, capsys: Captured) -> None:
    told = _told(b'id,text\n1,"lovely\n' + filler + b"3,fine\n4,bad\n", "in.csv", capsys)
    assert told[0].startswith("line 2: a row longer than 1 MB or 10,000 lines: perhaps a quote")
    assert told[1:] == [f"{filler.count(b'awful') + 2:,} texts labelled, 1 line passed over."]


@pytest.mark.parametrize("block", ['a","c\n', 'a","c\n' * 4000 + '"x" y,\n'])
def test_broken_quotes_on_every_line_take_seconds(block: str, capsys: Captured) -> None:
    """Each line opens a row that swallows the next thousands: read again, they would take hours."""
    content = "t,u\nfine,1\n" + block * (2_000_000 // len(block))
    start = perf_counter()
    told = _told(content.encode(), "in.csv", capsys, "--column", "t")
    assert perf_counter() - start < 30
    assert told[0].startswith("line 3: ")
    count = content.count("\n") - 2
    assert told[-1] == f"1 text labelled, {count:,} lines passed over."
    assert _answers()[:1] == _labels("fine")
    assert len(_answers()) == 1 + count


def test_a_huge_line_within_quotes_ends_the_row(capsys: Captured) -> None:
    told = _told(b'text\n"lovely\n' + b"x" * (LONGEST + 9) + b'\nend"\nfine\n', "in.csv", capsys)
    assert [one.partition(":")[0] for one in told[:2]] == ["line 2", "line 3"]
    assert told[2] == "2 texts labelled, 2 lines passed over."
    assert _answers() == ["", "", *_labels('end"', "fine")]


def test_bytes_that_are_no_utf_8_cost_their_row_with_all_its_lines(capsys: Captured) -> None:
    told = _told(b'id,text\n1,"caf\n\xe9\nafter",\n2,"caf\n\xe9"\n3,fine\n', "in.csv", capsys)
    assert told[0].startswith("line 2: not UTF-8")
    assert told[1].startswith("line 5: not UTF-8")
    assert told[2] == "1 text labelled, 2 lines passed over."
    assert _answers() == ["", "", *_labels("fine")]


def test_only_the_first_twenty_are_told_one_by_one(capsys: Captured) -> None:
    told = _told(b"\xe9\n" * 5000 + b"fine\n", "in.txt", capsys)
    assert len(told) == 23
    assert told[19].startswith("line 20: ")
    assert told[20] == "Further lines that are passed over are only counted."
    assert told[21] == "1 text labelled, 5,000 lines passed over."
    assert _answers() == ["" for _ in range(5000)] + _labels("fine")


def test_a_flaw_is_never_told_at_length(capsys: Captured) -> None:
    keys = ", ".join(f'"{"k" * 400}{n}": 1' for n in range(500))
    told = _told(f'{{{keys}}}\n{{"text": "fine"}}\n'.encode(), "in.jsonl", capsys)
    assert len(told[0]) < 400


def test_where_nothing_can_be_labelled_nothing_is_written(capsys: Captured) -> None:
    Path("in.txt").write_bytes(b"\xe9\n\xe8\n")
    Path("out.txt").write_text("old\n")
    assert main(["predict", "--file", "in.txt", "--out", "out.txt"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-1].startswith("lessons predict: 0 texts labelled, 2 lines passed over. What is")
    assert Path("out.txt").read_text() == "old\n"
