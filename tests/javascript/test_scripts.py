"""The scripts of the widgets: their types, their format and their unit tests, with Node's tools."""

import json

from lessons_lib import formats
from tests.javascript.conftest import LIBRARY, Run

NUMBERS = (LIBRARY / "classroom/widgets/numbers.js").as_uri()
SCRIPTS = ("../../lessons_lib/**/*.{js,d.ts}", "*.js", "!../../lessons_lib/annexes/site/vendor")
SECONDS = (0.0, 1.2e-7, 0.00024, 0.00996, 0.0123, 0.094, 0.9949, 0.996, 1.5, 12.0, 42.4)
SHARES = (0.0, 0.014, 0.5, 0.68, 0.995, 1.0)


def test_the_types_of_every_script_fit(run: Run) -> None:
    run("npx", "tsc")


def test_every_script_is_formatted(run: Run) -> None:
    run("npx", "prettier", "--config", "prettier.json", "--check", *SCRIPTS)


def test_the_functions_that_need_no_page_do_what_they_should(run: Run) -> None:
    assert "# fail 0" in run("node", "--test", "--test-reporter=tap")


def test_numbers_have_the_same_words_in_the_browser_and_in_the_kernel(run: Run) -> None:
    program = (
        f"import {{ duration, percent }} from {NUMBERS!r};"
        f"const words = [{list(SECONDS)}.map((one) => duration(1e6 * one)),"
        f"{list(SHARES)}.map(percent)];"
        "console.log(JSON.stringify(words))"
    )
    durations, shares = json.loads(run("node", "--input-type=module", "--eval", program))
    assert durations == [formats.duration(one) for one in SECONDS]
    assert shares == [formats.percent(one) for one in SHARES]
