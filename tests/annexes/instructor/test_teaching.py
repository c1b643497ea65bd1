"""The page for instructors names only questions, cards, columns, commands and files that exist."""

import re
from datetime import UTC, datetime
from pathlib import Path

import lessons_lib
from lessons_lib.annexes.instructor.collect.collect import class_tables, collect
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.record.folder import EXPORTED_RECORD
from lessons_lib.cli import COMMANDS
from lessons_lib.extras import PACKAGES
from tests.support.synthetic_class import answer_key, make_home

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
PAGE = (NOTEBOOKS / "teaching.md").read_text(encoding="utf-8")
BANK = load_bank(NOTEBOOKS.parent / "quizzes")
ASKED = {quiz.name[:2]: {one.id for one in quiz.questions} for quiz in BANK.quizzes}
CARDS = {quiz.name[:2]: {str(one.place) for one in quiz.questions} for quiz in BANK.quizzes}
TABLES = {f"class{name}.csv" for name in ("", "_questions", "_groups", "_guesses")}
PAGES = {"class.html", "class.ipynb", "demo-class/class.ipynb"}
OTHERS = {"TypeError", *TABLES, *PAGES, "for", "--map", "NAME.jsonl", "NAME/*.jsonl"}
OTHERS |= {EXPORTED_RECORD}


def test_every_question_and_every_card_belongs_to_the_notebook_beside_it() -> None:
    questions = re.findall(r"(\d\d)(?:\]\([^)]+\))?: ((?:`[\w-]+`(?:, )?)+)", PAGE)
    named = [(number, name) for number, ids in questions for name in re.findall(r"[\w-]+", ids)]
    assert len(named) > 30
    assert [one for one in named if one[1] not in ASKED[one[0]]] == []
    for number, row in re.findall(r"^\| \d+–\d+ \| \[?(\d\d)(.+)", PAGE, re.M):
        assert set(re.findall(r"`([a-z-]+)`", row)) <= CARDS.get(number, set())


def test_every_other_name_exists(tmp_path: Path) -> None:
    make_home(tmp_path / "ada", answer_key(), 1)
    results = collect([tmp_path / "ada"], BANK, now=datetime.now(UTC))
    columns = re.findall(r"\w+", " ".join(class_tables(results).values()))
    counts = {f"{one.id}.r{one.revision}": len(one.variants) for one in BANK.questions}
    items = [f"{name}.v{n}" for name, count in counts.items() for n in range(count + 1)]
    known = set().union(*ASKED.values(), *CARDS.values(), columns, lessons_lib.__all__)
    known = known.union(items, PACKAGES, OTHERS)
    assert set(re.findall(r"`([^`\s]+)`", PAGE)) <= known
    assert set(re.findall(r"(?:^|`)lessons (\w+)", PAGE, re.M)) <= set(COMMANDS)
    assert all((NOTEBOOKS / link).exists() for link in re.findall(r"\]\(([^)#]+)\)", PAGE))
