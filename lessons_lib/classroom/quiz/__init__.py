"""Questions, grading and progress; `quiz.ask("06")` asks in plain text."""

from __future__ import annotations


def ask(name: str) -> None:
    """Ask a notebook's questions in plain text, where there are no widgets.

    Parameters
    ----------
    name : str
        The quiz's name, or an unambiguous prefix of it: ``"06"``.

    Raises
    ------
    ValueError
        If there is no such quiz, or if its file is broken.
    """
    from lessons_lib.classroom.quiz import (
        plain_text,  # only here: importing this package stays cheap
    )

    plain_text.ask(name)
