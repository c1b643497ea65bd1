"""`lessons import`: turn the questions of another system into a quiz file.

What the file cannot know is marked: texts begin with `TODO: `, the objective and the stage are
`todo`, and a tag says that nobody has chosen the difficulty. `lessons quiz check` lists all that.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from msgspec import convert

from lessons_lib.annexes.exchange.foreign import ForeignFileError, Found, slug_of
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.check import TODO, TODO_DIFFICULTY, TODO_SLUG, faults_of
from lessons_lib.classroom.quiz.question import Question
from lessons_lib.classroom.tables.problems import QuizBankError, shortened
from lessons_lib.classroom.tables.yaml_file import DECIMAL, QuizName, misfits
from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.files import read_file, write_whole
from lessons_lib.formats import UNPRINTABLE, counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file to read and the file to write."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a .xml, .gift, .txt or .json file")
    about = "the new quiz file: NAME.yaml"
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help=about)


def run(options: argparse.Namespace) -> int:
    """Write the quiz file, and print what was skipped and what is still to do."""
    require_extra("lessons import", "exchange")
    file, out = options.file, options.out
    if out.suffix != ".yaml":
        raise CommandError(f"--out must end in .yaml, got {out}.")
    for _, problem in misfits(out.stem, QuizName, "NAME"):
        raise CommandError(f"--out takes a file NAME.yaml, and {problem}")
    if out.exists():
        raise CommandError(f"{out} already exists: choose another name for --out.")
    try:
        draft = draft_of(read_file(file), file, out)
        write_whole(out, draft.text)
    except ForeignFileError as error:
        problems = (f"{file}:{line}" for line in str(error).split("\n"))
        raise CommandError("\n".join(problems)) from error
    say(*(f"{file}:{note}" for note in draft.notes))
    if draft.skipped:
        say(tally(draft.skipped))
    wrote = f"Wrote {out}: {counted(draft.questions, 'question')}."
    say(f"{wrote} To list what is left to fill in, run", f"  lessons quiz check {out}")
    return 0


_READERS = {".xml": "moodle", ".gift": "gift", ".txt": "gift", ".json": "jupyterquiz"}
_ORDER = (
    *("id", "revision", "kind", "difficulty", "objective", "stage", "tags", "stem", "options"),
    *("answer", "feedback", "hints", "solution", "final_answer", "quick_check", "common_mistakes"),
)


class Draft(NamedTuple):
    """A quiz file's text, how many questions are in it, and what to tell its author."""

    text: str
    questions: int
    skipped: dict[str, int]  # how many of which foreign type
    notes: list[str]  # each begins with a line of the foreign file


def draft_of(content: bytes, file: Path, out: Path) -> Draft:
    """Return the quiz file for a file of another system.

    Parameters
    ----------
    content : bytes
        The content of the foreign file.
    file : Path
        Its name; the ending selects one of `_READERS`.
    out : Path
        The quiz file to be written, with a name that a quiz may have. Ids that its folder already
        uses are not used again.

    Raises
    ------
    ForeignFileError
        If the file is broken, in another format, or has no question of a known type.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        rule = f"the name must end in {', '.join(_READERS)}, got {file.name!r}"
        raise ForeignFileError(1, f"{rule}: export Moodle XML, GIFT or JSON.")
    ids = _ids_in(out.parent)
    questions: list[dict[str, Any]] = []
    skipped: Counter[str] = Counter()
    notes: list[str] = []
    for found in import_module(f"lessons_lib.annexes.exchange.{reader}").read(content):
        question = _completed(found, ids) if found.data else {}
        why_not = next(_faults(question), "") if question else found.note
        if why_not:
            kind = found.kind if found.kind.isprintable() else shortened(found.kind)
            skipped[kind] += 1
            notes.append(f"{found.line}: skipped {shortened(found.name)} ({kind}): {why_not}")
            continue
        questions.append(question)
        ids.add(question["id"])
        if found.note:
            notes.append(f"{found.line}: {question['id']}: {found.note}")
    if not questions:
        what = f"no question could be read. {tally(skipped)}".strip()
        raise ForeignFileError(1, "\n".join([what, *notes]))
    quiz = {"quiz": out.stem, "title": file.stem.strip() or out.stem, "questions": questions}
    return Draft(_as_yaml(quiz), len(questions), dict(skipped), notes)


def tally(skipped: Mapping[str, int]) -> str:
    """Return how many questions of which type were skipped: `Skipped 3 questions: essay (3).`."""
    kinds = ", ".join(f"{kind} ({number})" for kind, number in skipped.items())
    return f"Skipped {counted(sum(skipped.values()), 'question')}: {kinds}." if skipped else ""


def _ids_in(folder: Path) -> set[str]:
    """Return the ids that the quiz files of a folder use."""
    try:
        bank = load_bank(folder)
    except QuizBankError:
        return set()
    return {one.id for one in (*bank.questions, *(bank.retired.questions if bank.retired else ()))}


def _completed(found: Found, ids: set[str]) -> dict[str, Any]:
    """Return a question with every field of ours, and a to-do where its file says nothing."""
    data = {key: value for key, value in found.data.items() if value not in ("", [], None)}
    if "difficulty" not in data:
        data |= {"difficulty": "medium", "tags": [*data.get("tags", ()), TODO_DIFFICULTY]}
    to_do = {
        "objective": TODO_SLUG,
        "stage": TODO_SLUG,
        "hints": [f"{TODO}write a hint."],
        "solution": [{"title": "Solution", "text": f"{TODO}explain the answer, step by step."}],
        "final_answer": _in_words(data),
        "quick_check": f"{TODO}say how to check the answer quickly.",
        "common_mistakes": [f"{TODO}name a common mistake."],
    }
    for letter, option in data.get("options", {}).items():
        word = "right" if letter in data.get("answer", "") else "wrong"
        option["feedback"] = option.get("feedback") or f"{TODO}explain why this is {word}."
    if data["kind"] == "number":
        about = {word: f"{TODO}say why a number is {word}." for word in ("right", "wrong")}
        data["feedback"] = about | data.get("feedback", {})
    name = _unused(data.get("id") or found.name, ids)
    completed = {**to_do, **data, "id": name, "revision": 1}
    return {name: completed[name] for name in _ORDER if name in completed}


def _in_words(data: dict[str, Any]) -> str:
    """Return the right answer as a text: its number with the unit, or the right options."""
    answer = data.get("answer", "")
    if isinstance(answer, dict):
        return f"{answer['value']:,.12g} {answer.get('unit', '')}".strip()
    options = data.get("options", {})
    texts = [options[letter]["text"] for letter in answer if letter in options]
    return ("\n\n" if "\n" in "".join(texts) else "; ").join(texts)


def _unused(name: str, ids: set[str]) -> str:
    """Return an id made from a name, with a number behind it if the id is used already."""
    slug = slug_of(name) or "question"
    names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(one for one in names if one not in ids)


def _faults(question: dict[str, Any]) -> Iterator[str]:
    """Yield what keeps a question from being one of ours."""
    answer = question.get("answer")
    value = answer["value"] if isinstance(answer, dict) else 0
    if not DECIMAL.fullmatch(f"{value:.15g}"):
        yield f"{value} is too large or too small for a quiz file"
    if "${" in str(question):
        yield "code with ${…} cannot be imported, because that marks the value of a variant"
    faults = list(misfits(question, Question))
    for _, message in faults or faults_of(convert(question, Question)):
        yield message


class _Dumper(yaml.SafeDumper):
    """Writes what our loader accepts: floats in plain digits, and quoted `1,000`."""


def _as_yaml(quiz: dict[str, Any]) -> str:
    return yaml.dump(quiz, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _text_node(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    text = UNPRINTABLE.sub("", text)  # such as marks that change the direction
    style = "|" if "\n" in text else None if text[:1].isalpha() else "'"  # not 1,000 or 1e5
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _float_node(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    text = str(number).removesuffix(".0")
    if not DECIMAL.fullmatch(text):  # it has more decimals than our files may have
        text = f"{number:.15g}"
    return yaml.ScalarNode(dumper.resolve(yaml.ScalarNode, text, (True, False)), text)  # type: ignore[no-untyped-call]


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(float, _float_node)
