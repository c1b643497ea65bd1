"""The link that fetches the course into a home: its parts, read as a hub reads them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lessons_lib.cli import main
from lessons_lib.commands.course import START
from lessons_lib.commands.hub import pull_link
from lessons_lib.practice.course_news import FOLDER_NAME

HUB, REPOSITORY = "https://hub.example.org", "https://git.example.org/class/lessons.git"


def test_the_link_says_what_to_fetch_where_to_and_what_to_open() -> None:
    parts = urlsplit(pull_link(HUB, REPOSITORY, "autumn"))
    assert (parts.scheme, parts.netloc) == ("https", "hub.example.org")
    assert parts.path == "/hub/user-redirect/git-pull"
    assert parse_qs(parts.query, strict_parsing=True) == {
        "repo": [REPOSITORY],
        "branch": ["autumn"],
        "targetpath": [FOLDER_NAME],
        "urlpath": [f"lab/tree/{FOLDER_NAME}/{START}"],
    }


@pytest.mark.parametrize("page", ["", "/", "/hub/spawn", "/user/ada/lab", "/services/x", "/hub"])
def test_a_hub_is_named_by_the_address_of_any_of_its_pages(page: str) -> None:
    link = pull_link(f"https://example.org/jupyter{page}", REPOSITORY)
    assert link.startswith("https://example.org/jupyter/hub/user-redirect/git-pull?")


def test_what_has_a_meaning_in_addresses_is_kept_as_it_is() -> None:
    repository = "https://git.example.org/a%20b&branch=evil"
    query = parse_qs(urlsplit(pull_link(HUB, repository, "fix/ü&x=1")).query)
    assert query["repo"] == [repository]
    assert query["branch"] == ["fix/ü&x=1"]


@pytest.mark.parametrize(
    ("hub", "repository", "reason"),
    [
        ("hub.example.org", REPOSITORY, "The hub must be an address"),
        ("ftp://hub.example.org", REPOSITORY, "The hub must be an address"),
        ("https://", REPOSITORY, "The hub must be an address"),
        ("https://hub.example.org/?a=1", REPOSITORY, "The hub must be an address"),
        ("https://:@hub.example.org", REPOSITORY, "every learner would see"),
        (HUB, "git@example.org:lessons.git", "The repository must be an address"),
        (HUB, "https://a b/lessons", "The repository must be an address"),
        (HUB, "https://me:secret@example.org/lessons", "every learner would see"),
    ],
)
def test_an_address_that_cannot_work_is_refused(hub: str, repository: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        pull_link(hub, repository)
    assert "secret" not in str(caught.value)


def test_the_command_prints_the_link_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "link", "--hub", HUB, "--repo", REPOSITORY, "--branch", "b"]) == 0
    assert capsys.readouterr().out == f"{pull_link(HUB, REPOSITORY, 'b')}\n"


def test_the_command_refuses_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hub", "link", "--hub", "nowhere", "--repo", REPOSITORY]) == 1
    assert "lessons hub: The hub must be an address" in capsys.readouterr().err


def test_copy_makes_a_course_and_later_keeps_what_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / FOLDER_NAME
    assert main(["hub", "copy", str(folder)]) == 0
    assert (folder / START).is_file()
    (folder / START).write_text("mine", encoding="utf-8")
    assert main(["hub", "copy", str(folder)]) == 0
    assert (folder / START).read_text(encoding="utf-8") == "mine"
    assert "0 files added, 0 updated" in capsys.readouterr().out
