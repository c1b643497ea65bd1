"""The link that fetches the course into a learner's home through nbgitpuller, and opens it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlencode, urlsplit

from lessons_lib.hub.trial_class import COURSE_NAME
from lessons_lib.practice.course import course


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
        If the hub or the repository is no http(s) address, one of them holds a password or more
        than it should, or git allows no such branch.

    Notes
    -----
    The course always goes to `lessons-course` in the home, whatever the repository is called.
    """
    if not is_branch(branch):
        raise ValueError(f"A branch has a name that git allows, such as main, got {branch!r}.")
    query = {
        "repo": _repository(repository),
        "branch": branch,
        "targetpath": COURSE_NAME,
        "urlpath": f"lab/tree/{COURSE_NAME}/notebooks/{course().lessons[0].file_name}",
    }
    return f"{_hub(hub)}/hub/user-redirect/git-pull?{urlencode(query)}"


def is_branch(name: str) -> bool:
    """Say whether git would allow a branch of this name (`git help check-ref-format`)."""
    parts = name.split("/")
    return not (
        re.search(r"[\x00-\x20\x7f~^:?*\[\\]|\s|\.\.|@\{", name)
        or name.startswith("-")
        or name in ("@", "HEAD")
        or any(not one or one.startswith(".") or one.endswith((".", ".lock")) for one in parts)
    )


def _hub(address: str) -> str:
    """Return the hub's address without a slash at its end; refuse that of a page on the hub."""
    parts = _checked(address, "The hub")
    names = parts.path.strip("/").split("/")
    inside = [place for place, name in enumerate(names) if name in ("hub", "user", "services")]
    base = "/".join(names[: inside[0]] if inside else names)
    alone = f"{parts.scheme}://{parts.netloc}/{base}".rstrip("/")
    if inside or parts.query or parts.fragment:
        raise ValueError(
            "The hub is named by its address alone, without what follows on its pages: "
            f"try {alone}, got {address!r}."
        )
    return alone


def _repository(address: str) -> str:
    """Return where git fetches the course; refuse a site alone, and a page about a repository."""
    parts = _checked(address, "The repository")
    page = re.search(r"/(-/)?(tree|blob|commits?|pulls?)(/|$)", parts.path)
    if page or not parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "The repository is named by the address that `git clone` takes, such as "
            f"https://git.example.org/class/lessons.git, got {address!r}."
        )
    return address.strip()


def _checked(address: str, what: str) -> SplitResult:
    address = address.strip()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    is_odd = not address.isprintable() or any(one.isspace() for one in address) or port == 0
    if not host or is_odd or parts.scheme not in ("http", "https"):
        raise ValueError(f"{what} is named by an address such as https://…, got {address!r}.")
    if "@" in parts.netloc:
        raise ValueError(
            f"{what}'s address holds a user name or password, which every learner would see: "
            "leave it out."
        )
    return parts
