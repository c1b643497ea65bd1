"""Learners' addresses: who may do what, what a bad request gets, and nothing of anybody else's."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from lessons_lib.annexes.instructor.service.rules import GRACE
from lessons_lib.annexes.instructor.service.store import ClassStore
from lessons_lib.annexes.instructor.service.web import BROKEN, MOST_INSIDE, SENTENCES
from tests.annexes.instructor.service.served_class import Client, answer, page_of, serving
from tests.annexes.instructor.service.test_graded import DUE, OPENS, QUIZ, SINGLE, right, wrong

GRADED, LIVE = "api/graded/week_1", "api/live"
pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(store: ClassStore) -> AsyncIterator[Client]:
    async with serving(store, lambda: OPENS) as one:
        yield one


GO = {"id": "0" * 8, "action": {"do": "go", "to": 1 + QUIZ.questions.index(SINGLE)}}


@pytest.mark.parametrize("path", [GRADED, "api/graded/week_9", LIVE])
@pytest.mark.parametrize(
    ("token", "code"),
    [("", 401), ("unknown", 401), ("a guest's", 403), ("a service's", 403), ("down", 503)],
)
async def test_without_the_right_token_every_route_refuses(
    client: Client, store: ClassStore, token: str, code: int, path: str
) -> None:
    for body in (None, answer(right())):
        response = await client.kernel(token, body, path=path)
        assert (response.code, page_of(response)) == (code, {"problem": SENTENCES[code]})
    assert (await client.send(path, client.cookies("ann's"))).code == 401
    assert store.learners() == []


async def test_a_learner_answers_and_sees_their_own_answer_alone(
    client: Client, store: ClassStore
) -> None:
    for token in ("ann's", "bob's"):
        await client.kernel(token, {"id": "0" * 8, "action": {"do": "start"}}, path=GRADED)
    page = page_of(await client.kernel("ann's", answer(right()), path=GRADED))
    assert page["reply"]["text"] == "Answer saved."
    seen = page_of(await client.kernel("bob's", GO, path=GRADED))["question"]
    assert (seen["attempts"], seen["given"]["letters"]) == (0, [])
    assert {one.kind for one in store.events("bob")} == {"graded-start"}


@pytest.mark.parametrize("path", [GRADED, LIVE])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", 400),
        ("[" * 2_000, 400),
        ({"id": "00000001"}, 400),
        ({"id": "short", "action": {"do": "review"}}, 400),
        ({"id": "x" * 8, "action": {"do": "answer"}}, 400),
        ({"id": "0" * 33, "action": {"do": "answer"}}, 400),
        ({"id": "00000001", "action": {"do": "reveal"}}, 400),
        (answer(right()) | {"learner": "ann"}, 400),
        (answer("A" * 9), 400),
        ("x" * 5_000, 413),
    ],
)
async def test_a_bad_request_gets_a_sentence_and_changes_nothing(
    client: Client, store: ClassStore, body: object, code: int, path: str
) -> None:
    response = await client.kernel("bob's", body, path=path)
    assert (response.code, page_of(response)) == (code, {"problem": SENTENCES[code]})
    assert store.learners() == []


async def test_a_letter_that_is_not_offered_is_explained_on_the_card(
    client: Client, store: ClassStore
) -> None:
    page = page_of(await client.kernel("bob's", answer("Z"), path=GRADED))
    assert page["reply"]["what"] == "problem"
    assert store.events("bob") == []


async def test_an_unknown_quiz_and_other_methods_are_refused(client: Client) -> None:
    assert (await client.kernel("ann's", path="api/graded/06_batch_inference")).code == 404
    for path in (GRADED, LIVE):
        for method in ("PUT", "DELETE", "PATCH"):
            assert (await client.kernel("ann's", "{}", path=path, method=method)).code == 405


async def test_replies_to_right_and_wrong_answers_are_equal_byte_for_byte(client: Client) -> None:
    replies = []
    for letter in (right(), wrong()):
        response = await client.kernel("ann's", answer(letter, number=ord(letter)), path=GRADED)
        sent = f'"letters":["{letter}"]'.encode()
        assert response.body.count(sent) == 1
        headers = {name for name, _ in response.headers.get_all()}
        replies.append((response.body.replace(sent, b""), headers))
    first, second = replies
    assert first[0].replace(b'"attempts":1', b"") == second[0].replace(b'"attempts":2', b"")
    assert first[1] == second[1]


async def test_one_person_has_few_requests_at_the_same_time(client: Client) -> None:
    inside = client.served.now.inside
    for path in (GRADED, LIVE, "mine.json"):
        inside["ann"] = MOST_INSIDE
        response = await client.kernel("ann's", path=path)
        assert (response.code, SENTENCES[429] in response.body.decode()) == (429, True)
        assert (await client.kernel("bob's", path=path)).code == 200
        inside["ann"] = 0
        assert (await client.kernel("ann's", path=path)).code == 200
        assert inside.total() == 0


async def test_an_answer_arrives_before_the_hub_says_whose_it_is(store: ClassStore) -> None:
    times = iter([DUE + GRACE, *[DUE + GRACE + timedelta(hours=1)] * 9])
    async with serving(store, lambda: next(times)) as client:
        page = page_of(await client.kernel("ann's", answer(right()), path=GRADED))
    assert page["reply"]["text"] == "Answer saved."
    assert [one.time_utc for one in store.events("ann")] == [DUE + GRACE]


async def test_a_class_that_cannot_be_served_says_so_and_keeps_answering(store: ClassStore) -> None:
    async with serving(store, lambda: OPENS, is_up=False) as client:
        for path in (GRADED, LIVE):
            assert (await client.kernel("unknown", path=path)).code == 401
            for body in (None, answer(right())):
                response = await client.kernel("ann's", body, path=path)
                assert (response.code, page_of(response)) == (423, {"problem": BROKEN})
