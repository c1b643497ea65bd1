"""`lessons predict --engine ray`: the same bytes as the plain engine, from files and folders."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from lessons_lib.cli import main
from lessons_lib.commands import predict_ray
from lessons_lib.extras import missing_extra
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from tests.conftest import LIMIT_S, wait_for, with_ray

Patch = pytest.MonkeyPatch
Captured = pytest.CaptureFixture[str]
ODD = ["lovely", "", 'an "awful", awful film', "naïve 🥞", "a\rb", "x" * 9000]
CONTENTS = {
    "in.txt": "\n".join(ODD),
    "in.csv": 'id,text\n1,lovely\n2\n3,"two\nlines"\n4,awful\n5,"never closed\n6,a\n',
    "in.jsonl": r'{"text": "caf\u00e9 \ud800", "n": 123456789012345678901234567890, "e": [NaN]}'
    '\n{"text": null}\nnot json\n{"text": "awful", "n": "other keys"}\n',
    "empty.csv": "",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: Patch) -> Path:
    """Return an empty folder for the files of a test."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_cluster(monkeypatch: Patch) -> None:
    """Run readers and workers in this process, one after the other, in place of a cluster."""

    def parts(job: Any, workers: int) -> Iterator[Any]:
        labeler = predict_ray.PartLabeler(job)
        for path in job.paths:
            for read in predict_ray.read_parts(job, {"file": [path]}):
                (one,) = labeler(read)["part"]
                yield pickle.loads(one)

    monkeypatch.setattr(predict_ray, "_labeled_parts", parts)
    monkeypatch.setattr(predict_ray, "ray_cluster", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(predict_ray, "require_extra", lambda *_: None)


def _predict(*arguments: str) -> int:
    return main(["predict", *arguments])


def _write(name: str, content: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(content.encode())


@pytest.mark.parametrize("out", ["out.txt", "out.csv", "out.jsonl", "-"])
@pytest.mark.parametrize("name", list(CONTENTS))
def test_both_engines_write_and_report_the_same(
    name: str, out: str, no_cluster: None, monkeypatch: Patch, capfdbinary: Any
) -> None:
    monkeypatch.setattr(FoldedPipeline, "batch_size", 2)  # several parts for each file
    _write(name, CONTENTS[name])
    seen = []
    for engine in ("plain", "ray"):
        code = _predict("--engine", engine, "--file", name, "--out", out)
        written = Path(out).read_bytes() if os.path.exists(out) else b""
        seen.append((code, written, *capfdbinary.readouterr()))
        Path(out).unlink(missing_ok=True)
    assert seen[0] == seen[1]
    assert seen[0][0] == 0 or b"unique" in seen[0][3] or out == "out.csv"


def test_a_problem_ends_both_engines_in_the_same_way(
    no_cluster: None, capsys: Captured, here: Path
) -> None:
    Path("in.csv").write_bytes(b"text\nfine\ncaf\xe9\n")
    _write("in.jsonl", '{"text": "a"}\n{"text": "b", "label": "c"}\n')
    for name in ("in.csv", "in.jsonl"):
        assert [_predict("--engine", one, "--file", name, "--out", "o") for one in ("plain", "ray")]
        plain, ray = capsys.readouterr().err.replace(f"{here}/", "").splitlines()
        assert plain == ray
    assert sorted(one.name for one in here.iterdir()) == ["in.csv", "in.jsonl"]


def test_a_folder_is_labeled_in_the_order_of_its_files(no_cluster: None, capsys: Captured) -> None:
    _write("in/b.csv", "id,text\n3,awful\n4\n")
    _write("in/a.csv", "id,text\n1,lovely\n2,fine\n")
    _write("in/README.md", "no table")
    assert _predict("--engine", "ray", "--file", "in", "--out", "out.csv") == 0
    lines = Path("out.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["id", "1", "2", "3"]
    reported = capsys.readouterr().err.splitlines()
    assert reported[0].endswith(
        "b.csv, line 3: not valid csv (1 field, but the header has 2); skipped"
    )
    assert reported[1:] == ["3 texts labeled, 1 line skipped."]


@pytest.mark.parametrize(
    ("files", "flags", "reported"),
    [
        ({"in/x.md": ""}, ["--file", "in"], "in has no files that end in .txt, .csv,"),
        ({"in/a.csv": "text\n"}, ["--file", "in", "--format", "txt"], "no files that end in .txt."),
        ({"in/a.csv": "text\n", "in/b.txt": ""}, ["--file", "in"], "['csv', 'txt']: add --format."),
        (
            {"in/a.csv": "id,text\n", "in/b.csv": "text\n"},
            ["--file", "in"],
            "in/b.csv has the columns 'text', but ",
        ),
        ({"in/a.csv": "text\n", "in/b.csv": "a,b\n"}, ["--file", "in"], "in/b.csv: There must be"),
        ({"in/a.csv": "text\n"}, ["--file", "in", "--out", "in/o.csv"], "is in the folder in."),
        ({"a.csv": "text\n"}, ["--file", "a.csv", "--out", "a.csv"], "are the same file"),
        ({"a.csv": "no,word\n"}, ["--file", ".", "--out", "-"], "There must be one column 'text'"),
        ({"a.csv": "label,text\n"}, ["--file", "a.csv"], "each name must be unique"),
        ({"a.csv": "text\n"}, ["--file", "a.csv", "--workers", "0"], "must be an integer ≥ 1, got"),
        ({}, ["--file", "none.csv"], "No such file or directory: "),
        ({}, ["--file", "-"], "a file or a folder, not standard input."),
        ({}, ["a text"], "--engine ray requires --file IN"),
    ],
)
def test_wrong_input_is_refused_in_one_line(
    files: dict[str, str], flags: list[str], reported: str, no_cluster: None, capsys: Captured
) -> None:
    for name, content in files.items():
        _write(name, content)
    assert _predict("--engine", "ray", *flags) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert reported in printed.err


def test_the_plain_engine_knows_neither_parquet_nor_workers(capsys: Captured) -> None:
    _write("in.parquet", "")
    assert _predict("--file", "in.parquet") == 1
    assert "in.parquet is a parquet file: add --engine ray" in capsys.readouterr().err
    assert _predict("--file", "in.txt", "--workers", "2") == 1
    assert "--workers requires --engine ray" in capsys.readouterr().err


@pytest.mark.extras("scale")
def test_a_cluster_that_does_not_answer_is_reported_with_another_way(
    monkeypatch: Patch, capsys: Captured
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
    _write("in.txt", "fine\n")
    assert _predict("--engine", "ray", "--file", "in.txt", "--out", "out.txt") == 1
    assert "omit --engine ray" in capsys.readouterr().err
    assert not Path("out.txt").exists()


@pytest.mark.skipif(not missing_extra("", "scale"), reason="the extra is installed")
def test_a_missing_extra_is_one_line(capsys: Captured) -> None:
    _write("in.txt", "fine\n")
    assert _predict("--engine", "ray", "--file", "in.txt", "--out", "out.txt") == 1
    assert capsys.readouterr().err.startswith("lessons predict: --engine ray needs the extra `scal")
    assert not Path("out.txt").exists()


@pytest.mark.extras("scale")
def test_a_parquet_keeps_its_columns(no_cluster: None, capsys: Captured) -> None:
    from pyarrow import Table, parquet

    columns = {"id": [7, 8, 9], "text": ["lovely", None, "awful"]}
    parquet.write_table(Table.from_pydict(columns), "in.parquet")
    assert _predict("--engine", "ray", "--file", "in.parquet", "--out", "out.jsonl") == 0
    written = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(one["id"], one["text"]) for one in written] == [(7, "lovely"), (9, "awful")]
    assert "line 2: expected a text under 'text', got None; skipped" in capsys.readouterr().err
    _write("in.parquet", "text\n")
    assert _predict("--engine", "ray", "--file", "in.parquet") == 1
    assert "in.parquet is not a parquet file (" in capsys.readouterr().err


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "lessons_lib.cli", "predict", "--engine", "ray", *arguments]


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
def test_a_killed_worker_loses_nothing_and_doubles_nothing(here: Path) -> None:
    texts = [f"{'good' if n % 3 else 'awful'} number {n} of many" for n in range(150_000)]
    _write("in.csv", "id,text\n" + "".join(f"{n},{text}\n" for n, text in enumerate(texts)))
    assert _predict("--file", "in.csv", "--out", "plain.csv") == 0
    command = _command("--file", "in.csv", "--out", "ray.csv", "--workers", "2")
    run = with_ray(lambda: _labeling(command, 1_000_000, here))
    try:
        workers = [one for one in psutil.Process(run.pid).children(recursive=True) if _labels(one)]
        workers[0].kill()
        assert run.wait(LIMIT_S) == 0
    finally:
        run.kill()
    assert Path("ray.csv").read_bytes() == Path("plain.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.extras("scale")
@pytest.mark.usefixtures("ray_alone")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_after_an_interrupt_or_a_kill(end: signal.Signals, here: Path) -> None:
    _write("in.txt", "a good text\n" * 2_000_000)
    command = _command("--file", "in.txt", "--out", "out.txt")
    run = with_ray(lambda: _labeling(command, 100_000, here))
    try:
        assert run.poll() is None
        started = psutil.Process(run.pid).children(recursive=True)
        os.killpg(run.pid, end)
        run.wait(LIMIT_S)
        assert len(started) > 4
        wait_for(lambda: not any(one.is_running() for one in started))
    finally:
        run.kill()
    left = [one.name for one in here.iterdir() if not one.name.endswith(".part")]
    assert left == ["in.txt"]
    assert end == signal.SIGKILL or not list(here.glob(".*.part"))


def _labeling(command: Sequence[str], size: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, and wait until it has written that many bytes."""
    with open(folder.with_suffix(".err"), "w+b") as errors:
        run = subprocess.Popen(command, stderr=errors, start_new_session=True)
        wait_for(lambda: _written(folder) > size or run.poll() is not None)
        errors.seek(0)
        if run.poll():
            raise subprocess.CalledProcessError(run.returncode, command, stderr=errors.read())
    return run


def _written(folder: Path) -> int:
    return sum(one.stat().st_size for one in folder.glob(".lessons-*.part"))


def _labels(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return any("PartLabeler" in part for part in process.cmdline())
    return False
