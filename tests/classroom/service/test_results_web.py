"""Results and own data on the web: who gets which, from where, and what is recorded."""

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jupyterhub.services.auth import HubOAuth
from msgspec import structs
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, HTTPError, create_signed_value

from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.login import TEACH, add_login
from lessons_lib.classroom.service.results_web import SANDBOXED, add_results
from lessons_lib.classroom.service.store import ClassStore
from lessons_lib.classroom.service.web import ANSWER
from tests.classroom.service.test_graded import right, wrong
from tests.classroom.service.test_results import NOW, answer, class_of

REACH = "access:services!service=class"
PEOPLE: Mapping[str, dict[str, Any]] = {
    "ada's": {"name": "ada", "kind": "user", "scopes": [REACH, ANSWER, TEACH]},
    "ann's": {"name": "ann", "kind": "user", "scopes": [REACH, ANSWER]},
    "a former learner's": {"name": "zoe", "kind": "user", "scopes": [REACH]},
    "a guest's": {"name": "guest", "kind": "user", "scopes": ["read:users"]},
    "a service's": {"name": "robot", "kind": "service", "scopes": [REACH, ANSWER, TEACH]},
}
VISIT = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
RESULTS, OWN = ("results", "results.csv", "results.json"), ("mine", "mine.json")
PREFIX = "/services/class/"
Send = Callable[..., Awaitable[HTTPResponse]]


class Hub(HubOAuth):  # type: ignore[misc]  # it has no types
    """JupyterHub's own half of a service, with a hub that knows some tokens, or is down."""

    async def user_for_token(
        self, token: str, use_cache: bool = True, session_id: str = "", *, sync: bool = True
    ) -> dict[str, Any] | None:
        if token == "down":
            raise HTTPError(502)
        return PEOPLE.get(token)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClassStore]:
    opened = ClassStore(f"sqlite:///{tmp_path}/record.sqlite")
    asyncio.run(opened.save([("ann", answer(right())), ("bob", answer(wrong()))]))
    yield opened
    opened.close()


def served(
    store: ClassStore, use: Callable[[Send], Awaitable[None]], *, is_up: bool = True
) -> None:
    """Serve the class while something uses it."""

    async def run() -> None:
        hub = Hub(
            api_token="of the service",
            oauth_client_id="service-class",
            access_scopes={"access:services", REACH},
            base_url=PREFIX,
        )
        application = Application()
        desk = Desk(class_of(), store, lambda: NOW) if is_up else None
        add_login(application, hub, PREFIX)
        add_results(application, lambda: desk, hub, PREFIX, lambda: NOW)
        server = HTTPServer(application)
        socket, port = bind_unused_port()
        server.add_socket(socket)
        secret = application.settings["cookie_secret"]

        async def send(
            path: str, *, cookie: str = "", token: str = "", **more: Any
        ) -> HTTPResponse:
            headers = dict(more.pop("headers", VISIT))
            if cookie:
                value = create_signed_value(secret, "service-class", cookie).decode()
                headers["Cookie"] = f"service-class={value}"
            if token:
                headers["Authorization"] = f"token {token}"
            url = f"http://127.0.0.1:{port}{PREFIX}{path}"
            response = await AsyncHTTPClient().fetch(
                url, headers=headers, raise_error=False, follow_redirects=False, **more
            )
            for name, value in SANDBOXED.items():
                assert response.headers[name] == value
            return response

        await use(send)
        server.stop()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("who", "results", "own"),
    [
        ({"cookie": "ada's"}, 200, 200),
        ({"cookie": "ann's"}, 403, 200),
        ({"cookie": "a former learner's"}, 403, 200),
        ({"cookie": "a guest's"}, 403, 403),
        ({"cookie": "expired"}, 302, 302),
        ({}, 302, 302),
        ({"cookie": "down"}, 503, 503),
        ({"token": "ada's"}, 403, 200),
        ({"token": "ada's", "cookie": "ada's"}, 403, 200),
        ({"token": "ann's"}, 403, 200),
        ({"token": "a service's"}, 403, 403),
        ({"token": "unknown"}, 403, 401),
        ({"token": "unknown", "cookie": "ada's"}, 403, 401),
        ({"token": "down"}, 403, 503),
    ],
)
def test_each_route_knows_who_may_read_it(
    store: ClassStore, who: dict[str, str], results: int, own: int
) -> None:
    before = store.all_events()

    async def use(send: Send) -> None:
        for path, code in {**dict.fromkeys(RESULTS, results), **dict.fromkeys(OWN, own)}.items():
            response = await send(path, **who)
            assert (path, response.code) == (path, code)
            if code == 302:
                assert "oauth2/authorize" in response.headers["Location"]
            if code != 200:
                assert b"week_1" not in response.body

    served(store, use)
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
def test_a_cookie_counts_in_a_visit_alone(store: ClassStore, headers: dict[str, str]) -> None:
    async def use(send: Send) -> None:
        for path in (*RESULTS, *OWN):
            assert (await send(path, cookie="ada's", headers=headers)).code == 401
        own = await send("mine.json", token="ann's", headers=headers)
        assert own.code == 200

    served(store, use)
    assert store.events("ada") == []


def test_nothing_can_be_sent_but_a_request_to_read(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        for path in (*RESULTS, *OWN):
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                body = "{}" if method != "DELETE" else None
                response = await send(path, cookie="ada's", method=method, body=body)
                assert response.code in (302, 403, 405)

    served(store, use)
    assert set(store.learners()) == {"ann", "bob"}


@pytest.mark.parametrize("path", RESULTS)
def test_names_are_left_out_until_asked_for(store: ClassStore, path: str) -> None:
    async def use(send: Send) -> None:
        for query in ("", "?names=0", "?names="):
            body = (await send(path + query, cookie="ada's")).body
            assert b"bob" not in body
            assert b"week_1" in body
        assert b"bob" in (await send(f"{path}?names=1", cookie="ada's")).body

    served(store, use)


def test_who_reads_results_is_recorded_before_they_are_sent(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        await send("results", cookie="ada's")
        await send("results.csv?names=1", cookie="ada's")
        await send("results.csv?names=1", cookie="ann's")

    served(store, use)
    read = [(one.kind, one.subject, one.payload, one.time_utc) for one in store.events("ada")]
    assert read == [
        ("class-results", "results", {"names": False}, NOW),
        ("class-results", "results.csv", {"names": True}, NOW),
    ]
    assert len(store.events("ann")) == 1


def test_the_file_is_the_table_of_the_command(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        response = await send("results.csv?names=1", cookie="ada's")
        rows = list(csv.DictReader(response.body.decode().splitlines()))
        assert [(one["learner"], one["points"]) for one in rows] == [("ann", "1.0"), ("bob", "0.0")]
        assert "attachment" in response.headers["Content-Disposition"]

    served(store, use)


@pytest.mark.parametrize("who", [{"cookie": "ann's"}, {"token": "ann's"}])
def test_a_learner_reads_their_own_rows_whatever_the_address_says(
    store: ClassStore, who: dict[str, str]
) -> None:
    bobs = store.events("bob")[0].id

    async def use(send: Send) -> None:
        for path in ("mine.json", "mine.json?learner=bob&name=bob&names=1"):
            response = await send(path, **who)
            data = json.loads(response.body)
            assert [one["id"] for one in data["events"]] == [store.events("ann")[0].id]
            assert [one["points"] for one in data["credits"]] == [1.0]
            assert bobs not in response.body.decode()

    served(store, use)


def test_names_and_answers_are_text_on_a_page(store: ClassStore) -> None:
    evil = "<script>alert(1)</script>"
    event = structs.replace(answer(right()), subject=evil)
    asyncio.run(store.save([("ann", event), (evil, answer(right()))]))

    async def use(send: Send) -> None:
        for path, cookie in (("mine", "ann's"), ("results?names=1", "ada's")):
            page = (await send(path, cookie=cookie)).body.decode()
            assert "&lt;script&gt;" in page
            assert "<script" not in page

    served(store, use)


def test_a_record_that_cannot_be_read_is_a_sentence(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        with store._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE events")
        for path in (*RESULTS, *OWN):
            response = await send(path, cookie="ada's")
            assert response.code == 503
            assert b"events" not in response.body

    served(store, use)


def test_a_class_that_cannot_be_served_yet_is_a_sentence(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        for path in (*RESULTS, *OWN):
            assert (await send(path, cookie="ada's")).code == 503

    served(store, use, is_up=False)
