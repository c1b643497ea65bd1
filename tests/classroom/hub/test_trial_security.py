"""What one learner can access of another through the hub, tried with all kinds of requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import websocket

from tests.classroom.hub.conftest import HubRun
from tests.classroom.hub.hub_client import Answer, HubClient

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

    def tries(self, method: str, path: str, **options: Any) -> list[Answer]:
        """Return what A gets with their token, and with their cookies."""
        ways: tuple[dict[str, Any], ...] = ({}, {"with_token": False, "with_cookies": True})
        return [self.a.send(method, path, **options, **way) for way in ways]


@pytest.fixture(scope="module")
def two(hub: HubRun) -> Iterator[TwoLearners]:
    a, b = hub.client("learner1"), hub.client("learner2")
    a.start_server()
    b.start_server()
    a.visit("/user/learner1/lab")
    content = {"type": "file", "format": "text", "content": SECRET}
    assert b.send("PUT", FILE, body=content).status == 201
    yield TwoLearners(a, b, HubClient(hub.url, "stranger"), b.start_kernel())


def is_refused(answer: Answer) -> bool:
    """Return whether nothing was disclosed: an error, or a redirect to a login or consent page."""
    place = answer.headers.get("location", "")
    sent_away = answer.status == 302 and ("/hub/" in place or "login" in place)
    return (answer.status in REFUSED or sent_away) and SECRET.encode() not in answer.body


def test_the_same_requests_work_for_the_owner(two: TwoLearners) -> None:
    assert json.loads(two.b.send("GET", FILE).body)["content"] == SECRET
    own = "/user/learner1/api/contents"
    assert two.a.send("GET", own).status == 200
    assert two.a.send("GET", own, with_token=False, with_cookies=True).status == 200
    tokens = "/hub/api/users/learner1/tokens"
    created = two.a.send("POST", tokens, body={}, with_token=False, with_cookies=True)
    assert created.status == 201


OWN, OTHER = "/user/learner1", "/user/learner2"
SECRETS = (
    *(FILE, f"{OTHER}/files/secret.txt", f"{OTHER}/api/contents", f"{OTHER}/api/kernels"),
    *(f"{OTHER}/api/sessions", f"{OTHER}/api/terminals", f"{OTHER}/lab/tree/secret.txt"),
    *(f"{OTHER}/lab/api/workspaces", f"{OTHER}/nbconvert/html/secret.txt"),
)
MEMBERS_ONLY = (
    *(*SECRETS, f"{OWN}/api/contents", f"{OTHER}/lab", "/hub/home", "/hub/admin", "/hub/token"),
    *("/hub/api/users", "/hub/api/users/learner2", "/hub/api/user", "/hub/api/proxy", "/hub/spawn"),
)


@pytest.mark.parametrize("path", SECRETS)
def test_a_cannot_open_what_is_on_the_server_of_b(two: TwoLearners, path: str) -> None:
    assert all(map(is_refused, two.tries("GET", path)))


@pytest.mark.parametrize("path", MEMBERS_ONLY)
def test_a_stranger_gets_nothing(two: TwoLearners, path: str) -> None:
    assert is_refused(two.stranger.send("GET", path))


CONTENTS, ON_DISK = "learner2/api/contents/secret.txt", "learner2%2flessons-course%2fsecret.txt"
SPELLINGS = (
    *(f"{OWN}/../{CONTENTS}", f"{OWN}/..%2f{CONTENTS}", f"{OWN}/%2e%2e/{CONTENTS}"),
    *(f"{OWN}/%252e%252e/{CONTENTS}", f"/user%2f{CONTENTS}", f"//user/{CONTENTS}"),
    *(f"{OWN}//user/{CONTENTS}", f"/user/./{CONTENTS}", "/user/LEARNER2/api/contents/secret.txt"),
    *(f"{OTHER}%00/api/contents/secret.txt", f"{OTHER}%20/api/contents/secret.txt"),
    *(f"{OWN}%2f..%2f{CONTENTS}", f"{OWN};/{CONTENTS}", f"/hub/user/{CONTENTS}"),
    *(f"/hub/../user/{CONTENTS}", f"{OWN}/api/contents/..%2f..%2f{ON_DISK}"),
    f"{OWN}/api/contents/../../../learner2/lessons-course/secret.txt",
    f"{OWN}/api/contents/%2e%2e/%2e%2e/learner2/lessons-course/secret.txt",
    f"{OWN}/files/%2e%2e/%2e%2e/learner2/lessons-course/secret.txt",
    *(f"{OWN}/files/..%2f..%2f{ON_DISK}", f"{OWN}/static/..%2f..%2f..%2f{ON_DISK}"),
    f"{OWN}/nbextensions/..%2f..%2f{ON_DISK}",
)


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_spelling_of_a_path_opens_the_file_of_b_for_a(two: TwoLearners, path: str) -> None:
    for answer in two.tries("GET", path):
        assert answer.status != 200
        assert SECRET.encode() not in answer.body


HEADERS: tuple[dict[str, str], ...] = (
    *({"Host": "learner2.127.0.0.1"}, {"Host": "example.org:1"}, {"X-Forwarded-User": "learner2"}),
    {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "learner2"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": OTHER},
    {"X-Original-URL": FILE, "X-Rewrite-URL": FILE},
    {"REMOTE_USER": "learner2", "Remote-User": "learner2"},
    {"JupyterHub-User": "learner2", "X-JupyterHub-User": "learner2"},
    *({"Authorization": "token "}, {"Authorization": "Bearer undefined"}),
    *({"Authorization": "Basic bGVhcm5lcjI6"}, {"X-HTTP-Method-Override": "GET"}),
    {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"},
)


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_no_header_turns_a_into_b(two: TwoLearners, headers: dict[str, str]) -> None:
    assert all(map(is_refused, two.tries("GET", FILE, headers=headers)))


@pytest.mark.parametrize("query", ["token", "access_token", "jupyterhub-token"])
def test_a_token_in_an_address_opens_nothing(two: TwoLearners, query: str) -> None:
    assert is_refused(two.a.send("GET", f"{FILE}?{query}={two.a.token}", with_token=False))
    own = f"/user/learner1/api/contents?{query}={two.a.token}"
    assert is_refused(two.a.send("GET", own, with_token=False))


B = "/hub/api/users/learner2"
ACTIONS = (
    *("GET /hub/api/users", f"GET {B}", f"PATCH {B}", f"DELETE {B}", f"POST {B}/server"),
    *(f"DELETE {B}/server", f"POST {B}/servers/second", f"POST {B}/tokens", f"GET {B}/tokens"),
    *(f"GET {B}/server/progress", f"POST {B}/activity", "POST /hub/api/shares/learner2/"),
    *("POST /hub/api/users/new-one", "GET /hub/api/proxy", "POST /hub/api/shutdown"),
    *("GET /hub/api/groups", "GET /hub/api/services", "GET /hub/admin", "GET /hub/spawn/learner2"),
    "POST /hub/spawn/learner2",
)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_hub_lets_a_neither_see_nor_control_b(two: TwoLearners, action: str) -> None:
    method, path = action.split()
    body: object = {} if method in ("POST", "PATCH") else None
    for answer in two.tries(method, path, body=body):
        assert is_refused(answer) or answer.body.strip() in (b"{}", b"[]")
    assert two.b.server()["ready"]


@pytest.mark.parametrize("path", [f"{OTHER}/api/contents/new.txt", f"{OTHER}/api/kernels"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_cannot_change_the_server_of_b(two: TwoLearners, method: str, path: str) -> None:
    before = two.b.send("GET", f"{OTHER}/api/contents?content=1").body
    body = {"type": "file", "format": "text", "content": "from learner1", "name": "python3"}
    assert {one.status for one in two.tries(method, path, body=body)} <= REFUSED
    assert two.b.send("GET", f"{OTHER}/api/contents?content=1").body == before


def test_neither_a_nor_a_stranger_can_listen_to_the_kernel_of_b(two: TwoLearners) -> None:
    path = f"/user/learner2/api/kernels/{two.kernel}/channels"
    two.b.open_socket(path).close()  # B can
    tries = [(two.a, path, {}), (two.a, path, {"token": two.a.token}), (two.stranger, path, {})]
    tries.append((two.a, path.replace("learner2", "learner1"), {}))  # through their own server
    for who, tried, query in tries:
        with pytest.raises(websocket.WebSocketException, match=r"40[134]|302"):
            who.open_socket(tried, **query)


def test_no_token_of_a_opens_anything_of_b(two: TwoLearners, hub: HubRun) -> None:
    for scopes in (["admin:users"], ["access:servers!user=learner2"], ["admin:servers"]):
        asked = {"scopes": scopes}
        answer = two.a.send("POST", "/hub/api/users/learner1/tokens", body=asked)
        assert answer.status in (400, 403)
    # On the trial hub A can read it from the environment, on any hub from their own server.
    created = two.a.send(
        "POST", "/hub/api/users/learner1/tokens", body={"scopes": ["access:servers!user=learner1"]}
    )
    narrow = HubClient(hub.url, "learner1", token=json.loads(created.body)["token"])
    assert narrow.send("GET", "/user/learner1/api/contents").status == 200
    assert is_refused(narrow.send("GET", FILE))


@pytest.mark.parametrize("name", ["learner1", "nobody", "root", ""])
def test_a_wrong_password_opens_nothing(hub: HubRun, name: str) -> None:
    for password in (name, "", hub.passwords["learner2"]):
        with pytest.raises(PermissionError, match="could not log in"):
            HubClient(hub.url, name).log_in(password)


def test_the_instructor_sees_servers_but_opens_none(two: TwoLearners, hub: HubRun) -> None:
    instructor = hub.client("instructor")
    listed = json.loads(instructor.send("GET", "/hub/api/users").body)
    assert {one["name"] for one in listed} >= {"learner1", "learner2"}
    page = instructor.send("GET", "/hub/admin", with_token=False, with_cookies=True)
    assert page.status == 200
    instructor.visit("/user/learner2/lab")
    assert is_refused(instructor.send("GET", FILE))
    assert is_refused(instructor.send("GET", FILE, with_token=False, with_cookies=True))
    assert is_refused(instructor.send("POST", "/hub/api/users/learner2/tokens", body={}))


def test_the_limits_of_a_shared_system_user_are_printed(hub: HubRun, two: TwoLearners) -> None:
    """The other side of all the above: through their own kernel, A does read the home of B."""
    path = hub.homes / "learner2" / "lessons-course" / "secret.txt"
    assert SECRET in two.a.run_code(f"print(open({str(path)!r}).read())")
    assert "FOR TRYING OUT ONLY" in hub.printed
    assert "can read and change the homes of all others" in " ".join(hub.printed.split())
