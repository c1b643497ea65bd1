"""Copying the course into a learner's folder, never over what they changed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from lessons_lib.commands.course_mark import Mark, mark_of
from lessons_lib.commands.error import CommandError

MANIFEST = ".lessons-course.json"


@dataclass(slots=True)
class CopyReport:
    """What was done with which file; `kept` tells where the new one was laid."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def update_copy(shipped: Mapping[str, bytes], folder: Path, version: str) -> CopyReport:
    """Bring a copy of the course up to date.

    Parameters
    ----------
    shipped : mapping of str to bytes
        Each file's content by its path, with `/` between the parts.
    folder : Path
        Made if it does not exist. A manifest in it remembers what was shipped last.
    version : str
        Part of the name of a new file that is laid beside a changed one.

    Raises
    ------
    CommandError
        If the folder cannot be read or written. What was copied until then stays, and the next
        call goes on from there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = _read_manifest(folder / MANIFEST)
        report = CopyReport()
        for name, content in shipped.items():
            _update(folder, name, content, known.get(name), version, report)
        latest = {name: mark_of(name, content) for name, content in shipped.items()}
        if latest != known:
            _write(folder / MANIFEST, _manifest(latest, version))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(
            f"The course could not be copied to {folder}: {reason} "
            f"({error.filename or folder}). Name another folder with --folder, or mend this one."
        ) from error
    return report


def _update(
    folder: Path, name: str, content: bytes, known: Mark | None, version: str, report: CopyReport
) -> None:
    path = folder / name
    new = mark_of(name, content)
    if not path.exists():
        _write(path, content)
        report.added.append(name)
        return
    now = mark_of(name, path.read_bytes())
    if now.file == new.file:
        return
    is_new = now.essence == new.essence
    if known and (now.file == known.file or (now.essence == known.essence and not is_new)):
        _write(path, content)
        report.updated.append(name)
    elif not is_new and (known is None or _differ(known, new)):
        report.kept[name] = _lay_beside(folder, name, content, version)


def _differ(known: Mark, new: Mark) -> bool:
    """Say whether what is shipped has changed, its outputs aside."""
    return known.file != new.file and known.essence != new.essence


def _lay_beside(folder: Path, name: str, content: bytes, version: str) -> str:
    """Write a new file beside a changed one, under a name that nothing else has."""
    number = 1
    while True:
        beside = _name_beside(name, version if number == 1 else f"{version}-{number}")
        path = folder / beside
        if not path.exists():
            _write(path, content)
            return beside
        if path.read_bytes() == content:
            return beside
        number += 1


def _name_beside(name: str, version: str) -> str:
    """Keep the ending of a notebook, so that it opens; a second .yaml would be a second quiz."""
    path = PurePosixPath(name)
    if path.suffix == ".ipynb":
        return str(path.with_name(f"{path.stem}.new-{version}{path.suffix}"))
    return f"{name}.new-{version}"


def _read_manifest(path: Path) -> dict[str, Mark]:
    """Return what was shipped last; nothing if that is not known, so that every file is kept."""
    try:
        manifest = json.loads(path.read_bytes())
        cells = manifest.get("cells", {})
        return {
            str(name): Mark(str(sha256), str(cells.get(name, "")))
            for name, sha256 in manifest["files"].items()
        }
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _manifest(files: Mapping[str, Mark], version: str) -> bytes:
    about = "sha256 of each file, and of each notebook's cells, as shipped; tells what you changed"
    content = {
        "about": about,
        "version": version,
        "files": {name: mark.file for name, mark in files.items()},
        "cells": {name: mark.cells for name, mark in files.items() if mark.cells},
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _write(path: Path, content: bytes) -> None:
    """Write aside, then rename, so that no reader ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
