"""The record of a class: durable, shared commits, one learner's events alone, and no byte left."""

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from lessons_lib.annexes.instructor.service.store import (
    THE_CLASS,
    ClassStore,
    LearnerEvent,
    StoreError,
    away_in,
)
from lessons_lib.classroom.record.event import Event, new_event

Patch = pytest.MonkeyPatch

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.sqlite"


def answer(letter: str) -> Event:
    return new_event("answer", "which-mode", {"letters": [letter]})


def save(store: ClassStore, *rows: tuple[str, Event]) -> None:
    async def each() -> None:
        await asyncio.gather(*(store.save([row]) for row in rows))

    asyncio.run(each())


def test_each_learner_has_their_own_events_in_order(store: ClassStore, path: Path) -> None:
    mine, other, later = answer("A"), answer("B"), answer("C")
    save(store, ("ann", mine), ("bob", other), ("ann", later))
    again = ClassStore(f"sqlite:///{path}")
    assert again.events("ann") == [mine, later]
    assert again.events("bob") == [other]
    assert again.events("eve") == []
    assert again.learners() == ["ann", "bob"]
    assert again.all_events() == {"ann": [mine, later], "bob": [other]}
    again.close()


def test_those_who_wait_together_share_a_commit(store: ClassStore, monkeypatch: Patch) -> None:
    sizes: list[int] = []
    commit = store._commit

    def counted(rows: Sequence[LearnerEvent]) -> None:
        sizes.append(len(rows))
        commit(rows)

    monkeypatch.setattr(store, "_commit", counted)
    save(store, *(("ann", answer("A")) for _ in range(50)))
    assert sum(sizes) == 50
    assert len(sizes) <= 2


def test_what_could_not_be_stored_is_neither_there_nor_in_the_error_and_the_next_is(
    store: ClassStore,
) -> None:
    first = new_event("answer", "which-mode", {"number": "secret 4711"})
    save(store, ("ann", first))
    with pytest.raises(StoreError, match="cannot be used") as raised:
        save(store, ("ann", first))
    assert "4711" not in str(raised.value)
    save(store, ("ann", second := answer("B")))
    assert store.events("ann") == [first, second]


def test_the_file_is_for_its_owner_alone(store: ClassStore, path: Path) -> None:
    save(store, ("ann", answer("A")))
    modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}


def test_events_are_found_by_their_kind_and_what_they_are_about(store: ClassStore) -> None:
    first, other = (new_event("answer", one, {}) for one in ("s.1", "s.2"))
    step = new_event("live", "s.1", {"text": '"kind":"answer"'})
    save(store, ("ann", first), ("ada", step), ("bob", other))
    assert store.found("live") == [("ada", step)]
    assert store.found("answer", ["s.2", "s.3"]) == [("bob", other)]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_answer_is_refused_while_the_file_is_not_the_one_that_was_opened(
    store: ClassStore, path: Path, *, is_replaced: bool
) -> None:
    save(store, ("ann", answer("A")))
    moved = path.rename(path.with_name("backup.sqlite"))
    if is_replaced:
        ClassStore(f"sqlite:///{path}").close()
    with ThreadPoolExecutor(12) as pool:  # more than there are connections
        read = [pool.submit(store.events, "ann") for _ in range(24)]
    assert {type(one.exception()) for one in read} == {StoreError}
    assert path.exists() == is_replaced
    with pytest.raises(StoreError, match="moved or replaced"):
        save(store, ("ann", answer("B")))
    with pytest.raises(StoreError, match="moved or replaced"):
        store.sign(NOON)
    if not is_replaced:
        moved.rename(path)
        save(store, ("ann", answer("C")))
        assert [one.payload["letters"] for one in store.events("ann")] == [["A"], ["C"]]


def test_only_a_pause_of_more_than_a_minute_is_noted(store: ClassStore) -> None:
    for seconds in (0, 20, 80, 200, 220):
        store.sign(NOON + timedelta(seconds=seconds))
    store.sign(NOON)  # the clock was set back
    store.sign(NOON + timedelta(seconds=20))
    away = NOON + timedelta(seconds=80), NOON + timedelta(seconds=200)
    assert away_in(store.events(THE_CLASS)) == [away]


def bytes_in(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.iterdir())


def crowded(store: ClassStore, seed: int) -> dict[str, list[Event]]:
    """Store so many events of different lengths that the database moves them between its pages."""
    rng = random.Random(seed)
    for _ in range(60):
        rows = []
        for _ in range(50):
            name, text = f"learner-{rng.randrange(200)}", "x"
            if rng.random() < 0.1:
                name, text = "annabel", "secret-4711 "
            event = new_event("answer", "which-mode", {"number": text * rng.randint(1, 30)})
            rows.append((name, structs.replace(event, id=rng.randbytes(16).hex())))
        asyncio.run(store.save(rows))
    return store.all_events()


@pytest.mark.parametrize("seed", range(3))
def test_no_byte_of_an_erased_learner_is_left_while_the_service_runs(
    store: ClassStore, path: Path, seed: int
) -> None:
    kept = crowded(store, seed)
    erased = kept.pop("annabel")
    assert b"secret-4711" in bytes_in(path)
    command = ClassStore(f"sqlite:///{path}")
    assert command.erase("annabel") == len(erased)
    left = bytes_in(path)
    assert left.count(b"annabel") == left.count(b"secret-4711") == 0
    assert not any(one.id.encode() in left for one in erased)
    assert store.all_events() == kept
    save(store, ("annabel", later := answer("A")))
    assert command.events("annabel") == [later]
    command.close()


def test_bytes_that_a_reader_keeps_are_an_error_until_it_ends(
    store: ClassStore, path: Path
) -> None:
    save(store, ("annabel", answer("A")))
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM events").fetchone() == (1,)
    command = ClassStore(f"sqlite:///{path}?timeout=0.1")
    with pytest.raises(StoreError, match="again"):
        command.erase("annabel")
    assert store.learners() == []
    reader.close()
    assert command.erase("annabel") == 0
    assert b"annabel" not in bytes_in(path)
    command.close()


def test_a_purge_leaves_no_byte_of_anybody(store: ClassStore, path: Path) -> None:
    kept = crowded(store, 1)
    assert store.purge() == sum(map(len, kept.values()))
    left = bytes_in(path)
    assert not any(name.encode() in left for name in kept)
    assert store.all_events() == {}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        ClassStore(f"sqlite:///{tmp_path}/missing/record.sqlite")
