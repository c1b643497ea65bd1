"""The link that fetches the course into a home: its parts, read as a hub reads them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lessons_lib.cli import main
from lessons_lib.commands.course import START
from lessons_lib.hub.link import pull_link
from lessons_lib.hub.trial_class import COURSE_NAME

HUB, REPOSITORY = "https://hub.example.org", "https://git.example.org/class/lessons.git"


ODD_BRANCHES = (
    "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "/a", "a/", "a//b", ".a", "a/.b",
    "a.", "a.lock", "a@{1}", "@", "HEAD", "a\nb", "a\x7f", "a\u2028b",
)  # fmt: skip


def test_the_link_goes_through_the_hub_to_each_learners_own_server() -> None:
    parts = urlsplit(pull_link(HUB, REPOSITORY))
    assert (parts.scheme, parts.netloc) == ("https", "hub.example.org")
    assert parts.path == "/hub/user-redirect/git-pull"


def test_the_link_says_what_to_fetch_where_to_and_what_to_open() -> None:
    query = parse_qs(urlsplit(pull_link(HUB, REPOSITORY, "autumn")).query, strict_parsing=True)
    assert query == {
        "repo": [REPOSITORY],
        "branch": ["autumn"],
        "targetpath": [COURSE_NAME],
        "urlpath": [f"lab/tree/{COURSE_NAME}/{START}"],
    }


@pytest.mark.parametrize("hub", ["https://example.org/jupyter", "https://example.org/jupyter/"])
def test_a_hub_under_a_base_url_keeps_it(hub: str) -> None:
    assert urlsplit(pull_link(hub, REPOSITORY)).path == "/jupyter/hub/user-redirect/git-pull"


def test_what_has_a_meaning_in_addresses_is_kept_as_it_is() -> None:
    repository = "https://git.example.org/a%20b&branch=evil"
    query = parse_qs(urlsplit(pull_link(HUB, repository, "fix/ü&x=1")).query)
    assert query["repo"] == [repository]
    assert query["branch"] == ["fix/ü&x=1"]


@pytest.mark.parametrize(
    ("hub", "repository", "branch", "told"),
    [
        ("hub.example.org", REPOSITORY, "main", "The hub is named by an address"),
        ("ftp://hub.example.org", REPOSITORY, "main", "The hub is named by an address"),
        ("https://", REPOSITORY, "main", "The hub is named by an address"),
        ("https://[", REPOSITORY, "main", "The hub is named by an address"),
        ("https://hub.example.org/?a=1", REPOSITORY, "main", "its address alone"),
        (HUB, "git@example.org:lessons.git", "main", "The repository is named by an address"),
        (HUB, "https://a b/lessons", "main", "The repository is named by an address"),
        (HUB, "https://me:secret@example.org/lessons", "main", "every learner would see"),
        ("https://hub.example.org/hub/spawn", REPOSITORY, "main", "try https://hub.example.org, "),
        ("https://a.org/b/user/ada/lab?reset", REPOSITORY, "main", "try https://a.org/b, "),
        ("https://hub.example.org/#lab", REPOSITORY, "main", "its address alone"),
        ("https://hub.example.org:port", REPOSITORY, "main", "The hub is named by an address"),
        ("https://hub.example.org:99999", REPOSITORY, "main", "The hub is named by an address"),
        ("https://:@hub.example.org", REPOSITORY, "main", "every learner would see"),
        (HUB, "https://git.example.org", "main", "that `git clone` takes"),
        (HUB, "https://git.example.org/", "main", "that `git clone` takes"),
        (HUB, f"{REPOSITORY}?x=1", "main", "that `git clone` takes"),
        (HUB, f"{REPOSITORY}#readme", "main", "that `git clone` takes"),
        (HUB, "https://git.example.org/class/lessons/tree/main", "main", "that `git clone` takes"),
        (HUB, REPOSITORY, "", "A branch has a name"),
        *((HUB, REPOSITORY, odd, "A branch has a name") for odd in ODD_BRANCHES),
        (HUB, REPOSITORY, "--upload-pack=x", "A branch has a name"),
    ],
)
def test_what_could_not_work_is_refused_in_words(
    hub: str, repository: str, branch: str, told: str
) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        pull_link(hub, repository, branch)
    assert "secret" not in str(caught.value)


def test_the_command_prints_the_link_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "link", "--hub", HUB, "--repo", REPOSITORY, "--branch", "b"]) == 0
    assert capsys.readouterr().out == f"{pull_link(HUB, REPOSITORY, 'b')}\n"


def test_the_command_refuses_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "link", "--hub", "nowhere", "--repo", REPOSITORY]) == 1
    assert "lessons hub: The hub is named by an address" in capsys.readouterr().err


def test_copy_makes_a_course_and_later_keeps_what_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / COURSE_NAME
    assert main(["hub", "copy", str(folder)]) == 0
    assert (folder / START).is_file()
    (folder / START).write_text("mine", encoding="utf-8")
    assert main(["hub", "copy", str(folder)]) == 0
    assert (folder / START).read_text(encoding="utf-8") == "mine"
    assert "0 files added, 0 updated" in capsys.readouterr().out
