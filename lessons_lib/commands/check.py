"""`lessons check`: can this machine run the lessons, and what to do where it cannot."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from lessons_lib.commands.console import say
from lessons_lib.commands.course_checks import check_corpus, check_course, check_model, check_record
from lessons_lib.commands.finding import Finding, Level
from lessons_lib.commands.machine_checks import check_cores, check_disk, check_memory
from lessons_lib.commands.python_checks import check_kernel, check_packages, check_python

SUMMARY = "say, line by line, whether this machine can run the lessons"
CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    check_python,
    check_packages,
    check_kernel,
    check_memory,
    check_cores,
    check_disk,
    check_record,
    check_course,
    check_corpus,
    check_model,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There is nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Print each finding as soon as it is there; 1 if any is a failure."""
    failures = 0
    for check in CHECKS:
        for finding in check():
            say(str(finding))
            failures += finding.level is Level.FAIL
    if failures:
        noun = "thing" if failures == 1 else "things"
        say(f"\nThis machine cannot run the lessons yet: {failures} {noun} to mend (FAIL above).")
        return 1
    say("\nThis machine can run the lessons: `lessons lab` opens them.")
    return 0
