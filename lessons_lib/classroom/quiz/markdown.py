"""Render Markdown as HTML that is safe to put into a page.

Raw HTML and images are disabled: tags in the source are shown as text. The output of markdown-it
is sanitized with a short list of allowed tags. Formulas are written in Unicode: −ln *p* ≈ 1.10.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https"}

# The HTML of texts that were rendered before, by the text and whether it is inline. Whoever fills
# it, such as a web page, needs neither parser nor sanitizer; other texts are then shown as typed.
RENDERED: dict[tuple[str, bool], str] = {}


def render(text: str) -> str:
    """Return Markdown as HTML blocks: paragraphs, lists, tables, code."""
    if RENDERED:
        return RENDERED.get((text, False), f"<p>{escape(text)}</p>")
    return _rendered(text, False)


def render_inline(text: str) -> str:
    """Return one line of Markdown as HTML without a paragraph around it, for titles and labels."""
    if RENDERED:
        return RENDERED.get((text, True), escape(text))
    return _rendered(text, True)


@lru_cache(maxsize=2048)
def _rendered(text: str, is_inline: bool) -> str:
    return clean(parser().renderInline(text) if is_inline else parser().render(text))


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """Return the parser, with raw HTML and images disabled."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable("table")
    return made.disable(
        ["image", "heading", "lheading", "hr", "html_block", "html_inline", "reference"]
    )


def clean(page: str) -> str:
    """Return HTML reduced to the allowed tags, attributes and links."""
    import nh3

    return nh3.clean(
        page,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    ).strip()
