"""A small class whose tables are computed by hand, from events written as plain JSON."""

import csv
import json
import random
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import lessons_lib
from lessons_lib.classroom.course import source_folder
from lessons_lib.cli import main
from tests.support.synthetic_class import BANK, RECORD, Json, answer_key, event, given, make_class

COLLECT = Path(lessons_lib.__file__).parent / "annexes/instructor/deploy/COLLECT.md"
KEY = answer_key()
RNG = random.Random(7)
SINGLES = [one for one in KEY.values() if one["kind"] == "single" and not one.get("variants")]
PER_CARD = Counter((one["quiz"], one.get("place", "end")) for one in SINGLES)
CARD = next(card for card, n in PER_CARD.items() if n > 1 and card[1] != "pool")
ONE, TWO = [one for one in SINGLES if (one["quiz"], one.get("place", "end")) == CARD][:2]
POOL = next(one for one in SINGLES if one.get("place") == "pool")
RETIRED = {**POOL, "id": "a-withdrawn-question", "quiz": "retired"}
GUESSES = yaml.safe_load((source_folder() / "guesses.yaml").read_text("utf-8"))
CHOICE = next(one for one in GUESSES["guesses"] if len(one.get("options", ())) == 3)
NUMBER = next(one for one in GUESSES["guesses"] if "options" not in one)


def write(home: Path, *steps: tuple[str, str, Json]) -> None:
    """Write a record of events, each a kind, a subject and a payload."""
    (home / RECORD).mkdir(parents=True)
    lines = [json.dumps(event(number, *step, RNG)) for number, step in enumerate(steps, 1)]
    (home / RECORD / "one.jsonl").write_text("\n".join(lines) + "\n")


def answer(question: Json, *, is_right: bool, test: str = "") -> tuple[str, str, Json]:
    payload = given(question, RNG, is_right=is_right)
    return "answer", question["id"], payload | ({"test": test} if test else {})


def guess(task: Json, value: Any, result: Any = None, **more: Any) -> tuple[str, str, Json]:
    known = {} if result is None else {"result": result}
    return "guess", task["id"], {"guess": value} | known | more


def tables(homes: Path) -> dict[str, list[dict[str, str]]]:
    out = homes.parent / "class.csv"
    assert main(["collect", str(homes), "--out", str(out)]) == 0
    found = {}
    for name in ("", "_questions", "_groups", "_guesses"):
        with out.with_stem(f"class{name}").open(encoding="utf-8", newline="") as file:
            found[name.strip("_") or "class"] = list(csv.DictReader(file))
    return found


def counts(row: dict[str, str]) -> list[str]:
    return [row[name] for name in ("questions", "n", "first_try_right", "right", "facility")]


@pytest.fixture
def retired_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the class's bank hold a question that was withdrawn after it was answered."""
    folder = Path(shutil.copytree(BANK, tmp_path / "quizzes"))
    question = {name: value for name, value in RETIRED.items() if name != "quiz"}
    quiz = {"quiz": "retired", "title": "Retired questions", "questions": [question]}
    (folder / "retired.yaml").write_text(yaml.safe_dump(quiz, sort_keys=False), encoding="utf-8")
    monkeypatch.setenv("LESSONS_QUIZZES", str(folder))


@pytest.mark.usefixtures("retired_too")
def test_groups_are_sums_over_their_questions(tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    write(homes / "ada", answer(ONE, is_right=True), answer(TWO, is_right=True))
    write(homes / "bob", answer(ONE, is_right=False), answer(TWO, is_right=True))
    mended = [answer(ONE, is_right=False), answer(ONE, is_right=True), answer(TWO, is_right=False)]
    write(homes / "cy", *mended)
    retired = answer(RETIRED, is_right=True)
    write(homes / "dee", answer(POOL, is_right=True), answer(POOL, is_right=False), retired)
    found = tables(homes)
    # Neither a question of the pool nor a retired one is on a card.
    (card,) = [one for one in found["groups"] if one["group"] == "card"]
    assert card["name"] == " ".join(CARD)
    assert counts(card) == ["2", "6", "3", "4", "0.5"]
    expected: dict[str, list[int]] = {}
    by_hand = ((1, 3, 1, 2), (1, 3, 2, 2), (1, 1, 1, 0), (1, 1, 1, 1))
    for question, row in zip((ONE, TWO, POOL, RETIRED), by_hand, strict=True):
        sums = expected.setdefault(question["objective"], [0] * 4)
        sums[:] = map(sum, zip(sums, row, strict=True))
    objectives = [one for one in found["groups"] if one["group"] == "objective"]
    assert {one["name"]: [int(n) for n in counts(one)[:4]] for one in objectives} == expected
    assert len(found["groups"]) == len(objectives) + 1


def test_guesses_stand_beside_their_results(tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    first, second, third = CHOICE["options"]
    write(homes / "ada", guess(NUMBER, 1, 6), guess(NUMBER, 99, 6), guess(CHOICE, first))
    write(homes / "bob", guess(NUMBER, 5), guess(NUMBER, 2, 8), guess(CHOICE, third, second))
    lab_book = guess(NUMBER, 3, 1000, unit="ms"), guess(NUMBER, 7, 1, unit="ms")
    write(homes / "cy", *lab_book, guess(CHOICE, third, second))
    write(homes / "dee", guess(NUMBER, 10), guess(CHOICE, third, first))
    foreign = guess(NUMBER, "10"), guess(NUMBER, 1, "x"), guess(CHOICE, "no such option")
    write(homes / "eve", *foreign, guess(CHOICE, 3, 4, unit=""), guess({"id": "gone"}, 1.0))
    write(homes / "far", ("guess", NUMBER["id"], {"guess": [1]}))
    by_id = {one["guess"]: one for one in tables(homes)["guesses"]}
    assert set(by_id) == {NUMBER["id"], CHOICE["id"]}
    number, choice = by_id[NUMBER["id"]], by_id[CHOICE["id"]]
    assert (number["learners"], number["unit"]) == ("4", NUMBER.get("unit", ""))
    # of 1, 2, 3, and 10; the results are 6, 8, and 1000
    names = ("first_quartile", "median", "third_quartile", "result")
    assert [number[name] for name in names] == ["1.75", "2.5", "4.75", "8.0"]
    assert (choice["learners"], choice["result"]) == ("4", second)
    assert choice["guesses"] == f"{first}: 1; {second}: 0; {third}: 3"


def test_the_page_for_instructors_names_every_column(tmp_path: Path) -> None:
    make_class(tmp_path / "homes", 30, damaged=1)
    write(tmp_path / "homes" / "ada", guess(NUMBER, 1), guess(CHOICE, CHOICE["options"][0]))
    page = COLLECT.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-zA-Z_…]+)`", page))
    columns = {name for rows in tables(tmp_path / "homes").values() for name in rows[0]}
    assert len(columns) > 60
    known = {re.sub(r"^(total|\d\d_\w+?)(?=_[a-z]+$)", "…", one) for one in columns}
    assert {one for one in known if not one.startswith("chose_")} <= named


def taken(name: str, right: int, *, ends: bool = True) -> list[tuple[str, str, Json]]:
    """Return a test of ten with so many right answers, which claims that all were right."""
    asked = SINGLES[:10]
    steps: list[tuple[str, str, Json]] = [
        ("test", name, {"questions": [[one["id"], one["revision"]] for one in asked], "seed": 1})
    ]
    steps += [answer(one, is_right=n < right, test=name) for n, one in enumerate(asked)]
    claim = {"right": [one["id"] for one in asked]}
    return [*steps, ("test-end", name, claim)] if ends else steps[:-3]


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([], ["", "", ""]),
        ([taken("a", 4)], ["4 of 10", "4 of 10", ""]),
        ([taken("a", 4, ends=False)], ["in progress, 7 of 10 answered", "", ""]),
        ([taken("a", 4), taken("b", 9), taken("c", 1, ends=False)], ["7 of 10 ", "4 of", "9 of"]),
        ([taken(str(right), right) for right in range(3, 10)], ["9 of", "3 of 10", "9 of 10"]),
    ],
    ids=["none", "one", "unfinished", "two and a third", "seven"],
)
def test_the_first_and_the_last_of_several_tests_are_graded_again(
    tmp_path: Path, tests: list[list[tuple[str, str, Json]]], expected: list[str]
) -> None:
    write(tmp_path / "homes" / "ada", *(step for one in tests for step in one))
    (row,) = tables(tmp_path / "homes")["class"]
    for column, text in zip(("test", "first_test", "last_test"), expected, strict=True):
        assert (text in row[column]) if text else not row[column]
