"""`python -m lessons_lib.annexes.authoring build [NAMES…]` and `… check`."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from lessons_lib.annexes.authoring.build import BuildError, build
from lessons_lib.annexes.authoring.check import check
from lessons_lib.annexes.authoring.glossary import NAME, write_page
from lessons_lib.annexes.authoring.source import SourceError, source_names
from lessons_lib.classroom.course import COURSE_FILE, COURSE_VARIABLE, course_folder
from lessons_lib.classroom.practice.glossary import GLOSSARY_FILE
from lessons_lib.classroom.server.extension import record
from lessons_lib.classroom.tables.load import CourseFileError
from lessons_lib.extras import require_extra


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or check the notebooks of a course folder; return 0 on success."""
    options = _parser().parse_args(arguments)
    sources = options.folder / "notebooks" / "source"
    if not sources.is_dir():
        print(
            f"A course folder must contain notebooks/source, got {options.folder.resolve()}. "
            "Run this at the top of a checkout, or pass one with --folder.",
            file=sys.stderr,
        )
        return 2
    if (sources / COURSE_FILE).is_file():  # its own course, also in kernels
        os.environ[COURSE_VARIABLE] = str(options.folder.resolve())
    try:
        require_extra("Building and checking notebooks", "test")
        if options.command == "build":
            return _build(options.folder, options.names, options.measure)
        return _check(options.folder)
    except (ImportError, CourseFileError) as error:  # also an import of the lesson's code
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lessons_lib.annexes.authoring", description=__doc__
    )
    about = "the course folder (default: the current folder)"
    parser.add_argument("--folder", type=Path, default=Path(), help=about)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build", help="build notebooks from their sources")
    about = "for example 01_tides, or glossary (default: all)"
    builder.add_argument("names", nargs="*", help=about)
    about = "measure again, although the code that measures has not changed"
    builder.add_argument("--measure", action="store_true", help=about)
    commands.add_parser("check", help="check sources and stored notebooks")
    return parser


def _build(folder: Path, names: Sequence[str], measure: bool) -> int:
    notebooks = folder / "notebooks"
    has_glossary = (course_folder() / "quizzes" / GLOSSARY_FILE).is_file()
    known = [*([NAME] if has_glossary else []), *source_names(notebooks)]
    wanted = [Path(name).stem for name in names] or known
    if unknown := sorted(set(wanted) - set(known)):
        print(f"Unknown names: {', '.join(unknown)}. Known: {', '.join(known)}.", file=sys.stderr)
        return 2
    failed, built = 0, []
    for name in wanted:
        start = time.perf_counter()
        try:
            is_page = name == NAME
            path = write_page(notebooks) if is_page else build(notebooks, name, measure=measure)
        except CourseFileError:
            raise  # no notebook can be built, so it is said once
        except (BuildError, SourceError, ValueError) as error:
            print(f"{name}: not built.\n{error}", file=sys.stderr)
            failed += 1
        else:
            built.append(name)
            print(f"{path}  {time.perf_counter() - start:.1f} s", flush=True)
    record(folder, built)
    return min(failed, 1)


def _check(folder: Path) -> int:
    findings = check(folder)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings." if findings else "All notebooks are in order.")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
