"""Markdown as HTML: what becomes of it, and that nothing in it becomes active."""

import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from lessons_lib.classroom.quiz.markdown import RENDERED, TAGS, clean, parser, render, render_inline

ATTRIBUTES = {"href", "target", "rel", "title", "start", "lang"}
NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'><mi>x</mi></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import 'http://example.org/x.css'</style>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<javascript:alert(1)>",
    "![x](http://example.org/x.png)",
    "![x](x' onerror='alert(1))",
    "[x](http://a 'b\" onmouseover=\"alert(1)')",
    "$<img src=x onerror=alert(1)>$",
    "[x](http://a '<img src=x onerror=alert(1)>')",
    "`<img src=x onerror=alert(1)>`",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "| <img src=x onerror=alert(1)> |\n|---|\n| $<script>$ |",
]


class Seen(HTMLParser):
    """Collects the tags, attributes and links of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def assert_harmless(page: str) -> None:
    seen = Seen(page)
    assert seen.tags <= TAGS
    assert seen.attributes <= ATTRIBUTES
    for link in seen.links:
        assert link.startswith(("http://", "https://")) or ":" not in link.split("/")[0]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_a_text_becomes_active_and_parser_and_cleaner_each_prevent_it(text: str) -> None:
    for function in (render, render_inline, clean):
        assert_harmless(function(text))
    seen = Seen(parser().render(text))
    assert seen.tags <= TAGS
    assert not any("script:" in link.casefold() for link in seen.links)


@given(
    st.lists(
        st.one_of(st.sampled_from([*NASTY, "$", "`", "[", "](", "\n"]), st.text(max_size=8))
    ).map("".join)
)
def test_no_mix_of_nasty_pieces_becomes_active(text: str) -> None:
    assert_harmless(render(text))


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("```python\nx = '<b>'\n```", "<pre><code>x = '&lt;b&gt;'\n</code></pre>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("−ln *p* or *e*ᵃ⁻¹", "<p>−ln <em>p</em> or <em>e</em>ᵃ⁻¹</p>"),
        ("&#xe000;0&#xe001;", "<p>\ue0000\ue001</p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        (r"\$x\$", "<p>$x$</p>"),
        ("# no heading", "<p># no heading</p>"),
    ],
)
def test_markdown_and_code_become_html(text: str, page: str) -> None:
    assert render(text) == page


def test_a_line_has_no_paragraph_and_its_links_open_a_new_tab_without_a_referrer() -> None:
    assert "<td>1</td>" in render("| a |\n|---|\n| 1 |")
    assert render_inline("take `x` & *y*") == "take <code>x</code> &amp; <em>y</em>"
    assert render_inline("[a](https://example.org)") == (
        '<a href="https://example.org" target="_blank" rel="noopener noreferrer">a</a>'
    )


def test_rendered_texts_need_neither_parser_nor_cleaner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("markdown_it", "nh3"):
        monkeypatch.setitem(sys.modules, name, None)  # as where it is not installed
    monkeypatch.setitem(RENDERED, ("*a*", True), "<em>a</em>")
    assert render_inline("*a*") == "<em>a</em>"
    assert render("*a*") == "<p>*a*</p>"
    for text in NASTY:
        assert_harmless(render(text))
        assert_harmless(render_inline(text))
