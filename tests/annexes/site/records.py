"""The record that a reader of the site downloads, and an event of one."""

from pathlib import Path

from tests.annexes.site.conftest import Reader

GUESS = "fastest-batch-size"


EVENT = {
    "id": "f" * 32,
    "time_utc": "2026-03-02T12:00:00Z",
    "kind": "guess",
    "subject": GUESS,
    "payload": {"value": 64},
    "order": 1,
    "version": 1,
}


def download(reader: Reader) -> list[str]:
    """Return the lines of the record, from the page where it can be downloaded."""
    with reader.page.expect_download() as found:
        reader.page.get_by_role("button", name="Download my record").click()
    return Path(found.value.path()).read_text("utf-8").splitlines()
