"""`lessons predict --engine ray`: label files with several processes, or on several machines.

A task per file reads it into *parts* of as many records as the plain engine labels together, so
both engines compute the same batches and write the same bytes. Workers label and format the parts;
this process writes them in order.
"""

from __future__ import annotations

import argparse
import os
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from lessons_lib.commands import text_files as files
from lessons_lib.commands.prepare import load_pipeline
from lessons_lib.console import CommandError, print_step, print_to_stderr, reason
from lessons_lib.extras import require_extra
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.models import load_model
from lessons_lib.pipeline.scale.cluster import ClusterError, ray_cluster
from lessons_lib.pipeline.timing.machine import cores

ENGINE = "--engine ray"
READERS = 2  # tasks that read ahead; they occupy no processor of the cluster, so they never wait
BLOCK_BYTES = 128 * 1024  # small blocks, so that all workers get some


@dataclass(frozen=True)
class _Job:
    """What the readers and workers need to know."""

    paths: list[str]
    column: str | None
    format_in: str
    format_out: str
    model: str
    batch_size: int


@dataclass
class _Part:
    """Some consecutive records of a file, and then their labels as bytes; and what to report."""

    columns: list[str]
    key: str
    records: list[files.Record | None]
    labeled: int  # texts
    skipped: int  # lines
    read: int  # bytes
    notes: list[str]
    problem: str = ""  # ends the job
    labels: bytes = b""


def label_with_ray(options: argparse.Namespace, out: str) -> int:
    """Label every text of a file or a folder, in the order of its files and lines.

    Raises
    ------
    CommandError
        If Ray is not installed, does not answer or fails, or for anything that is wrong with the
        files.
    """
    try:
        require_extra(ENGINE, "scale")
        workers = max(1, int(cores())) if options.workers is None else options.workers
        if workers < 1:
            raise CommandError(f"--workers must be an integer ≥ 1, got {workers}.")
        job = _planned(options, out)
        labeled, skipped = _label(job, out, workers)
    except ClusterError as error:
        raise CommandError(
            f"{error} The plain engine needs no Ray: for one txt, csv or jsonl file, omit {ENGINE}."
        ) from error
    print_to_stderr(files.summary(labeled, skipped))
    return 0


def _label(job: _Job, out: str, workers: int) -> tuple[int, int]:
    """Write all labels, and return how many texts were labeled and how many lines skipped."""
    columns = _common_columns(job)
    labeled = skipped = reported = 0
    size = sum(map(os.path.getsize, job.paths))
    with (
        files.output_file(out) as file,
        files.progress_bar(size, out) as bar,
        ray_cluster(ENGINE, workers, print_step),
    ):
        if job.format_out == "csv" and columns:
            file.write(files.table([[*columns, *files.ADDED]]))
        for part in _labeled_parts(job, workers):
            for note in part.notes[: files.MOST_REPORTED - reported]:
                print_to_stderr(note)
            reported = min(reported + len(part.notes), files.MOST_REPORTED)
            if part.problem:
                raise CommandError(part.problem)
            file.write(part.labels)
            file.flush()
            bar.update(part.read)
            labeled += part.labeled
            skipped += part.skipped
        if skipped and not labeled:
            raise CommandError(files.summary(labeled, skipped))
    return labeled, skipped


def _labeled_parts(job: _Job, workers: int) -> Iterator[_Part]:
    """Yield all parts in order, each read by one task and labeled by one of the workers."""
    import ray

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = True
    context.target_max_block_size = BLOCK_BYTES
    items = [{"file": path} for path in job.paths]
    readers = ray.data.TaskPoolStrategy(size=min(READERS, len(items)))
    labelers = ray.data.ActorPoolStrategy(size=workers)
    parts = (
        ray.data.from_items(items, override_num_blocks=len(items))
        .map_batches(partial(read_parts, job), batch_size=1, num_cpus=0, compute=readers)
        .map_batches(PartLabeler, fn_constructor_args=(job,), batch_size=1, compute=labelers)
    )
    try:
        for row in parts.iter_rows():
            yield pickle.loads(row["part"])
    except ray.exceptions.RayError as error:
        message = f"Ray could not finish: {str(error).strip().splitlines()[-1]:.300}"
        raise CommandError(message) from error


def read_parts(job: _Job, batch: Mapping[str, Any]) -> Iterator[dict[str, list[bytes]]]:
    """Yield each part of a file, pickled; runs in a task of Ray's."""
    try:
        for part in _parts_of(str(batch["file"][0]), job):
            yield {"part": [pickle.dumps(part)]}
    except OSError as error:
        problem = f"{reason(error)}. On a cluster, all machines must be able to read it."
        yield {"part": [pickle.dumps(_Part([], "", [], 0, 0, 0, [], problem))]}


class PartLabeler:
    """Labels the parts of a file and formats them; runs in a worker process of Ray's.

    Parameters
    ----------
    job : _Job
        The model and the format of the output.
    """

    def __init__(self, job: _Job) -> None:
        self._predictor = BatchPredictor(load_model(job.model))
        self._format_out = job.format_out

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """Return a part with its labels as bytes, and without its records."""
        part: _Part = pickle.loads(batch["part"][0])
        try:
            names = (part.columns, part.key, self._format_out)
            part.labels = files.labeled_chunk(part.records, *names, self._predictor)
        except CommandError as error:
            part.problem = str(error)
        part.records = []
        return {"part": [pickle.dumps(part)]}


def _parts_of(path: str, job: _Job) -> Iterator[_Part]:
    """Yield the records of a file in parts, each with what to report about it."""
    notes: list[str] = []
    sizes: list[int] = []
    begin = f"{path}, " if len(job.paths) > 1 else ""
    with open(path, "rb") as source:
        lines = files.Lines(source, path, sizes.append, lambda note: notes.append(f"{begin}{note}"))
        columns, key, records = _records_of(lines, job)
        is_more = True
        while is_more:
            chunk, problem, skipped = list[files.Record | None](), "", lines.skipped
            try:
                chunk = list(islice(records, job.batch_size))
            except CommandError as error:
                problem = str(error)
            labeled = len(chunk) - chunk.count(None)
            skipped = lines.skipped - skipped
            yield _Part(columns, key, chunk, labeled, skipped, sum(sizes), notes[:], problem)
            sizes.clear()
            notes.clear()
            is_more = bool(chunk)


def _records_of(lines: files.Lines, job: _Job) -> tuple[list[str], str, files.Records]:
    """Return the columns of a file, the one with the text, and an iterator over the records."""
    if job.format_in != files.PARQUET:
        return files.read_records(lines, job.format_in, job.column)
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(lines.source)
    except ArrowInvalid as error:
        raise CommandError(f"{lines.name} is not a parquet file ({error}).") from error
    columns: list[str] = file.schema_arrow.names
    key = files.text_column(columns, job.column)
    return columns, key, _parquet_records(lines, file, key)


def _parquet_records(lines: files.Lines, file: Any, key: str) -> files.Records:
    for batch in file.iter_batches():
        for record in batch.to_pylist():
            lines.number += 1
            if isinstance(text := record[key], str):
                yield record
            else:
                lines.skip(lines.number, f"expected a text under {key!r}, got {text}")
                yield None
        lines.advance(batch.num_rows * os.path.getsize(lines.name) // file.metadata.num_rows)


def _planned(options: argparse.Namespace, out: str) -> _Job:
    name, format_in = options.file, options.format
    if name == "-":
        raise CommandError(f"{ENGINE} reads a file or a folder, not standard input.")
    paths = _files_of(name, format_in) if os.path.isdir(name) else [name]
    format_in, format_out = files.file_formats(paths[0], out, format_in)
    if out != "-" and os.path.isdir(name) and Path(out).resolve().parent == Path(name).resolve():
        raise CommandError(f"{out} is in the folder {name}. Choose another one with --out.")
    size = BatchPredictor(load_pipeline(options.model)).batch_size
    absolute = [os.path.abspath(path) for path in paths]
    return _Job(absolute, options.column, format_in, format_out, options.model, size)


def _files_of(folder: str, format_in: str | None) -> list[str]:
    """Return the files of a folder, which must have one format, by name."""
    formats = {**files.FORMATS, f".{files.PARQUET}": files.PARQUET}
    found = sorted(one for one in Path(folder).iterdir() if one.is_file())
    kinds = {path: formats.get(path.suffix.lower()) for path in found if path.name[0] != "."}
    known = {kind for kind in kinds.values() if kind}
    if format_in is None and len(known) > 1:
        raise CommandError(f"{folder} has several formats, {sorted(known)}: add --format.")
    paths = [str(path) for path, kind in kinds.items() if kind and kind == (format_in or kind)]
    if not paths:
        expected = f".{format_in}" if format_in else ", ".join(formats)
        raise CommandError(f"{folder} has no files that end in {expected}.")
    return paths


def _common_columns(job: _Job) -> list[str]:
    """Return the columns of the files, or raise an error for files with different ones."""
    common: list[str] = []
    for path in job.paths:
        try:
            with open(path, "rb") as source:
                columns, _, _ = _records_of(files.Lines(source, path, int), job)
        except CommandError as error:
            raise CommandError(f"{path}: {error}" if len(job.paths) > 1 else error) from error
        if common and columns and columns != common:
            raise CommandError(
                f"{path} has the columns {str(columns)[1:-1]:.300}, but {job.paths[0]} has "
                f"{str(common)[1:-1]:.300}. Give them the same columns, or label them separately."
            )
        common = common or columns
    if job.format_out != "txt":
        files.refuse_clashes(common)
    return common
