"""Routes and roles of a live question: no token teaches, and learners see no totals."""

import json
from collections.abc import AsyncIterator

import pytest

from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.annexes.instructor.service.web import DENIED
from tests.annexes.instructor.service.served_class import PEOPLE, Client, answer, page_of, serving
from tests.annexes.instructor.service.test_graded import SINGLE, right, wrong
from tests.annexes.instructor.service.test_live_room import LATER

pytestmark = pytest.mark.anyio

TEACH_ROUTES = ("", "api/teach", "api/teach?list=1")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
OPEN = {"do": "open", "question": SINGLE.id}


@pytest.fixture
async def client(store: ClassStore) -> AsyncIterator[Client]:
    async with serving(store, lambda: LATER) as one:
        yield one


async def test_an_instructor_asks_and_learners_answer(client: Client, store: ClassStore) -> None:
    mark = page_of(await client.browser("ada's browser", OPEN))["mark"]
    for token, letter in (("ann's", right()), ("bob's", wrong())):
        reply = page_of(await client.kernel(token, answer(letter, mark)))
        assert reply["reply"]["text"] == "Answer saved."
    close = {"do": "close", "seen": mark}
    state = page_of(await client.browser("ada's browser", close))
    counts = {one["label"]: one["counts"] for one in state["rows"]}
    assert (counts[right()], counts[wrong()], state["here"]) == ([1], [1], 2)
    assert not {"ann", "bob"} & set(json.dumps(state).split('"'))
    assert store.learners() == ["ada", "ann", "bob"]


@pytest.mark.parametrize("route", TEACH_ROUTES)
async def test_no_token_teaches_or_reads_in_any_way(
    client: Client, store: ClassStore, route: str
) -> None:
    for token in (*PEOPLE, "unknown"):
        for method in METHODS:
            body = None if method == "GET" else json.dumps(OPEN)
            by_header = await client.kernel(token, body, path=route, method=method)
            sign = "&" if "?" in route else "?"
            path = f"{route}{sign}token={token.replace(' ', '%20')}"
            in_url = await client.send(path, {}, body, method)
            assert (by_header.code, in_url.code) == (403, 403)
            assert SINGLE.id.encode() not in by_header.body + in_url.body
    assert store.learners() == []


@pytest.mark.parametrize("route", TEACH_ROUTES)
@pytest.mark.parametrize(
    ("token", "code"), [("ann's", 403), ("ada's server", 403), ("a service's", 403), ("down", 503)]
)
async def test_only_a_browser_that_may_teach_gets_the_page(
    client: Client, store: ClassStore, route: str, token: str, code: int
) -> None:
    for body in (None, OPEN):
        response = await client.browser(token, body, path=route)
        assert response.code == code
        assert DENIED[code].encode() in response.body
    assert store.learners() == []


async def test_a_request_that_another_page_sent_is_refused(
    client: Client, store: ClassStore
) -> None:
    assert (await client.browser("ada's browser")).code == 200
    for body in (None, OPEN):
        for headers in ({}, {"X-XSRFToken": "guessed"}):
            response = await client.browser("ada's browser", body, headers=headers)
            assert (response.code, page_of(response)) == (401, {"problem": DENIED[401]})
    fetched = await client.browser("ada's browser", path="", headers={})
    assert (fetched.code, fetched.body) == (302, b"")  # so it can't read what the page sends
    assert store.learners() == []


async def test_a_browser_that_is_not_logged_in_is_led_to_the_hub(client: Client) -> None:
    for headers in ({}, {"Cookie": "service-class=forged"}):
        response = await client.send("", headers)
        assert response.code == 302
        assert "/hub/api/oauth2/authorize" in response.headers["Location"]
        assert (await client.send("api/teach", headers)).code == 401


async def test_the_page_is_in_no_frame_and_runs_only_our_files(client: Client) -> None:
    response = await client.send("", client.cookies("ada's browser"))
    rules = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in rules
    assert "default-src 'none'" in rules
    for path, code in (
        ("annexes/instructor/service/live/page.js", 200),
        ("classroom/widgets/frame.css", 200),
        ("annexes/instructor/service/live/web.py", 404),
        ("classroom/widgets/../../__init__.py", 404),
        ("course_files/quizzes/06_batch_inference.yaml", 404),
    ):
        assert (await client.send(f"static/{path}", {})).code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", 400),
        ({"do": "erase"}, 400),
        ({"do": "open", "question": SINGLE.id, "as": "bob"}, 400),
        ("x" * 5_000, 413),
    ],
)
async def test_a_bad_request_of_an_instructor_gets_a_sentence_and_changes_nothing(
    client: Client, store: ClassStore, body: object, code: int
) -> None:
    response = await client.browser("ada's browser", body)
    assert (response.code, page_of(response)) == (code, {"problem": DENIED[code]})
    unknown = page_of(await client.browser("ada's browser", {"do": "open", "question": "x"}))
    assert (unknown["phase"], bool(unknown["problem"])) == ("idle", True)
    assert store.learners() == []


async def test_a_letter_that_is_not_offered_is_explained_on_the_card(
    client: Client, store: ClassStore
) -> None:
    mark = page_of(await client.browser("ada's browser", OPEN))["mark"]
    reply = page_of(await client.kernel("ann's", answer("Z", mark)))["reply"]
    assert reply["what"] == "problem"
    assert store.learners() == ["ada"]


async def test_an_instructor_stays_logged_in_when_the_service_starts_again(
    store: ClassStore,
) -> None:
    cookies: list[dict[str, str]] = []
    for _ in range(2):
        async with serving(store, lambda: LATER) as client:
            cookies.append(client.cookies("ada's browser"))
            page = await client.send("", cookies[0])
            assert (page.code, b"{xsrf}" in page.body) == (200, False)
