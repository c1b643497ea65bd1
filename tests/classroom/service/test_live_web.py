"""Routes and roles of a live question: no token teaches, and learners see no totals."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from lessons_lib.classroom.service.live.web import DENIED
from lessons_lib.classroom.service.store import ClassStore
from lessons_lib.classroom.service.web import SENTENCES
from tests.classroom.service.live_class import PEOPLE, Served
from tests.classroom.service.test_graded import SINGLE, right, wrong
from tests.classroom.service.test_live_room import LATER

TEACH_ROUTES = ("", "api/teach", "api/teach?list=1")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
OPEN = {"do": "open", "question": SINGLE.id}


class Client:
    """Sends requests with a token, or as a browser with a cookie."""

    def __init__(self, served: Served) -> None:
        self.served = served

    async def send(
        self, path: str, headers: Mapping[str, str], body: object = None, method: str = ""
    ) -> HTTPResponse:
        """Send a request to a path of the service."""
        text = body if isinstance(body, str | None) else json.dumps(body)
        method = method or ("GET" if body is None else "POST")
        return await AsyncHTTPClient().fetch(
            f"{self.served.url}{path}",
            method=method,
            body=text,
            headers=headers,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
        )

    async def kernel(self, token: str, body: object = None, **more: Any) -> HTTPResponse:
        """Ask as a learner's kernel does."""
        path = more.pop("path", "api/live")
        return await self.send(path, {"Authorization": f"token {token}"}, body, **more)

    async def browser(self, token: str, body: object = None, **more: Any) -> HTTPResponse:
        """Ask as the script of the instructor's page does."""
        headers = self.cookies(token) | {"Sec-Fetch-Mode": "cors"}
        headers |= more.pop("headers", {"X-XSRFToken": self.served.xsrf(token, "s")})
        return await self.send(more.pop("path", "api/teach"), headers, body, **more)

    def cookies(self, token: str) -> dict[str, str]:
        """Return the header with the cookies of a browser that has logged in."""
        named = {self.served.known.cookie_name: self.served.cookie(token)}
        named |= {"jupyterhub-session-id": "s", "_xsrf": self.served.xsrf(token, "s")}
        return {"Cookie": "; ".join("=".join(one) for one in named.items())}


def served(store: ClassStore, use: Callable[[Client], Awaitable[None]]) -> None:
    """Serve the class while something uses it."""

    async def run() -> None:
        service = Served(store, lambda: LATER)
        try:
            await use(Client(service))
        finally:
            await service.stop()

    asyncio.run(run())


def page_of(response: HTTPResponse) -> Any:
    return json.loads(response.body)


def vote(mark: str, letter: str, number: int = 1) -> dict[str, object]:
    action = {"do": "answer", "question": mark, "letters": [letter]}
    return {"id": f"{number:08x}", "action": action}


def test_an_instructor_asks_and_learners_answer(store: ClassStore) -> None:
    async def use(client: Client) -> None:
        mark = page_of(await client.browser("ada's browser", OPEN))["mark"]
        for token, letter in (("ann's", right()), ("bob's", wrong())):
            reply = page_of(await client.kernel(token, vote(mark, letter)))
            assert reply["reply"]["text"] == "Answer saved."
        close = {"do": "close", "seen": mark}
        state = page_of(await client.browser("ada's browser", close))
        counts = {one["label"]: one["counts"] for one in state["rows"]}
        assert (counts[right()], counts[wrong()], state["here"]) == ([1], [1], 2)
        assert not {"ann", "bob"} & set(json.dumps(state).split('"'))

    served(store, use)
    assert store.learners() == ["ada", "ann", "bob"]


@pytest.mark.parametrize("route", TEACH_ROUTES)
def test_no_token_teaches_or_reads_in_any_way(store: ClassStore, route: str) -> None:
    async def use(client: Client) -> None:
        for token in (*PEOPLE, "unknown"):
            for method in METHODS:
                body = None if method == "GET" else json.dumps(OPEN)
                by_header = await client.kernel(token, body, path=route, method=method)
                sign = "&" if "?" in route else "?"
                path = f"{route}{sign}token={token.replace(' ', '%20')}"
                in_url = await client.send(path, {}, body, method)
                assert (by_header.code, in_url.code) == (403, 403)
                assert SINGLE.id.encode() not in by_header.body + in_url.body

    served(store, use)
    assert store.learners() == []


@pytest.mark.parametrize("route", TEACH_ROUTES)
@pytest.mark.parametrize(
    ("token", "code"), [("ann's", 403), ("ada's server", 403), ("a service's", 403), ("down", 503)]
)
def test_only_a_browser_that_may_teach_gets_the_page(
    store: ClassStore, route: str, token: str, code: int
) -> None:
    async def use(client: Client) -> None:
        for body in (None, OPEN):
            response = await client.browser(token, body, path=route)
            assert response.code == code
            assert DENIED[code].encode() in response.body

    served(store, use)
    assert store.learners() == []


def test_a_request_that_another_page_sent_is_refused(store: ClassStore) -> None:
    async def use(client: Client) -> None:
        assert (await client.browser("ada's browser")).code == 200
        for body in (None, OPEN):
            for headers in ({}, {"X-XSRFToken": "guessed"}):
                response = await client.browser("ada's browser", body, headers=headers)
                assert (response.code, page_of(response)) == (401, {"problem": DENIED[401]})
        fetched = await client.browser("ada's browser", path="", headers={})
        assert (fetched.code, fetched.body) == (302, b"")  # so it can't read what the page sends

    served(store, use)
    assert store.learners() == []


def test_a_browser_that_is_not_logged_in_is_led_to_the_hub(store: ClassStore) -> None:
    async def use(client: Client) -> None:
        for headers in ({}, {"Cookie": "service-class=forged"}):
            response = await client.send("", headers)
            assert response.code == 302
            assert "/hub/api/oauth2/authorize" in response.headers["Location"]
            assert (await client.send("api/teach", headers)).code == 401

    served(store, use)


def test_the_page_is_in_no_frame_and_runs_only_our_files(store: ClassStore) -> None:
    async def use(client: Client) -> None:
        response = await client.send("", client.cookies("ada's browser"))
        rules = response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in rules
        assert "default-src 'none'" in rules
        for path, code in (
            ("classroom/service/live/page.js", 200),
            ("classroom/widgets/frame.css", 200),
            ("classroom/service/live/web.py", 404),
            ("classroom/widgets/../../__init__.py", 404),
            ("course_files/quizzes/06_batch_inference.yaml", 404),
        ):
            assert (await client.send(f"static/{path}", {})).code == code

    served(store, use)


@pytest.mark.parametrize(
    ("token", "code"), [("", 401), ("unknown", 401), ("a service's", 403), ("down", 503)]
)
def test_without_the_right_token_nobody_sees_or_votes(
    store: ClassStore, token: str, code: int
) -> None:
    async def use(client: Client) -> None:
        mark = page_of(await client.browser("ada's browser", OPEN))["mark"]
        for body in (None, vote(mark, right())):
            response = await client.kernel(token, body)
            assert (response.code, page_of(response)) == (code, {"problem": SENTENCES[code]})
        assert (await client.send("api/live", client.cookies("ann's"))).code == 401

    served(store, use)
    assert store.learners() == ["ada"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", 400),
        ("[" * 2_000, 400),
        ({"id": "00000001"}, 400),
        ({"id": "x" * 8, "action": {"do": "answer"}}, 400),
        ({"id": "0" * 33, "action": {"do": "answer"}}, 400),
        ({"id": "0" * 8, "action": {"do": "reveal"}}, 400),
        ({"id": "0" * 8, "action": {"do": "answer"}, "learner": "bob"}, 400),
        ("x" * 5_000, 413),
    ],
)
def test_a_bad_request_of_a_learner_gets_a_sentence_and_changes_nothing(
    store: ClassStore, body: object, code: int
) -> None:
    async def use(client: Client) -> None:
        response = await client.kernel("ann's", body)
        assert (response.code, page_of(response)) == (code, {"problem": SENTENCES[code]})
        for method in ("PUT", "DELETE", "PATCH"):
            assert (await client.kernel("ann's", "{}", method=method)).code == 405

    served(store, use)
    assert store.learners() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", 400),
        ({"do": "erase"}, 400),
        ({"do": "open", "question": SINGLE.id, "as": "bob"}, 400),
        ("x" * 5_000, 413),
    ],
)
def test_a_bad_request_of_an_instructor_gets_a_sentence_and_changes_nothing(
    store: ClassStore, body: object, code: int
) -> None:
    async def use(client: Client) -> None:
        response = await client.browser("ada's browser", body)
        assert (response.code, page_of(response)) == (code, {"problem": DENIED[code]})
        unknown = page_of(await client.browser("ada's browser", {"do": "open", "question": "x"}))
        assert (unknown["phase"], bool(unknown["problem"])) == ("idle", True)

    served(store, use)
    assert store.learners() == []


def test_a_letter_that_is_not_offered_is_explained_on_the_card(store: ClassStore) -> None:
    async def use(client: Client) -> None:
        mark = page_of(await client.browser("ada's browser", OPEN))["mark"]
        reply = page_of(await client.kernel("ann's", vote(mark, "Z")))["reply"]
        assert reply["what"] == "problem"

    served(store, use)
    assert store.learners() == ["ada"]


def test_an_instructor_stays_logged_in_when_the_service_starts_again(store: ClassStore) -> None:
    cookies: list[dict[str, str]] = []

    async def use(client: Client) -> None:
        cookies.append(client.cookies("ada's browser"))
        page = await client.send("", cookies[0])
        assert (page.code, b"{xsrf}" in page.body) == (200, False)

    served(store, use)
    served(store, use)
