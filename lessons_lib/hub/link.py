"""The nbgitpuller link that downloads the course into a learner's home and opens it."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from lessons_lib.practice.course import course
from lessons_lib.practice.course_news import FOLDER_NAME


def pull_link(hub: str, repository: str, branch: str = "main") -> str:
    """Return the address that a learner opens to download or update the course.

    Parameters
    ----------
    hub : str
        The hub's address, with its base URL if any; the address of a page on the hub also works.
    repository : str
        The course's git repository, readable without a password.
    branch : str
        The branch that learners follow.

    Raises
    ------
    ValueError
        If the hub or repository is not an http(s) address, or contains a password or a query.
    """
    base = re.split(r"/(?:hub|user|services)(?:/|$)", _address(hub, "The hub"))[0].rstrip("/")
    query = {
        "repo": _address(repository, "The repository"),
        "branch": branch,
        "targetpath": FOLDER_NAME,
        "urlpath": f"lab/tree/{FOLDER_NAME}/notebooks/{course().lessons[0].file_name}",
    }
    return f"{base}/hub/user-redirect/git-pull?{urlencode(query)}"


def _address(text: str, what: str) -> str:
    text = text.strip()
    parts = urlsplit(text)
    has_extra = bool(re.search(r"\s", text) or parts.query or parts.fragment)
    if has_extra or not parts.netloc or parts.scheme not in ("http", "https"):
        raise ValueError(f"{what} must be an address such as https://…, got {text!r}.")
    if "@" in parts.netloc:
        raise ValueError(
            f"{what}'s address contains a username or password, which every learner would see: "
            "remove it."
        )
    return text
