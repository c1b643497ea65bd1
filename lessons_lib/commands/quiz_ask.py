"""`lessons quiz ask`: a quiz in the terminal, with the same record as in the notebooks."""

from __future__ import annotations

from lessons_lib.commands.console import CommandError, read_line, say
from lessons_lib.commands.course import course_bank
from lessons_lib.quiz.plain_text import ask
from lessons_lib.quiz.problems import QuizBankError
from lessons_lib.record.folder import DATA_VARIABLE
from lessons_lib.record.log import JsonlEventLog


def ask_in_the_terminal(name: str) -> int:
    """Ask the questions of a quiz; 0 if all that was answered is kept.

    Raises
    ------
    CommandError
        If there is no such quiz, its file is broken, or answers could not be saved.
    """
    bank = course_bank()
    try:
        quiz = bank.quiz(name)
    except QuizBankError as error:
        raise CommandError(f"This quiz has problems:\n{error}") from error
    except ValueError as error:
        raise CommandError(str(error)) from error
    log = JsonlEventLog()
    try:
        ask(quiz.name, bank=bank, log=log, read=read_line, write=say)
    finally:
        _save(log)
    return 0


def _save(log: JsonlEventLog) -> None:
    """Try once more to write what could not be written; say so if it is lost with this process."""
    if not log.save():
        raise CommandError(
            f"What you did last could not be saved in {log.folder} and ends with this command: "
            f"make that folder writable, or set {DATA_VARIABLE} to one that is, and answer again."
        )
