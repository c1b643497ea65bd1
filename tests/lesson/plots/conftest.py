from __future__ import annotations

import pytest
from IPython.testing.globalipapp import start_ipython


@pytest.fixture(scope="package", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]
