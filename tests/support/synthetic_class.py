"""A made-up class in homes on disk, and its expected results, counted without the library.

The answer key is read from the quiz files as plain YAML, events are written as plain JSON.
"""

import json
import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

BANK = Path(__file__).parents[2] / "quizzes"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECORD = ".local/share/lessons-lib/record"
DAMAGES = ("torn", "garbage", "binary", "foreign", "wrong type", "pipe", "link", "future")
Json: TypeAlias = dict[str, Any]


@dataclass
class Truth:
    """The expected row of a learner, and which of their files is damaged."""

    answered: int = 0
    right: int = 0
    first_right: int = 0
    hints: int = 0
    by_quiz: dict[str, tuple[int, int]] = field(default_factory=dict)
    damaged_file: str = ""


@lru_cache
def answer_key() -> dict[str, Json]:
    """Return every question as it is in its file, with the name of its quiz."""
    key = {}
    for path in sorted(BANK.glob("[0-9]*.yaml")):
        quiz = yaml.safe_load(path.read_text(encoding="utf-8"))
        for one in quiz["questions"]:
            key[one["id"]] = {**one, "quiz": quiz["quiz"]}
    return key


def given(question: Json, rng: random.Random, *, is_right: bool) -> Json:
    """Return the payload of a right or a wrong answer."""
    rows = question.get("variants") or []
    variant = rng.randrange(len(rows)) if rows else None
    answer = question["answer"]
    payload: Json = {"variant": variant, "revision": question["revision"], "quiz": question["quiz"]}
    if question["kind"] == "number":
        value = answer["value"]
        if isinstance(value, str):
            value = rows[variant or 0][value.strip("${}")]
        number = float(value) if is_right else float(value) * 3 + 1_000
        return payload | {"letters": [], "number": f"{number:.12g}"}
    right = [answer] if isinstance(answer, str) else list(answer)
    wrong = [letter for letter in question["options"] if letter not in right]
    return payload | {"letters": right if is_right else [rng.choice(wrong)], "number": ""}


def event(number: int, kind: str, subject: str, payload: Json, rng: random.Random) -> Json:
    time = START + timedelta(minutes=number)
    return {
        "id": f"{rng.getrandbits(128):032x}",
        "time_utc": time.isoformat().replace("+00:00", "Z"),
        "kind": kind,
        "subject": subject,
        "payload": payload,
        "order": number,
        "version": 1,
    }


def session(key: dict[str, Json], rng: random.Random) -> tuple[list[Json], list[bool]]:
    """Return a learner's events in order, and whether each is a right answer."""
    strength = rng.uniform(0.2, 0.95)
    events: list[Json] = []
    rights: list[bool] = []
    for name in rng.sample(sorted(key), rng.randint(20, len(key))):
        question = key[name]
        if question.get("hints") and rng.random() < 0.3:
            hint = {"number": 1, "revision": question["revision"], "quiz": question["quiz"]}
            events.append(event(len(events) + 1, "hint", name, hint, rng))
            rights.append(False)
        for _ in range(rng.randint(1, 3)):
            is_right = rng.random() < strength
            payload = given(question, rng, is_right=is_right)
            events.append(event(len(events) + 1, "answer", name, payload, rng))
            rights.append(is_right)
    return events, rights


def truth_of(events: list[Json], rights: list[bool], key: dict[str, Json]) -> Truth:
    """Return the results of a list of events."""
    tries: dict[str, list[bool]] = {}
    hinted = set()
    for one, is_right in zip(events, rights, strict=True):
        if one["kind"] == "answer":
            tries.setdefault(one["subject"], []).append(is_right)
        else:
            hinted.add(one["subject"])
    truth = Truth(
        answered=len(tries),
        right=sum(one[-1] for one in tries.values()),
        first_right=sum(one[0] for one in tries.values()),
        hints=len(hinted),
    )
    for quiz in {one["quiz"] for one in key.values()}:
        own = [one for name, one in tries.items() if key[name]["quiz"] == quiz]
        truth.by_quiz[quiz] = len(own), sum(one[-1] for one in own)
    return truth


def make_home(home: Path, key: dict[str, Json], seed: int, damage: str = "") -> Truth:
    """Write a learner's home with two session files, and damage one of them if requested."""
    rng = random.Random(seed)
    events, rights = session(key, rng)
    folder = home / RECORD
    folder.mkdir(parents=True)
    lines = [json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in events]
    middle = len(lines) // 2
    files = {"one.jsonl": lines[:middle], "two.jsonl": lines[middle:]}
    damaged = ""
    if damage:
        damaged = _damaged(folder, files, damage)
    if damage in ("torn", "future"):  # the last event is the one that is lost
        events, rights = events[:-1], rights[:-1]
    for name, content in files.items():
        (folder / name).write_bytes(b"".join(content))
    truth = truth_of(events, rights, key)
    truth.damaged_file = damaged
    return truth


def _damaged(folder: Path, files: dict[str, list[bytes]], damage: str) -> str:
    """Damage a file and return its name."""
    last = files["two.jsonl"]
    match damage:
        case "torn":
            last[-1] = last[-1][:40]
        case "garbage":
            last.insert(3, b"{letters: A}\n")
        case "wrong type":
            last.insert(0, last[0].replace(b'"order":', b'"order":"x","was":'))
        case "future":
            last[-1] = last[-1].replace(b'"time_utc":"2026', b'"time_utc":"9026')
        case "binary":
            (folder / "noise.jsonl").write_bytes(bytes(range(256)) * 50)
            return "noise.jsonl"
        case "foreign":
            (folder / "other.jsonl").write_text('{"name": "somebody else\'s file"}\n' * 5)
            return "other.jsonl"
        case "pipe":
            os.mkfifo(folder / "pipe.jsonl")
            return "pipe.jsonl"
        case "link":
            (folder / "link.jsonl").symlink_to(__file__)
            return "link.jsonl"
    return "two.jsonl"


def make_class(homes: Path, learners: int, *, damaged: int) -> dict[str, Truth]:
    """Write the homes of a class, some with different damage; return the results by name."""
    key = answer_key()
    step = learners // damaged
    truths = {}
    for number in range(learners):
        is_damaged = number % step == 0 and number // step < damaged
        damage = DAMAGES[number // step % len(DAMAGES)] if is_damaged else ""
        name = f"learner-{number:03d}"
        truths[name] = make_home(homes / name, key, number, damage)
    return truths
