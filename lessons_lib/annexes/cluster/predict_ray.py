"""`lessons predict --engine ray`: Ray reads files, labels them in workers, and writes parts.

Neither texts nor labels pass through this process. Import it only where the extra `scale` is.
"""

import argparse
import io
import os
import re
from collections import Counter
from contextlib import ExitStack
from functools import partial
from typing import Any

import pyarrow
from pyarrow import csv, fs, parquet

from lessons_lib.annexes.cluster.cluster import ray_cluster
from lessons_lib.annexes.cluster.labeler import Labeler
from lessons_lib.commands import text_files as files
from lessons_lib.commands.prepare import load_pipeline
from lessons_lib.console import CommandError, print_to_stderr
from lessons_lib.pipeline.timing.machine import cores

READABLE = {**files.FORMATS, ".parquet": "parquet"}
BLOCK_BYTES = 8 * 2**20  # of about one part
LINE = "line of json"  # a column
# Labelers on all processors would starve readers and writers that need one.
READERS: dict[str, Any] = {"num_cpus": 0, "concurrency": 2}
WRITERS: dict[str, Any] = {"ray_remote_args": {"num_cpus": 0}, "concurrency": 2}


def label_with_ray(options: argparse.Namespace) -> int:
    """Label every text of a file or a folder into the parts of a new folder.

    Raises
    ------
    CommandError
        If Ray does not answer or fails, or for anything that is wrong with the files. Then
        nothing of what was written is left.
    """
    workers = max(1, int(cores())) if options.workers is None else options.workers
    try:
        source, kind, columns, key = _source(options)
        load_pipeline(options.model)  # reports what is missing before Ray starts
        filesystem, folder = _new_folder(options.out)
    except pyarrow.ArrowInvalid as error:
        raise CommandError(f"Cannot open {options.file} or {options.out}: {error}") from error
    is_new = filesystem.get_file_info(folder).type == fs.FileType.NotFound
    with ExitStack() as undo, ray_cluster("--engine ray", workers):
        import ray

        filesystem.create_dir(folder)
        undo.callback(filesystem.delete_dir if is_new else filesystem.delete_dir_contents, folder)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.target_max_block_size = BLOCK_BYTES
        context.use_datasource_v2 = False  # it lists parquet files in a task that needs a processor
        tally = ray.remote(num_cpus=0)(Counter).remote()
        try:
            labeled = _read(source, kind, columns, tally, key).map_batches(
                PartLabeler,
                fn_constructor_args=(options.model, key, options.sort_by_length),
                batch_format="pyarrow",
                compute=ray.data.ActorPoolStrategy(size=workers),
            )
            _write(labeled, kind, key, folder, filesystem)
            total = Counter(dict(ray.get(tally.most_common.remote())))
        except ray.exceptions.RayError as error:
            # The first error in the stack trace is the cause of the others.
            found = re.search(r"^[\w.]*(?:Error|Exception|Invalid): (.+)", str(error), re.M)
            problem = found[1] if found else error
            raise CommandError(f"Ray could not finish {options.out}: {problem!s:.500}") from error
        summary = files.summary(total["labeled"], total["skipped"], "row")
        if total["skipped"] and not total["labeled"]:
            raise CommandError(summary)
        filesystem.open_output_stream(f"{folder}/_SUCCESS").close()
        undo.pop_all()
    print_to_stderr(summary)
    return 0


def _read(source: dict[str, Any], kind: str, columns: list[str], tally: Any, key: str) -> Any:
    """Return the rows with a text; those of a csv have only texts, as they are in the file."""
    import ray

    if kind == "parquet":
        rows = ray.data.read_parquet(partitioning=None, **source, **READERS)
    elif kind == "csv":
        rules = csv.ParseOptions(newlines_in_values=True, invalid_row_handler=partial(_skip, tally))
        types = csv.ConvertOptions(column_types=dict.fromkeys(columns, pyarrow.string()))
        source |= {"parse_options": rules, "convert_options": types, "partitioning": None}
        rows = ray.data.read_csv(**source, **READERS)
    else:
        source |= {"encoding": "utf-8-sig", "drop_empty_lines": kind == "jsonl"}
        rows = ray.data.read_text(**source, **READERS)
    check = partial(_with_text, kind, key, tally)
    return rows.map_batches(check, batch_format="pyarrow", **READERS)


def _skip(tally: Any, row: object) -> str:
    """Skip a row of a csv with too many or too few fields."""
    tally.update.remote(skipped=1)
    return "skip"


def _with_text(kind: str, key: str, tally: Any, block: Any) -> Any:
    """Return the rows that have a text, counted where they are read: a labeler may die."""
    import ray

    if kind == "jsonl":
        texts = [_parsed_text(key, line) for line in block["text"].to_pylist()]
        block = pyarrow.table({LINE: block["text"], key: pyarrow.array(texts, "string")})
    kept = block.filter(block[key].is_valid())
    ray.get(tally.update.remote(labeled=len(kept), skipped=len(block) - len(kept)))
    return kept


def _parsed_text(key: str, line: str) -> str | None:
    try:
        record = files.parsed_object(key, line)
        record[key].encode()  # half of a surrogate pair cannot be sent to a worker
    except (ValueError, RecursionError):
        return None
    files.refuse_clashes(record)
    return str(record[key])


class PartLabeler(Labeler):
    """Adds label and probabilities to blocks of rows; runs in a worker."""

    def __call__(self, block: Any) -> Any:
        """Return a block with four more columns."""
        added = super().__call__(block.select([self._column]).to_pydict())
        for name in files.ADDED:
            block = block.append_column(name, pyarrow.array(added[name]))
        return block


def _write(labeled: Any, kind: str, key: str, folder: str, filesystem: Any) -> None:
    """Write a part for each block; by default, their names have the order of the blocks."""
    from ray.data.datasource import BlockBasedFileDatasink

    class JsonLines(BlockBasedFileDatasink):  # type: ignore[misc]
        def write_block_to_file(self, block: Any, file: Any) -> None:
            for row in block.to_arrow().to_pylist():
                record = files.parsed_object(key, row[LINE])
                record |= {name: row[name] for name in files.ADDED}
                file.write(files.encoded([files.json_line(record)]))

    if kind == "jsonl":
        sink = JsonLines(folder, filesystem=filesystem, file_format=kind)
        labeled.write_datasink(sink, **WRITERS)
    else:
        write = labeled.write_parquet if kind == "parquet" else labeled.write_csv
        write(folder, filesystem=filesystem, **WRITERS)


def _source(options: argparse.Namespace) -> tuple[dict[str, Any], str, list[str], str]:
    """Return the files in the order of their names, their format, columns, and text column."""
    filesystem, path = _place(options.file)
    info = filesystem.get_file_info(path)
    found = [info] if info.is_file else filesystem.get_file_info(fs.FileSelector(path))
    texts = [one for one in found if one.size and not one.base_name.startswith(".")]
    kinds = {one.path: options.format or READABLE.get(f".{one.extension.lower()}") for one in texts}
    paths = sorted(path for path, kind in kinds.items() if kind)
    if len({kinds[path] for path in paths}) != 1:
        expected = f"{options.file} must have texts in files of one format, which end in"
        raise CommandError(f"{expected} {', '.join(READABLE)}; for other names, add --format.")
    kind = str(kinds[paths[0]])
    columns, key = _header(filesystem, paths[0], kind, options.column)
    for other in paths[1:]:
        if _header(filesystem, other, kind, options.column)[0] != columns:
            raise CommandError(f"{other} and {paths[0]} must have the same columns.")
    files.refuse_clashes(columns)
    return {"paths": paths, "filesystem": filesystem}, kind, columns, key


def _header(filesystem: Any, path: str, kind: str, column: str | None) -> tuple[list[str], str]:
    """Return the columns of a file, and the one with the texts."""
    with filesystem.open_input_file(path) as file:
        if kind == "parquet":
            columns = parquet.read_schema(file).names
            return columns, files.text_column(columns, column)
        lines = files.Lines(io.BufferedReader(file), path, int)
        return files.read_records(lines, kind, column)[:2]


def _new_folder(name: str | None) -> tuple[Any, str]:
    """Return where the folder for the parts will be; it may exist if it is empty."""
    if name in (None, "-"):
        raise CommandError("--engine ray writes a folder: add --out FOLDER.")
    filesystem, folder = _place(name)
    if filesystem.get_file_info(fs.FileSelector(folder, allow_not_found=True)):
        raise CommandError(f"{name} is not empty. Choose a new folder with --out.")
    return filesystem, folder


def _place(name: str) -> Any:
    """Return the file system of a path or an address such as s3://…, and the path in it."""
    return fs.FileSystem.from_uri(name.rstrip("/") if "://" in name else os.path.abspath(name))
