"""Results and own data on the web: who gets which, from where, and what is recorded."""

import asyncio
import csv
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from msgspec import structs
from tornado.httpclient import HTTPResponse

from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.annexes.instructor.service.web import SANDBOXED
from tests.annexes.instructor.service.served_class import Client, page_of, serving
from tests.annexes.instructor.service.test_graded import class_of, right, wrong
from tests.annexes.instructor.service.test_results import NOW, answer

RESULTS, OWN = ("results", "results.csv", "results.json"), ("mine", "mine.json")
pytestmark = pytest.mark.anyio
Send = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def store(store: ClassStore) -> ClassStore:
    asyncio.run(store.save([("ann", answer(right())), ("bob", answer(wrong()))]))
    return store


@pytest.fixture
async def send(store: ClassStore) -> AsyncIterator[Send]:
    async with serving(store, lambda: NOW, class_of()) as client:
        yield partial(visited, client)


async def visited(client: Client, path: str, **more: Any) -> HTTPResponse:
    """Visit a page; every reply is in a sandbox."""
    response = await client.visit(path, **more)
    assert SANDBOXED.items() <= dict(response.headers).items()
    return response


@pytest.mark.parametrize(
    ("who", "results", "own"),
    [
        ({"cookie": "ada's browser"}, 200, 200),
        ({"cookie": "ann's"}, 403, 200),
        ({"cookie": "a former learner's"}, 403, 200),
        ({"cookie": "a guest's"}, 403, 403),
        ({"cookie": "expired"}, 302, 302),
        ({}, 302, 302),
        ({"cookie": "down"}, 503, 503),
        ({"token": "ada's browser"}, 403, 200),
        ({"token": "ada's browser", "cookie": "ada's browser"}, 403, 200),
        ({"token": "ann's"}, 403, 200),
        ({"token": "a service's"}, 403, 403),
        ({"token": "unknown"}, 403, 401),
        ({"token": "unknown", "cookie": "ada's browser"}, 403, 401),
        ({"token": "down"}, 403, 503),
    ],
)
async def test_each_route_knows_who_may_read_it(
    send: Send, store: ClassStore, who: dict[str, str], results: int, own: int
) -> None:
    before = store.all_events()

    for path, code in {**dict.fromkeys(RESULTS, results), **dict.fromkeys(OWN, own)}.items():
        response = await send(path, **who)
        assert (path, response.code) == (path, code)
        if code == 302:
            assert "oauth2/authorize" in response.headers["Location"]
        if code != 200:
            assert b"week_1" not in response.body
    assert store.events("ann") == before["ann"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {},
    ],
)
async def test_a_cookie_counts_in_a_visit_alone(
    send: Send, store: ClassStore, headers: dict[str, str]
) -> None:
    for path in (*RESULTS, *OWN):
        assert (await send(path, cookie="ada's browser", headers=headers)).code == 401
    own = await send("mine.json", token="ann's", headers=headers)
    assert own.code == 200
    assert store.events("ada") == []


async def test_nothing_can_be_sent_but_a_request_to_read(send: Send, store: ClassStore) -> None:
    for path in (*RESULTS, *OWN):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            body = "{}" if method != "DELETE" else None
            response = await send(path, cookie="ada's browser", method=method, body=body)
            assert response.code in (302, 403, 405)
    assert set(store.learners()) == {"ann", "bob"}


@pytest.mark.parametrize("path", RESULTS)
async def test_names_are_left_out_until_asked_for(send: Send, store: ClassStore, path: str) -> None:
    for query in ("", "?names=0", "?names="):
        body = (await send(path + query, cookie="ada's browser")).body
        assert b"bob" not in body
        assert b"week_1" in body
    assert b"bob" in (await send(f"{path}?names=1", cookie="ada's browser")).body


async def test_who_reads_results_is_recorded_before_they_are_sent(
    send: Send, store: ClassStore
) -> None:
    await send("results", cookie="ada's browser")
    await send("results.csv?names=1", cookie="ada's browser")
    await send("results.csv?names=1", cookie="ann's")
    read = [(one.kind, one.subject, one.payload, one.time_utc) for one in store.events("ada")]
    assert read == [
        ("class-results", "results", {"names": False}, NOW),
        ("class-results", "results.csv", {"names": True}, NOW),
    ]
    assert len(store.events("ann")) == 1


async def test_the_file_is_the_table_of_the_command(send: Send, store: ClassStore) -> None:
    response = await send("results.csv?names=1", cookie="ada's browser")
    rows = list(csv.DictReader(response.body.decode().splitlines()))
    assert [(one["learner"], one["points"]) for one in rows] == [("ann", "1.0"), ("bob", "0.0")]
    assert "attachment" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("who", [{"cookie": "ann's"}, {"token": "ann's"}])
async def test_a_learner_reads_their_own_rows_whatever_the_address_says(
    send: Send, store: ClassStore, who: dict[str, str]
) -> None:
    bobs = store.events("bob")[0].id

    for path in ("mine.json", "mine.json?learner=bob&name=bob&names=1"):
        response = await send(path, **who)
        data = page_of(response)
        assert [one["id"] for one in data["events"]] == [store.events("ann")[0].id]
        assert [one["points"] for one in data["credits"]] == [1.0]
        assert bobs not in response.body.decode()


async def test_names_and_answers_are_text_on_a_page(send: Send, store: ClassStore) -> None:
    evil = "<script>alert(1)</script>"
    event = structs.replace(answer(right()), subject=evil)
    await store.save([("ann", event), (evil, answer(right()))])

    for path, cookie in (("mine", "ann's"), ("results?names=1", "ada's browser")):
        page = (await send(path, cookie=cookie)).body.decode()
        assert "&lt;script&gt;" in page
        assert "<script" not in page


async def test_a_record_that_cannot_be_read_is_a_sentence(send: Send, store: ClassStore) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE events")
    for path in (*RESULTS, *OWN):
        response = await send(path, cookie="ada's browser")
        assert response.code == 503
        assert b"events" not in response.body


async def test_a_class_that_cannot_be_served_yet_is_a_sentence(store: ClassStore) -> None:
    async with serving(store, lambda: NOW, class_of(), is_up=False) as client:
        for path in (*RESULTS, *OWN):
            assert (await visited(client, path, cookie="ada's browser")).code == 423
