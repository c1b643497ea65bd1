"""The link that fetches the course into a learner's home through nbgitpuller, and opens it."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from lessons_lib.practice.course import course
from lessons_lib.practice.course_news import FOLDER_NAME


def pull_link(hub: str, repository: str, branch: str = "main") -> str:
    """Return the address that a learner opens to fetch the course, or to update it.

    Parameters
    ----------
    hub : str
        The hub's address, with the base URL if it has one; that of a page on the hub will do.
    repository : str
        Where git fetches the course; read without a password.
    branch : str
        The branch that learners follow.

    Raises
    ------
    ValueError
        If the hub or the repository is not an http(s) address, or holds a password or a query.
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
    is_odd = bool(re.search(r"\s", text) or parts.query or parts.fragment)
    if is_odd or not parts.netloc or parts.scheme not in ("http", "https"):
        raise ValueError(f"{what} is named by an address such as https://…, got {text!r}.")
    if "@" in parts.netloc:
        raise ValueError(
            f"{what}'s address holds a user name or password, which every learner would see: "
            "leave it out."
        )
    return text
