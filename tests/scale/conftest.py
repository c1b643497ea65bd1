"""Whether Ray is there."""

from __future__ import annotations

import pytest

from lessons_lib.extras import missing_extra


def need_ray() -> None:
    """Skip a test if the extra `scale` is not installed."""
    if problem := missing_extra("This test", "scale"):
        pytest.skip(problem)
