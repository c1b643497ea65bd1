"""What one learner can reach of another through the hub, tried with requests of any shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import websocket

from tests.hub.conftest import HubRun
from tests.hub.hub_client import Answer, HubClient

SECRET = "answers-of-learner2"
FILE = "/user/learner2/api/contents/secret.txt"
REFUSED = {401, 403, 404, 405}


@dataclass(frozen=True)
class TwoLearners:
    """Learner A, who attacks, and learner B, whose server runs with a file and a kernel."""

    a: HubClient
    b: HubClient
    stranger: HubClient
    kernel: str


@pytest.fixture(scope="module")
def two(hub: HubRun) -> Iterator[TwoLearners]:
    a, b = hub.client("learner1"), hub.client("learner2")
    a.start_server()
    b.start_server()
    a.visit("/user/learner1/lab")
    content = {"type": "file", "format": "text", "content": SECRET}
    assert b.send("PUT", FILE, body=content).status == 201
    yield TwoLearners(a, b, HubClient(hub.url, "stranger"), b.start_kernel())


def _is_refused(answer: Answer) -> bool:
    """Say whether nothing was given: an error, or the way to the login or to one's own consent."""
    place = answer.headers.get("location", "")
    sent_away = answer.status == 302 and ("/hub/" in place or "login" in place)
    return (answer.status in REFUSED or sent_away) and SECRET.encode() not in answer.body


def test_b_reads_the_file_so_that_a_refusal_means_something(two: TwoLearners) -> None:
    assert json.loads(two.b.send("GET", FILE).body)["content"] == SECRET


def test_a_reaches_their_own_server_in_each_of_the_ways_that_are_tried(two: TwoLearners) -> None:
    own = "/user/learner1/api/contents"
    assert two.a.send("GET", own).status == 200
    assert two.a.send("GET", own, with_token=False, with_cookies=True).status == 200
    tokens = "/hub/api/users/learner1/tokens"
    made = two.a.send("POST", tokens, body={}, with_token=False, with_cookies=True)
    assert made.status == 201


@pytest.mark.parametrize("with_cookies", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        FILE,
        "/user/learner2/files/secret.txt",
        "/user/learner2/api/contents",
        "/user/learner2/api/kernels",
        "/user/learner2/api/sessions",
        "/user/learner2/api/terminals",
        "/user/learner2/lab/tree/secret.txt",
        "/user/learner2/lab/api/workspaces",
        "/user/learner2/nbconvert/html/secret.txt",
    ],
)
def test_a_cannot_open_what_is_on_the_server_of_b(
    two: TwoLearners, path: str, with_cookies: bool
) -> None:
    assert _is_refused(
        two.a.send("GET", path, with_token=not with_cookies, with_cookies=with_cookies)
    )


@pytest.mark.parametrize(
    "path",
    [
        "/user/learner1/../learner2/api/contents/secret.txt",
        "/user/learner1/..%2flearner2/api/contents/secret.txt",
        "/user/learner1/%2e%2e/learner2/api/contents/secret.txt",
        "/user/learner1/%252e%252e/learner2/api/contents/secret.txt",
        "/user%2flearner2/api/contents/secret.txt",
        "//user/learner2/api/contents/secret.txt",
        "/user/learner1//user/learner2/api/contents/secret.txt",
        "/user/./learner2/api/contents/secret.txt",
        "/user/LEARNER2/api/contents/secret.txt",
        "/user/learner2%00/api/contents/secret.txt",
        "/user/learner2%20/api/contents/secret.txt",
        "/user/learner1%2f..%2flearner2/api/contents/secret.txt",
        "/user/learner1;/learner2/api/contents/secret.txt",
        "/hub/user/learner2/api/contents/secret.txt",
        "/hub/../user/learner2/api/contents/secret.txt",
        "/user/learner1/api/contents/../../../learner2/lessons-course/secret.txt",
        "/user/learner1/api/contents/..%2f..%2flearner2%2flessons-course%2fsecret.txt",
        "/user/learner1/api/contents/%2e%2e/%2e%2e/learner2/lessons-course/secret.txt",
        "/user/learner1/files/..%2f..%2flearner2%2flessons-course%2fsecret.txt",
        "/user/learner1/files/%2e%2e/%2e%2e/learner2/lessons-course/secret.txt",
        "/user/learner1/static/..%2f..%2f..%2flearner2%2flessons-course%2fsecret.txt",
        "/user/learner1/nbextensions/..%2f..%2flearner2%2flessons-course%2fsecret.txt",
    ],
)
def test_no_spelling_of_a_path_leads_a_to_the_file_of_b(two: TwoLearners, path: str) -> None:
    for with_cookies in (False, True):
        answer = two.a.send("GET", path, with_token=not with_cookies, with_cookies=with_cookies)
        assert answer.status != 200
        assert SECRET.encode() not in answer.body


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "learner2.127.0.0.1"},
        {"Host": "example.org:1"},
        {"X-Forwarded-User": "learner2"},
        {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "learner2"},
        {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/user/learner2"},
        {"X-Original-URL": FILE, "X-Rewrite-URL": FILE},
        {"REMOTE_USER": "learner2", "Remote-User": "learner2"},
        {"JupyterHub-User": "learner2", "X-JupyterHub-User": "learner2"},
        {"Authorization": "token "},
        {"Authorization": "Bearer undefined"},
        {"Authorization": "Basic bGVhcm5lcjI6"},
        {"X-HTTP-Method-Override": "GET"},
        {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_no_header_makes_a_into_b(two: TwoLearners, headers: dict[str, str]) -> None:
    assert _is_refused(two.a.send("GET", FILE, headers=headers))
    assert _is_refused(
        two.a.send("GET", FILE, headers=headers, with_token=False, with_cookies=True)
    )


@pytest.mark.parametrize("query", ["token", "access_token", "jupyterhub-token"])
def test_a_token_in_an_address_opens_nothing(two: TwoLearners, query: str) -> None:
    assert _is_refused(two.a.send("GET", f"{FILE}?{query}={two.a.token}", with_token=False))
    own = f"/user/learner1/api/contents?{query}={two.a.token}"
    assert _is_refused(two.a.send("GET", own, with_token=False))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/hub/api/users"),
        ("GET", "/hub/api/users/learner2"),
        ("PATCH", "/hub/api/users/learner2"),
        ("DELETE", "/hub/api/users/learner2"),
        ("POST", "/hub/api/users/learner2/server"),
        ("DELETE", "/hub/api/users/learner2/server"),
        ("POST", "/hub/api/users/learner2/servers/second"),
        ("POST", "/hub/api/users/learner2/tokens"),
        ("GET", "/hub/api/users/learner2/tokens"),
        ("GET", "/hub/api/users/learner2/server/progress"),
        ("POST", "/hub/api/users/learner2/activity"),
        ("POST", "/hub/api/shares/learner2/"),
        ("POST", "/hub/api/users/new-one"),
        ("GET", "/hub/api/proxy"),
        ("POST", "/hub/api/shutdown"),
        ("GET", "/hub/api/groups"),
        ("GET", "/hub/api/services"),
        ("GET", "/hub/admin"),
        ("GET", "/hub/spawn/learner2"),
        ("POST", "/hub/spawn/learner2"),
    ],
)
def test_the_hub_lets_a_neither_look_at_b_nor_steer_them(
    two: TwoLearners, method: str, path: str
) -> None:
    body: object = {} if method in ("POST", "PATCH") else None
    for with_cookies in (False, True):
        answer = two.a.send(
            method, path, body=body, with_token=not with_cookies, with_cookies=with_cookies
        )
        assert _is_refused(answer) or answer.body.strip() in (b"{}", b"[]")


def test_b_still_runs_after_all_these_requests(two: TwoLearners) -> None:
    assert two.b.server()["ready"]


@pytest.mark.parametrize(
    "path", ["/user/learner2/api/contents/new.txt", "/user/learner2/api/kernels"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_cannot_write_or_start_anything_on_the_server_of_b(
    two: TwoLearners, method: str, path: str
) -> None:
    before = two.b.send("GET", "/user/learner2/api/contents?content=1").body
    body = {"type": "file", "format": "text", "content": "from learner1", "name": "python3"}
    for with_cookies in (False, True):
        answer = two.a.send(
            method, path, body=body, with_token=not with_cookies, with_cookies=with_cookies
        )
        assert answer.status in REFUSED
    assert two.b.send("GET", "/user/learner2/api/contents?content=1").body == before


def test_neither_a_nor_a_stranger_can_listen_to_the_kernel_of_b(two: TwoLearners) -> None:
    path = f"/user/learner2/api/kernels/{two.kernel}/channels"
    two.b.open_socket(path).close()  # B can
    tries = [(two.a, path, {}), (two.a, path, {"token": two.a.token}), (two.stranger, path, {})]
    tries.append((two.a, path.replace("learner2", "learner1"), {}))  # through their own server
    for who, tried, query in tries:
        with pytest.raises(websocket.WebSocketException, match=r"40[134]|302"):
            who.open_socket(tried, **query)


def test_a_cannot_make_a_token_that_is_worth_more_than_they_are(two: TwoLearners) -> None:
    for scopes in (["admin:users"], ["access:servers!user=learner2"], ["admin:servers"]):
        asked = {"scopes": scopes}
        answer = two.a.send("POST", "/hub/api/users/learner1/tokens", body=asked)
        assert answer.status in (400, 403)


def test_the_token_that_runs_in_a_server_of_a_opens_nothing_of_b(
    two: TwoLearners, hub: HubRun
) -> None:
    """On the trial hub A can read it from the environment, on any hub from their own server."""
    made = two.a.send(
        "POST", "/hub/api/users/learner1/tokens", body={"scopes": ["access:servers!user=learner1"]}
    )
    narrow = HubClient(hub.url, "learner1", token=json.loads(made.body)["token"])
    assert narrow.send("GET", "/user/learner1/api/contents").status == 200
    assert _is_refused(narrow.send("GET", FILE))


@pytest.mark.parametrize(
    "path",
    [
        FILE,
        "/user/learner1/api/contents",
        "/user/learner2/lab",
        "/user/learner2/files/secret.txt",
        "/user/learner2/api/kernels",
        "/hub/home",
        "/hub/admin",
        "/hub/token",
        "/hub/api/users",
        "/hub/api/users/learner2",
        "/hub/api/user",
        "/hub/api/proxy",
        "/hub/spawn",
    ],
)
def test_who_has_not_logged_in_gets_nothing(two: TwoLearners, path: str) -> None:
    assert _is_refused(two.stranger.send("GET", path))


@pytest.mark.parametrize("name", ["learner1", "nobody", "root", ""])
def test_a_wrong_password_opens_nothing(hub: HubRun, name: str) -> None:
    for password in (name, "", hub.passwords["learner2"]):
        with pytest.raises(PermissionError, match="was not let in"):
            HubClient(hub.url, name).log_in(password)


def test_the_instructor_sees_and_stops_servers_but_opens_none(
    two: TwoLearners, hub: HubRun
) -> None:
    instructor = hub.client("instructor")
    listed = json.loads(instructor.send("GET", "/hub/api/users").body)
    assert {one["name"] for one in listed} >= {"learner1", "learner2"}
    page = instructor.send("GET", "/hub/admin", with_token=False, with_cookies=True)
    assert page.status == 200
    instructor.visit("/user/learner2/lab")
    assert _is_refused(instructor.send("GET", FILE))
    assert _is_refused(instructor.send("GET", FILE, with_token=False, with_cookies=True))
    assert _is_refused(instructor.send("POST", "/hub/api/users/learner2/tokens", body={}))


def test_what_a_shared_system_user_cannot_keep_apart_is_said_on_the_screen(
    hub: HubRun, two: TwoLearners
) -> None:
    """The other side of all the above: through their own kernel, A does read the home of B."""
    path = hub.homes / "learner2" / "lessons-course" / "secret.txt"
    assert SECRET in two.a.run_code(f"print(open({str(path)!r}).read())")
    assert "FOR TRYING OUT ONLY" in hub.said
    assert "can read and change the homes of all others" in " ".join(hub.said.split())
