"""What a trial hub is told by the command that starts it: one line of JSON on its input."""

from __future__ import annotations

from msgspec import Struct

HOST = "127.0.0.1"
# Set for every server, as a deployed hub sets them; on the trial hub nothing enforces them.
MEMORY_LIMIT = "1G"
CPU_LIMIT = 1.0


class TrialSettings(Struct, frozen=True, kw_only=True):
    """Everything that differs from one trial hub to the next."""

    homes: str
    port: int
    course_name: str
    start: str
    passwords: dict[str, str]
    instructors: list[str]
    proxy_command: list[str]
    environment: dict[str, str]
    allow_root: bool = False
    memory_limit: str = MEMORY_LIMIT
    cpu_limit: float = CPU_LIMIT

    @property
    def url(self) -> str:
        """Return the address that learners open."""
        return f"http://{HOST}:{self.port}/"
