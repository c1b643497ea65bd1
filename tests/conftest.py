"""Settings that all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# No test depends on the speed of a machine, so no example has a deadline.
settings.register_profile("lessons", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("lessons")
