"""What a piece of code imports, in an interpreter of its own."""

import os
import subprocess
import sys


def modules_after(code: str, **environment: str) -> set[str]:
    """Run code in a new interpreter, and return the names of all modules that it has then."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(); print(*sys.modules)"],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())
