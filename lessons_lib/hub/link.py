"""The link that fetches the course into a learner's home through nbgitpuller, and opens it."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from lessons_lib.hub.trial_class import COURSE_NAME
from lessons_lib.practice.course import LESSONS


def pull_link(hub: str, repository: str, branch: str = "main") -> str:
    """Return the address that a learner opens to fetch the course, or to update it.

    Parameters
    ----------
    hub : str
        The hub's own address, with the base URL if it has one.
    repository : str
        Where git fetches the course; read without a password.
    branch : str
        The branch that learners follow.

    Raises
    ------
    ValueError
        If the hub or the repository is no http(s) address, one of them holds a password, or the
        branch has no name.

    Notes
    -----
    The course always goes to `lessons-course` in the home, whatever the repository is called.
    """
    base = _checked(hub, "The hub")
    if urlsplit(base).query or urlsplit(base).fragment:
        raise ValueError(f"The hub is named by its address alone, without ? or #: got {hub!r}.")
    if not branch or branch.startswith("-") or any(one.isspace() for one in branch):
        raise ValueError(f"A branch has a name such as main, got {branch!r}.")
    query = {
        "repo": _checked(repository, "The repository"),
        "branch": branch,
        "targetpath": COURSE_NAME,
        "urlpath": f"lab/tree/{COURSE_NAME}/notebooks/{LESSONS[0].file_name}",
    }
    return f"{base.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(query)}"


def _checked(address: str, what: str) -> str:
    address = address.strip()
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or any(c.isspace() for c in address):
        raise ValueError(f"{what} is named by an address such as https://…, got {address!r}.")
    if parts.username or parts.password:
        raise ValueError(
            f"{what}'s address holds a user name or password, which every learner would see: "
            "leave it out."
        )
    return address
