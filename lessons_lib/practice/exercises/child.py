"""The child process of an exercise: runs programs case by case, and writes down what they gave.

It is given the path of a job file. Whatever a program does to this process, it cannot
make a wrong value right: the parent compares what is written here with what the reference gave in
a process of its own. So all that this file has to do is to fail loudly.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import faulthandler
import json
import os
import sys
from types import CodeType
from typing import Any

from lessons_lib.practice.exercises.fence import LEARNERS_FILE, limit, raise_fence
from lessons_lib.practice.exercises.plain import Plain, TooMuch

SPARE_S = 5  # a child whose parent has gone ends by itself, this long after its time
LONGEST_MESSAGE, MOST_PASSES = 2_000, 60_000
PASSES: list[int] = []

# Held here, as a learner's code may put other things in their places.
_builtins = builtins.__dict__
_intact = dict(_builtins)
_open, _write, _close, _end = os.open, os.write, os.close, os._exit
_flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT


class Teller:
    """Writes lines for the parent, each with the nonce that only this run knows."""

    def __init__(self, path: str, nonce: str) -> None:
        self._path, self._nonce = path, nonce
        self._encode = json.JSONEncoder(allow_nan=False).encode

    def __call__(self, what: str, **more: Any) -> None:
        """Write one line, and close the file again: a program may close what stands open."""
        line = self._encode({"nonce": self._nonce, "what": what, **more}) + "\n"
        descriptor = _open(self._path, _flags, 0o600)
        _write(descriptor, line.encode("ascii"))
        _close(descriptor)


def main(job_path: str) -> None:
    """Run a job: its setup, and then each of its programs on each of its cases."""
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    os.remove(job_path)
    faulthandler.dump_traceback_later(
        job["start_limit_s"] + job["time_limit_s"] + SPARE_S,
        exit=True,
        file=open(os.devnull, "w"),  # noqa: SIM115
    )
    tell = Teller(job["report"], job["nonce"])
    readable = {
        number: code
        for number, source in enumerate(job["programs"])
        if (code := _compiled(tell, number, source)) is not None
    }
    if readable:
        _run_programs(tell, readable, job)
    tell("done")


def _compiled(tell: Teller, number: int, source: str) -> CodeType | None:
    """Return a program that can be run, or say why there is none: that needs no setup."""
    try:
        tree = ast.parse(source, LEARNERS_FILE)
        code = compile(tree, LEARNERS_FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        message, line = str(error.msg), error.lineno or 1
        tell("syntax", program=number, name=type(error).__name__, message=message, line=line)
        return None
    except (ValueError, RecursionError, MemoryError) as error:
        tell("syntax", program=number, name=type(error).__name__, message=str(error), line=1)
        return None
    if all(_says_nothing(node) for node in tree.body):
        tell("empty", program=number)
        return None
    return code


def _run_programs(tell: Teller, programs: dict[int, CodeType], job: dict[str, Any]) -> None:
    given: dict[str, Any] = {"PASSES": PASSES}
    try:
        exec(compile(job["setup"], "<setup>", "exec", dont_inherit=True), given)
    except BaseException as error:
        tell("broken", message=_text(error))
        return
    tools = {name: value for name, value in given.items() if name not in ("PASSES", "__builtins__")}
    asks = compile(job["asks"], "<question>", "eval", dont_inherit=True)
    limit(job["memory_limit"], int(job["time_limit_s"]) + SPARE_S)
    raise_fence()
    _intact.update(_builtins)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    tell("ready")
    for number, code in programs.items():
        _run_cases(tell, number, code, asks, job, tools)


def _run_cases(
    tell: Teller,
    number: int,
    code: CodeType,
    asks: CodeType,
    job: dict[str, Any],
    tools: dict[str, Any],
) -> None:
    for place, case in enumerate(job["cases"]):
        tell("begin", program=number, case=place)
        # A function is asked for the case itself, also where the code gave its names other values.
        asked = _copied(case) if job["is_function"] else {}
        outcome = _run_case(code, asks, job, {**tools, **_copied(case)}, asked)
        _builtins.update(_intact)
        tell("gave", program=number, case=place, **outcome)
        if place == 0:
            _be_silent()
        if "error" in outcome:
            return


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def _copied(case: Any) -> Any:
    """Return a case of its own to each program, as programs may change what they are given."""
    return json.loads(json.dumps(case))


def _run_case(
    code: CodeType,
    asks: CodeType,
    job: dict[str, Any],
    names: dict[str, Any],
    asked: dict[str, Any],
) -> dict[str, Any]:
    PASSES.clear()
    names = {**names, "__name__": "__main__"}  # so that lines below the usual `if` run, too
    try:
        exec(code, names)
        _builtins.update(_intact)
        if missing := _missing(asks, names, asked):
            return {"error": "missing", "about": missing, "passes": PASSES[:MOST_PASSES]}
        if job["is_function"]:
            given = names[job["gives"]]
            if isinstance(given, type) or not callable(given):
                return {"error": "no-function", "value": Plain().of(given)}
            PASSES.clear()  # a learner may call the function as well, to see what it does
        value = eval(asks, names, asked)
        _builtins.update(_intact)
        return {"value": Plain().of(value), "passes": PASSES[:MOST_PASSES]}
    except BaseException as error:
        _builtins.update(_intact)
        if isinstance(error, TooMuch):
            return {"error": "too-much", "message": str(error)}
        hidden = [one for one in names if one in _intact and one[:2] != "__"]
        return {"error": "raised", "about": hidden, **_told(error)}


def _missing(asks: CodeType, *there: dict[str, Any]) -> list[str]:
    """Return the names that the question needs, and that the code did not leave behind."""
    return [
        one
        for one in asks.co_names
        if one not in _intact and not any(one in names for names in there)
    ]


def _told(error: BaseException) -> dict[str, Any]:
    """Return an error's name and words, and the last line of the learner's code on its way."""
    line, place = 0, error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == LEARNERS_FILE:
            line = place.tb_lineno
        place = place.tb_next
    known = type(error).__mro__
    kinds = [str(one.__name__)[:80] for one in known[: known.index(BaseException)]]
    return {"name": kinds[0], "kinds": kinds[:8], "message": _text(error), "line": line}


def _text(error: BaseException) -> str:
    try:
        text = str.__str__(str(error))[:LONGEST_MESSAGE]
        return "" if text == "None" else text  # as exit() has it
    except BaseException:
        return ""


def _be_silent() -> None:
    """Let only the shown example print: every other case would print the same again."""
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
        sys.stderr.flush()
    with contextlib.suppress(OSError):
        nowhere = _open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)


def run_and_end(job_path: str) -> None:
    """Run a job, and end at once: threads that a program left behind do not hold us up."""
    code = 1
    try:
        main(job_path)
        code = 0
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
    finally:
        _end(code)
