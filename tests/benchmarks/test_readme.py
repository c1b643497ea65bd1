from __future__ import annotations

import pytest

from tests.benchmarks.readme import block, with_block

TEXT = "# A\n\n<!-- benchmark -->\nold\n<!-- /benchmark -->\n\n## B\n"


def test_what_stands_between_the_marks_is_replaced_and_nothing_else() -> None:
    expected = "# A\n\n<!-- benchmark -->\nnew\n<!-- /benchmark -->\n\n## B\n"
    assert with_block(TEXT, "new\n") == expected


def test_writing_the_same_twice_changes_nothing() -> None:
    once = with_block(TEXT, "new\n")
    assert with_block(once, "new\n") == once


def test_what_was_written_is_read_back() -> None:
    assert block(with_block(TEXT, "| a |\n")) == "| a |\n"


@pytest.mark.parametrize(
    "text",
    ["", "<!-- benchmark -->\n", "<!-- /benchmark -->\n<!-- benchmark -->\n", TEXT + TEXT],
)
def test_marks_that_are_missing_or_doubled_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="once"):
        with_block(text, "new\n")
