"""Routes and roles: who may do what, what a bad request gets, and nothing of anybody else's."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import HTTPError, RequestHandler

from lessons_lib.classroom.service.desk import Desk
from lessons_lib.classroom.service.store import ClassStore
from lessons_lib.classroom.service.web import ANSWER, BROKEN, SENTENCES, application
from tests.classroom.service.test_desk import FOUND
from tests.classroom.service.test_graded import OPENS, QUIZ, SINGLE, right, wrong

PEOPLE: Mapping[str, dict[str, Any]] = {
    "ann's": {"name": "ann", "scopes": [ANSWER]},
    "bob's": {"name": "bob", "scopes": [ANSWER]},
    "a guest's": {"name": "guest", "scopes": ["access:services!service=class"]},
    "a service's": {"name": "collector", "kind": "service", "scopes": [ANSWER]},
}
Send = Callable[..., Awaitable[HTTPResponse]]


class Hub:
    """A hub that knows some tokens, or is down."""

    def get_token(self, handler: RequestHandler, in_cookie: bool = True) -> str:
        assert not in_cookie
        return handler.request.headers.get("Authorization", "").removeprefix("token ")

    async def user_for_token(self, token: str, *, sync: bool = True) -> dict[str, Any] | None:
        if token == "down":
            raise HTTPError(502)
        return PEOPLE.get(token)

    def check_scopes(self, required: set[str], user: Mapping[str, Any]) -> set[str]:
        return required & set(user["scopes"])


def served(
    store: ClassStore, use: Callable[[Send], Awaitable[None]], desk: Desk | None = None
) -> None:
    """Serve the class while something uses it."""

    async def run() -> None:
        server = HTTPServer(application(lambda: desk, Hub()))
        socket, port = bind_unused_port()
        server.add_socket(socket)

        async def send(
            token: str, body: object = None, *, name: str = "week_1", **options: Any
        ) -> HTTPResponse:
            url = f"http://127.0.0.1:{port}/services/class/api/graded/{name}"
            options |= {"headers": {"Authorization": f"token {token}", "Cookie": "who=ann"}}
            if body is not None:
                text = body if isinstance(body, str) else json.dumps(body)
                options = {"method": "POST", "body": text} | options
            return await AsyncHTTPClient().fetch(url, raise_error=False, **options)

        await use(send)
        server.stop()

    asyncio.run(run())


def to_single(number: int = 0) -> dict[str, object]:
    action = {"do": "go", "to": 1 + QUIZ.questions.index(SINGLE)}
    return {"id": f"{number:08x}", "action": action}


def answer(letter: str, number: int = 1, **more: object) -> dict[str, object]:
    action = {"do": "answer", "question": SINGLE.id, "letters": [letter]}
    return {"id": f"{number:08x}", "action": action} | more


@pytest.mark.parametrize(
    ("token", "code"),
    [("", 401), ("unknown", 401), ("a guest's", 403), ("a service's", 403), ("down", 503)],
)
def test_without_the_right_token_every_route_refuses(
    store: ClassStore, token: str, code: int
) -> None:
    async def use(send: Send) -> None:
        for body in (None, answer(right())):
            for name in ("week_1", "week_9"):
                response = await send(token, body, name=name)
                assert response.code == code
                assert json.loads(response.body) == {"problem": SENTENCES[code]}

    served(store, use, Desk(FOUND, store, lambda: OPENS))
    assert store.learners() == []


def test_a_learner_answers_and_sees_their_own_answer_alone(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        for token in ("ann's", "bob's"):
            await send(token, to_single())
        response = await send("ann's", answer(right()))
        assert json.loads(response.body)["reply"]["text"] == "Answer saved."
        seen = json.loads((await send("bob's")).body)["question"]
        assert (seen["attempts"], seen["given"]["letters"]) == (0, [])

    served(store, use, Desk(FOUND, store, lambda: OPENS))
    assert {one.kind for one in store.events("bob")} == {"position"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", 400),
        ("[" * 2_000, 400),
        ({"id": "00000001"}, 400),
        ({"id": "short", "action": {"do": "review"}}, 400),
        ({"id": "00000001", "action": {"do": "reveal"}}, 400),
        (answer(right(), learner="ann"), 400),
        (answer("A" * 9), 400),
        ("x" * 5_000, 413),
    ],
)
def test_a_bad_request_gets_a_sentence_and_changes_nothing(
    store: ClassStore, body: object, code: int
) -> None:
    async def use(send: Send) -> None:
        response = await send("bob's", body)
        assert response.code == code
        assert json.loads(response.body) == {"problem": SENTENCES[code]}

    served(store, use, Desk(FOUND, store, lambda: OPENS))
    assert store.learners() == []


def test_a_letter_that_is_not_offered_is_explained_on_the_card(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        await send("bob's", to_single())
        reply = json.loads((await send("bob's", answer("Z"))).body)["reply"]
        assert reply["what"] == "problem"

    served(store, use, Desk(FOUND, store, lambda: OPENS))
    assert [one for one in store.events("bob") if one.kind == "answer"] == []


def test_an_unknown_quiz_and_other_methods_are_refused(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        assert (await send("ann's", name="06_batch_inference")).code == 404
        assert (await send("ann's", method="DELETE")).code == 405
        assert (await send("ann's", method="PUT", body="{}")).code == 405

    served(store, use, Desk(FOUND, store, lambda: OPENS))


def test_replies_to_right_and_wrong_answers_are_equal_byte_for_byte(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        replies = []
        for letter in (right(), wrong()):
            await send("ann's", to_single())
            response = await send("ann's", answer(letter, number=ord(letter)))
            sent = f'"letters":["{letter}"]'.encode()
            assert response.body.count(sent) == 1
            headers = {name for name, _ in response.headers.get_all()}
            replies.append((response.body.replace(sent, b""), headers))
        first, second = replies
        assert first[0].replace(b'"attempts":1', b"") == second[0].replace(b'"attempts":2', b"")
        assert first[1] == second[1]

    served(store, use, Desk(FOUND, store, lambda: OPENS))


def test_a_class_that_cannot_be_served_says_so_and_keeps_answering(store: ClassStore) -> None:
    async def use(send: Send) -> None:
        assert (await send("unknown")).code == 401
        for body in (None, answer(right())):
            response = await send("ann's", body)
            assert response.code == 503
            assert json.loads(response.body) == {"problem": BROKEN}

    served(store, use)
