"""The texts that a table may hold, as types with a pattern and a longest length."""

from typing import Annotated

from msgspec import Meta

# Each pattern with its name for authors. In Python, `$` alone would match before a newline.
PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)": "lower-case words joined by hyphens, like choose-a-mode",
    r"^[a-z0-9]+(_[a-z0-9]+)*$(?!\n)": "lower-case words joined by underscores, like 01_tides",
    r"\S": "text",
    r"^\$\{[a-z][a-z0-9_]*\}$": "a number or one placeholder, like '${n_texts}'",
    r"^[a-z][a-z0-9_]*$": "a lower-case name, like n_texts",
    r"^\d{4}-\d\d-\d\d$(?!\n)": "a date in quotes, like '2027-03-01'",
    r"^\d{4}-\d\d-\d\d \d\d:\d\d$(?!\n)": "a local date and time, like 2026-12-08 18:00",
}
_SLUG, _NAME, _TEXT, _PLACEHOLDER, _PLACEHOLDER_NAME, _DATE, _TIME = PATTERNS

Slug = Annotated[str, Meta(pattern=_SLUG, max_length=80)]
QuizName = Annotated[str, Meta(pattern=_NAME, max_length=80)]
Markdown = Annotated[str, Meta(pattern=_TEXT, max_length=4000)]
Line = Annotated[str, Meta(pattern=_TEXT, max_length=400)]
Placeholder = Annotated[str, Meta(pattern=_PLACEHOLDER, max_length=80)]
PlaceholderName = Annotated[str, Meta(pattern=_PLACEHOLDER_NAME, max_length=80)]
Date = Annotated[str, Meta(pattern=_DATE)]
LocalTime = Annotated[str, Meta(pattern=_TIME)]
