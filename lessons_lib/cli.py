"""The `lessons` command: parse arguments, run a module of `lessons_lib.commands`, return a code."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

import lessons_lib
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.commands import (
    check,
    class_,
    collect,
    export_bank,
    hub,
    import_bank,
    lab,
    predict,
    prepare,
    progress,
    quiz,
    site,
)
from lessons_lib.console import (
    CommandError,
    drop_output,
    plain_warnings,
    print_on_any_console,
    print_to_stderr,
    reason,
)
from lessons_lib.extras import ExtraMissingError
from lessons_lib.pipeline.model.transformer_files import TransformerMissingError
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as in a shell
# Their messages say what to do, so no command handles them; nor an `OSError`, which names a file.
EXPLAINED = CommandError, QuizBankError, ExtraMissingError
NOT_DOWNLOADED = CorpusMissingError, TransformerMissingError

# Each has a SUMMARY, add_arguments(parser) and run(options), which returns the exit code; slow
# imports belong in run.
COMMANDS: Mapping[str, ModuleType] = {
    "lab": lab,
    "prepare": prepare,
    "check": check,
    "predict": predict,
    "quiz": quiz,
    "progress": progress,
    "export": export_bank,
    "import": import_bank,
    "collect": collect,
    "class": class_,
    "site": site,
    "hub": hub,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 if it succeeded."""
    print_on_any_console()
    parser = _parser()
    if arguments is None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # with all clean-up
        arguments = sys.argv[1:]
    options, further = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    if further and not options.takes_further_flags:
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    options.further = [flag for flag in further if flag != "--"]
    try:
        with plain_warnings():
            code: int = COMMANDS[options.command].run(options)
            return code
    except (*EXPLAINED, *NOT_DOWNLOADED) as error:
        print_to_stderr(f"lessons {options.command}: {error}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        drop_output()
        if not isinstance(error, BrokenPipeError):  # the reader has closed: `lessons check | head`
            print_to_stderr(f"lessons {options.command}: {reason(error)}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lessons",
        description=(lessons_lib.__doc__ or "").partition("\n")[0],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=lessons_lib.__version__)
    parser.set_defaults(takes_further_flags=False)
    subparsers = parser.add_subparsers(dest="command", metavar="command", title="commands")
    for name, command in COMMANDS.items():
        subparser = subparsers.add_parser(
            name, help=command.SUMMARY, description=f"{command.SUMMARY}.", allow_abbrev=False
        )
        command.add_arguments(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
