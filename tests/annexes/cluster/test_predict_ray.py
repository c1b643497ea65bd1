"""`lessons predict --engine ray`: the plain engine's labels in its order, in parts."""

import contextlib
import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from lessons_lib.cli import main
from lessons_lib.extras import missing_extra
from tests.conftest import with_ray
from tests.support.fresh import MEASURED, ROOT
from tests.support.shell import Lessons
from tests.support.waiting import LIMIT_S, wait_for

Patch = pytest.MonkeyPatch
Captured = pytest.CaptureFixture[str]
ADDED = ["label", "negative", "neutral", "positive"]
WITH_RAY = [sys.executable, "-c", MEASURED, "predict", "--engine", "ray"]


@pytest.fixture(autouse=True)
def path(here: Path, monkeypatch: Patch) -> None:
    """Let programs in an empty folder import the library."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def _with_ray(name: str, *flags: str) -> tuple[int, str]:
    """Label with Ray in a process of its own; return its peak memory in kB and its last line."""
    command = [*WITH_RAY, "--file", name, "--out", "out", *flags]
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": LIMIT_S}
    done = with_ray(lambda: subprocess.run(command, check=True, **options))
    return int(done.stdout), done.stderr.splitlines()[-1]


def _rows(*paths: Path) -> list[dict[str, str]]:
    """Return the rows of csv files, one after the other."""
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.append({**row, **{name: f"{float(row[name]):.6f}" for name in ADDED[1:]}})
    return rows


def _plain(names: list[str], end: str) -> list[Path]:
    """Label files with the plain engine, and return where."""
    outs = [Path(f"{Path(name).stem}.plain.{end}") for name in names]
    for name, out in zip(names, outs, strict=True):
        assert main(["predict", "--file", name, "--out", str(out)]) == 0
    return outs


def _parts() -> list[Path]:
    return [path for path in sorted(Path("out").iterdir()) if path.name != "_SUCCESS"]


def _write_csv_files(folder: str, count: int, texts: int, *, broken: bool = False) -> list[str]:
    """Write csv files with odd texts and, if asked, broken rows; return their names."""
    Path(folder).mkdir()
    chosen = random.Random(5)
    words = ("", "12345", "007", "lovely", 'so "awful", really', "two\nlines", "naïve 🥞", "bad")
    names = [f"{folder}/{number:02}.csv" for number in range(count)]
    for name in names:
        with open(name, "w", newline="", encoding="utf-8") as file:
            file.write("id,text,zip\n")
            writer = csv.writer(file, lineterminator="\n")
            for row in range(texts // count):
                text = " ".join(chosen.choices(words, k=chosen.choice([1, 1, 4])))
                writer.writerow([row, text, "007"])
                if broken and row % 40 == 0:
                    file.write("broken\n\n1,2,3,4\n")
    return names


@pytest.mark.parametrize(
    ("files", "flags", "reported"),
    [
        ({"in/x.md": "a"}, ["--file", "in"], "in must have texts in files of one format"),
        ({"in/a.csv": ""}, ["--file", "in"], "in must have texts in files of one format"),
        ({"in/a.csv": "text\n", "in/b.txt": "a"}, ["--file", "in"], "files of one format"),
        ({"in/a.csv": "id,text\n", "in/b.csv": "text\n"}, ["--file", "in"], "the same columns"),
        ({"a.csv": "no,word\n"}, ["--file", "a.csv"], "There must be one column 'text'"),
        ({"a.csv": "label,text\n"}, ["--file", "a.csv"], "each name must be unique"),
        ({"a.parquet": "text\n"}, ["--file", "a.parquet"], "Cannot open a.parquet or out: Parquet"),
        ({}, ["--file", "none.csv"], "No such file or directory"),
        ({}, ["--file", "ftp://none"], "Cannot open ftp://none or out: Unrecognized"),
        ({"a.txt": "a"}, ["--file", "a.txt", "--column", "b"], "A txt file has no columns"),
        ({"a.txt": "a"}, ["--file", "a.txt", "--workers", "0"], "must be an integer ≥ 1, got"),
        ({"a.txt": "a"}, ["--file", "a.txt", "--out", "-"], "writes a folder: add --out FOLDER."),
        ({"a.txt": "a"}, ["--file", "a.txt", "--out", "a.txt"], "Not a directory"),
        ({"a.txt": "a", "b/c": ""}, ["--file", "a.txt", "--out", "b"], "b is not empty. Choose"),
    ],
)
@pytest.mark.extras("scale")
def test_wrong_input_is_reported_before_ray_starts(
    files: dict[str, str], flags: list[str], reported: str, lessons: Lessons
) -> None:
    for name, content in files.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(content)
    printed = lessons.ends(1, "predict", "--engine", "ray", "--out", "out", *flags)
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert reported in printed.err


def test_the_plain_engine_does_not_read_parquet(lessons: Lessons) -> None:
    problem = lessons.fails("predict", "--file", "in.parquet")
    assert "for parquet, add --engine ray" in problem


@pytest.mark.skipif(not missing_extra("", "scale"), reason="the extra is installed")
def test_a_missing_extra_is_one_line(here: Path, lessons: Lessons) -> None:
    problem = lessons.fails("predict", "--engine", "ray", "--file", "in.txt", "--out", "out")
    assert problem.startswith("lessons predict: --engine ray needs the extra `scale`")
    assert list(here.iterdir()) == []


@pytest.mark.extras("scale")
def test_a_cluster_that_does_not_answer_is_reported(monkeypatch: Patch, lessons: Lessons) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
    Path("in.txt").write_text("fine\n")
    problem = lessons.fails("predict", "--engine", "ray", "--file", "in.txt", "--out", "out")
    assert "No Ray cluster answers at RAY_ADDRESS=127.0.0.1:9" in problem
    assert not Path("out").exists()


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_csv_files_get_the_plain_engines_labels_in_its_order(capsys: Captured) -> None:
    names = _write_csv_files("in", 8, 2_000, broken=True)
    plain = _plain(names, "csv")
    lost = sum(map(int, re.findall(r"labeled, (\d+) lines", capsys.readouterr().err)))
    _, summary = _with_ray("in", "--sort-by-length")
    assert _rows(*_parts()) == _rows(*plain)
    assert summary == f"{len(_rows(*plain)):,} texts labeled, {lost} rows skipped."
    assert Path("out/_SUCCESS").exists()


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_other_formats_keep_what_they_have_and_get_the_plain_engines_labels() -> None:
    from pyarrow import Table, parquet

    texts = ["lovely", "", "12345", "007", "  ", 'awful, "really"', "naïve 🥞"] * 30
    Path("in.txt").write_text("\n".join(texts), encoding="utf-8-sig")
    lines = [json.dumps({"text": one, "n": 10**30 + n}) for n, one in enumerate(texts)]
    lines[5:5] = ["", "no json", "[1]", '{"text": null}', r'{"text": "caf\u00e9", "e": [1E-7]}']
    Path("in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    columns = {"text": [None, *texts], "id": range(len(texts) + 1), "code": [b"007"] * 211}
    parquet.write_table(Table.from_pydict(columns), "in.parquet")
    plain_txt, plain_jsonl = _plain(["in.txt"], "csv") + _plain(["in.jsonl"], "jsonl")

    assert _with_ray("in.txt")[1] == "210 texts labeled."
    assert _rows(*_parts()) == _rows(plain_txt)
    Path("out").rename("txt")
    assert _with_ray("in.jsonl")[1] == "211 texts labeled, 3 rows skipped."
    written = "".join(part.read_text("utf-8") for part in _parts())
    assert written == plain_jsonl.read_text("utf-8")
    Path("out").rename("jsonl")
    assert _with_ray("in.parquet")[1] == "210 texts labeled, 1 row skipped."
    table = parquet.read_table("out", ignore_prefixes=["_"])
    assert table.drop(ADDED).to_pydict() == {name: [*them][1:] for name, them in columns.items()}
    assert table["label"].to_pylist() == [row["label"] for row in _rows(plain_txt)]


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
@pytest.mark.parametrize(
    ("content", "reported"),
    [
        (b"text\nfine\ncaf\xe9\n", "Failed to read CSV file: "),
        (b'{"text": "a"}\n{"text": "b", "label": "c"}\n', "each name must be unique"),
    ],
)
def test_a_failed_run_leaves_nothing_but_a_folder_that_was_there(
    content: bytes, reported: str
) -> None:
    is_csv = content.startswith(b"text")
    if is_csv:
        Path("out").mkdir()
    name = "in.csv" if is_csv else "in.jsonl"
    Path(name).write_bytes(content)
    with pytest.raises(AssertionError, match=reported) as caught:
        _with_ray(name)
    assert "Traceback" not in str(caught.value)
    assert (Path("out").exists(), [*Path().glob("out/*")]) == (is_csv, [])


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_many_texts_survive_a_killed_worker_and_stay_out_of_the_command(here: Path) -> None:
    _write_csv_files("few", 20, 2_000)
    few, _ = _with_ray("few")
    Path("out").rename("out-few")
    names = _write_csv_files("in", 20, 400_000)  # as Python objects, more than 100 MB
    run = with_ray(_labeling)  # as many labelers as processors: readers and writers need none
    next(filter(_labels, psutil.Process(run.pid).children(recursive=True))).kill()
    printed, reported = run.communicate(timeout=LIMIT_S)
    assert reported.endswith("400,000 texts labeled.\n")
    print(f"peak memory: {few:,} kB for 2,000 texts, {int(printed):,} kB for 400,000")
    assert int(printed) < few + 50_000
    assert _rows(*_parts()) == _rows(*_plain(names, "csv"))


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_after_an_interrupt_or_a_kill(end: signal.Signals, here: Path) -> None:
    _write_csv_files("in", 20, 400_000)
    run = with_ray(_labeling)
    started = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, end)
    run.communicate(timeout=LIMIT_S)
    assert run.returncode != 0
    assert len(started) > 4
    wait_for(lambda: not any(one.is_running() for one in started))
    assert Path("out").exists() == (end == signal.SIGKILL)
    assert not Path("out/_SUCCESS").exists()


def _labeling() -> subprocess.Popen[str]:
    """Start labeling in a session of its own, and wait until a part has been written."""
    command = [*WITH_RAY, "--file", "in", "--out", "out"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    run = subprocess.Popen(command, start_new_session=True, **pipes)
    wait_for(lambda: list(Path().glob("out/*.csv")) or run.poll() is not None)
    if run.poll() is not None:
        errors = run.communicate()[1]
        raise subprocess.CalledProcessError(run.returncode, command, stderr=errors)
    return run


def _labels(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "PartLabeler" in " ".join(process.cmdline())
    return False
