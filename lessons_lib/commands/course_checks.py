"""Whether the lessons are there, with model and corpus, and answers can be kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from lessons_lib.commands.course_folder import START, expected_folder, shipped_files
from lessons_lib.commands.error import CommandError
from lessons_lib.commands.finding import Finding, fail, ok, warn
from lessons_lib.commands.machine import nearest_existing
from lessons_lib.commands.prepare import corpus_place
from lessons_lib.record.folder import DATA_VARIABLE, record_folder
from lessons_lib.text.corpus_files import is_cached


def check_record() -> Iterator[Finding]:
    """Say whether the learner's answers can be kept; leaves nothing behind."""
    folder = record_folder()
    try:
        tempfile.TemporaryFile(dir=nearest_existing(folder)).close()
    except OSError as error:
        seen = f"{folder} cannot be written: {error.strerror}"
        advice = f"Answers would not be kept: set {DATA_VARIABLE} to a folder that you can write."
        yield warn("your record", seen, advice)
    else:
        yield ok("your record", f"kept in {folder}")


def check_course() -> Iterator[Finding]:
    """Say where the notebooks are, or will be copied to."""
    course = expected_folder()
    if course.is_copy:
        try:
            count = len(shipped_files())
        except CommandError as error:
            yield fail("course", "not in this installation", str(error))
        else:
            yield ok("course", f"`lessons lab` copies its {count} files to {course.path}")
    elif (course.path / START).is_file():
        yield ok("course", f"in {course.path}")
    else:
        advice = "Fetch the files of this clone again: git checkout -- notebooks"
        yield fail("course", f"{START} is not in {course.path}", advice)


def check_corpus() -> Iterator[Finding]:
    """Say whether the corpus is here; fetches nothing."""
    if is_cached():
        yield ok("corpus", f"verified, in {corpus_place()}")
    else:
        advice = "Run `lessons prepare` with a network; without the corpus 05 cannot train on it."
        yield warn("corpus", f"no true copy in {corpus_place()}", advice)


def check_model() -> Iterator[Finding]:
    """Load the shipped checkpoint, as every notebook but 05 does."""
    advice = "Install the lessons again: their files are incomplete or damaged."
    try:
        # Only here: numpy itself may be what is broken, and has had its own line then.
        from lessons_lib.model.checkpoint import CheckpointError, load_checkpoint
    except ImportError as error:
        yield fail("model", f"cannot be read: {error}", advice)
        return
    try:
        yield ok("model", repr(load_checkpoint()))
    except (CheckpointError, OSError) as error:
        yield fail("model", str(error), advice)
