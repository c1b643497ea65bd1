from __future__ import annotations

import pytest
from IPython.testing.globalipapp import start_ipython

LEARNER = {
    "learner": "Ada",
    "02_raw_text_answered": "6",
    "02_raw_text_right": "3",
    "02_raw_text_of": "12",
    "total_of": "12",
    "may_need_help": "",
}
UNREAD = {key: "" if key.endswith(("_answered", "_right", "_of")) else "x" for key in LEARNER}
QUESTION = {
    "question": "tasks-for-batch",
    "notebook": "07_realtime_inference",
    "n": "20",
    "facility": "0.5",
    "discrimination": "-0.1",
    "most_chosen_wrong": "'-5",
    "most_chosen_wrong_share": "0.3",
}
UNDEFINED = QUESTION | {"discrimination": "n/a: everyone was right", "most_chosen_wrong_share": ""}


@pytest.fixture(scope="package", autouse=True)
def ipython() -> None:
    start_ipython()  # type: ignore[no-untyped-call]
