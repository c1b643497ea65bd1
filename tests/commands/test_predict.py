"""`lessons predict`: one text in real time, and which arguments go together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lessons_lib.cli import main
from lessons_lib.commands.predict_batch import CHUNK_BYTES, CHUNK_RECORDS
from lessons_lib.inference.folded import FoldedPipeline
from lessons_lib.inference.realtime import RealTimePredictor

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("text", ["I love sunny days", "", "a\x00b", "naïve 🥞", "word " * 10_000])
def test_one_text_is_answered_with_label_probabilities_and_milliseconds(
    text: str, capsys: Captured
) -> None:
    assert main(["predict", text]) == 0
    label, *figures, duration = capsys.readouterr().out.splitlines()
    expected = RealTimePredictor(FoldedPipeline.load()).predict(text)
    assert label == expected.label
    negative, neutral, positive = expected.probabilities
    assert figures == [
        f"  negative {negative:.3f}",
        f"  neutral  {neutral:.3f}",
        f"  positive {positive:.3f}",
    ]
    assert re.fullmatch(r"\d+\.\d\d ms for this one text, with the model loaded before", duration)


def test_a_text_that_starts_with_a_dash_stands_behind_two(capsys: Captured) -> None:
    assert main(["predict", "--", "--file"]) == 0
    assert capsys.readouterr().out.count("\n") == 5


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "There is no text."),
        (["I", "love", "it"], 'Put the text in quotes: lessons predict "I love it".'),
        (["I love it", "--file", "x.txt"], "Give one text or --file IN, not both."),
        (["I love it", "--out", "x.txt"], "--out belongs to --file IN"),
        (["I love it", "--out", ""], "--out belongs to --file IN"),
        (["I love it", "--column", "a"], "--column belongs to --file IN"),
        (["I love it", "--format", "csv"], "--format belongs to --file IN"),
        (["I love it", "--prefix", "my_"], "--prefix belongs to --file IN"),
        (["--out", "x.txt"], "--out belongs to --file IN"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(
    arguments: list[str], told: str, capsys: Captured
) -> None:
    assert main(["predict", *arguments]) == 1
    printed = capsys.readouterr()
    assert told in printed.err
    assert printed.out == ""


@pytest.mark.parametrize("arguments", [["--format", "xlsx", "--file", "a"], ["-great"]])
def test_unknown_flags_and_formats_are_refused(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["predict", *arguments])
    assert ended.value.code == 2
    assert "usage: lessons" in capsys.readouterr().err


def test_the_help_says_how_labels_come_and_what_codes_mean(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["predict", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    most = f"{CHUNK_RECORDS:,} texts or {CHUNK_BYTES // 1_000_000} MB"
    assert f"in chunks of {most}, the rest when IN ends" in told
    assert "1 if not, or if something failed or does not go together; 2 for a flag that" in told


def test_neither_way_loads_torch_or_matplotlib(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("good\n")
    program = (
        "import sys; from lessons_lib.cli import main;"
        "assert 'numpy' not in sys.modules;"
        "assert main(['predict', 'good']) == main(['predict', '--file', 'in.txt']) == 0;"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.partition("LOADED ")[2].split()
    assert "lessons_lib.inference.folded" in loaded
    assert {"torch", "matplotlib"}.isdisjoint(loaded)
