"""The record of a class: durable, shared commits, one learner's events alone, and no byte left."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lessons_lib.classroom.record.event import Event, new_event
from lessons_lib.classroom.service.store import ClassStore, LearnerEvent, StoreError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[ClassStore]:
    opened = ClassStore(f"sqlite:///{path}")
    yield opened
    opened.close()


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
    again.close()


def test_those_who_wait_together_share_a_commit(
    store: ClassStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    commit = store._commit

    def counted(rows: Sequence[LearnerEvent]) -> None:
        sizes.append(len(rows))
        commit(rows)

    monkeypatch.setattr(store, "_commit", counted)
    save(store, *(("ann", answer("A")) for _ in range(50)))
    assert sum(sizes) == 50
    assert len(sizes) <= 2


def test_what_could_not_be_stored_is_not_there_and_the_next_is(
    store: ClassStore,
) -> None:
    first = answer("A")
    save(store, ("ann", first))
    with pytest.raises(StoreError, match="cannot be used"):
        save(store, ("ann", first))
    save(store, ("ann", second := answer("B")))
    assert store.events("ann") == [first, second]


def test_an_error_does_not_tell_what_was_answered(store: ClassStore) -> None:
    event = new_event("answer", "which-mode", {"number": "secret 4711"})
    save(store, ("ann", event))
    with pytest.raises(StoreError) as raised:
        save(store, ("ann", event))
    assert "4711" not in str(raised.value)


def test_the_file_is_for_its_owner_alone(store: ClassStore, path: Path) -> None:
    save(store, ("ann", answer("A")))
    modes = {one.name: one.stat().st_mode & 0o777 for one in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}


def test_no_byte_of_an_erased_learner_is_left(store: ClassStore, path: Path) -> None:
    event = new_event("answer", "which-mode", {"number": "4711 from annabel"})
    save(store, ("annabel", event), ("bob", answer("B")))
    assert store.erase("annabel") == 1
    assert store.learners() == ["bob"]
    left = b"".join(one.read_bytes() for one in path.parent.iterdir())
    assert b"annabel" not in left
    assert b"4711" not in left
    assert event.id.encode() not in left


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        ClassStore(f"sqlite:///{tmp_path}/missing/record.sqlite")
