"""What a subcommand of `lessons` is, and the error that ends one in plain words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass


class CommandError(RuntimeError):
    """A command cannot do its work; the message says why and what to do. No traceback is shown."""


def no_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: for commands without flags of their own."""


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: `lessons <name>`.

    Attributes
    ----------
    name : str
        What is typed.
    summary : str
        One line for `lessons --help`.
    run : callable
        Does the work and returns the exit code; heavy imports belong inside it.
    add_arguments : callable
        Adds flags and arguments to the command's own parser.
    epilog : str
        What stands below the flags in `lessons <name> --help`.
    passes_flags_on : bool
        Whether flags that the parser does not know go into `args.further`, instead of being refused.
    """

    name: str
    summary: str
    run: Callable[[argparse.Namespace], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = no_arguments
    epilog: str = ""
    passes_flags_on: bool = False
