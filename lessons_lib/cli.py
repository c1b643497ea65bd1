"""The `lessons` command: parse arguments, run a command of the house or an annex, return a code."""

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import lessons_lib
from lessons_lib import console
from lessons_lib.classroom.copy.place import CourseFolderError
from lessons_lib.classroom.tables.problems import QuizBankError
from lessons_lib.extras import ExtraMissingError
from lessons_lib.pipeline.model.transformer_files import TransformerMissingError
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as in a shell
# Their messages say what to do, so no command handles them; nor an `OSError`, which names a file.
EXPLAINED = console.CommandError, CourseFolderError, QuizBankError, ExtraMissingError
NOT_DOWNLOADED = CorpusMissingError, TransformerMissingError

# What each command does. Its module is imported when it is called: it has add_arguments(parser) and
# run(options), which returns the exit code.
COMMANDS: Mapping[str, str] = {
    "lab": "open the lessons in JupyterLab",
    "prepare": "download what the lessons need from the network (the corpus), and verify it",
    "check": "report, line by line, whether this machine can run the lessons",
    "predict": "label one text while you wait (real-time), or every text of a file (batch)",
    "quiz": "check or preview quiz files, or answer a quiz in plain text",
    "progress": "show your progress in all quizzes, export it, bring in a record, or start over",
    "export": "write the questions for Moodle, Canvas, Anki, and other systems",
    "import": "turn questions from Moodle XML, GIFT, or jupyterquiz into a quiz file",
    "collect": "collect a class's results from the learners' homes, exports or files and regrade "
    "them",
    "class": "check graded quizzes and their plan, serve them to your JupyterHub, and read "
    "the results",
    "site": "write the lessons as web pages, which work without a server and without a network",
    "hub": "try out a class on your own JupyterHub; `hub link` and `hub copy` help deploy a real "
    "one",
}
# Where the commands of annexes are; each of the others is in `commands`, under its name.
IN_ANNEXES = {
    "export": "annexes.exchange.commands.export_bank",
    "import": "annexes.exchange.commands.import_bank",
    "collect": "annexes.instructor.commands.collect",
    "class": "annexes.instructor.commands.class_",
    "site": "annexes.site.command",
    "hub": "annexes.instructor.commands.hub",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 if it succeeded."""
    console.print_on_any_console()
    if arguments is None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # with all clean-up
        arguments = sys.argv[1:]
    called = next((name for name in arguments if name in COMMANDS), "")
    module = IN_ANNEXES.get(called, f"commands.{called}")
    command = import_module(f"lessons_lib.{module}") if called else None
    parser = _parser(called, command)
    options, further = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        return 0
    if further and not options.takes_further_flags:
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    options.further = [flag for flag in further if flag != "--"]
    try:
        with console.plain_warnings():
            code: int = options.run(options)
            return code
    except (*EXPLAINED, *NOT_DOWNLOADED) as error:
        console.print_to_stderr(f"lessons {options.command}: {error}")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        console.drop_output()
        if not isinstance(error, BrokenPipeError):  # the reader has closed: `lessons check | head`
            console.print_to_stderr(f"lessons {options.command}: {console.reason(error)}")
        return 1


def _parser(called: str, command: Any) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lessons",
        description=(lessons_lib.__doc__ or "").partition("\n")[0],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=lessons_lib.__version__)
    parser.set_defaults(takes_further_flags=False)
    subparsers = parser.add_subparsers(dest="command", metavar="command", title="commands")
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(
            name, help=summary, description=f"{summary}.", allow_abbrev=False
        )
        if name == called:
            subparser.set_defaults(run=command.run)
            command.add_arguments(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
