from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from lessons_lib.quiz.markdown import TAGS, render, render_inline

MATHS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup",
    "msubsup", "munder", "mover", "munderover",
}  # fmt: skip
ATTRIBUTES = {"href", "target", "rel", "title", "start", "display", "width", "lang"}
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
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\text{</mtext></math><img src=x onerror=alert(1)>}$",
    "[$x$](http://a '$y$')",
    "\ue0000\ue001 [a](http://b '\ue0000\ue001') $x$",
    "`<img src=x onerror=alert(1)>`",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "| <img src=x onerror=alert(1)> |\n|---|\n| $<script>$ |",
]


class Seen(HTMLParser):
    """Gathers the tags, attributes and links of a page."""

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
    assert seen.tags <= TAGS | MATHS
    assert seen.attributes <= ATTRIBUTES
    for link in seen.links:
        assert link.startswith(("http://", "https://")) or ":" not in link.split("/")[0]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_in_a_text_becomes_active(text: str) -> None:
    assert_harmless(render(text))
    assert_harmless(render_inline(text))


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
        ("a *b* **c**", "<p>a <em>b</em> <strong>c</strong></p>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("```python\nx = '<b>'\n```", "<pre><code>x = '&lt;b&gt;'\n</code></pre>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("$x_i$", "<p><math><mrow><msub><mi>x</mi><mi>i</mi></msub></mrow></math></p>"),
        ("`$x$`", "<p><code>$x$</code></p>"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        (r"\$x\$", "<p>$x$</p>"),
        (r"$\foo$", r"<p><code>$\foo$</code></p>"),
        ("# no heading", "<p># no heading</p>"),
    ],
)
def test_markdown_code_and_maths_become_html(text: str, page: str) -> None:
    assert render(text) == page


def test_a_table_becomes_a_table() -> None:
    assert "<td>1</td>" in render("| a |\n|---|\n| 1 |")


def test_one_line_gets_no_paragraph_around_it() -> None:
    assert render_inline("take `x` & *y*") == "take <code>x</code> &amp; <em>y</em>"


def test_a_link_opens_elsewhere_and_tells_nobody() -> None:
    assert render_inline("[a](https://example.org)") == (
        '<a href="https://example.org" target="_blank" rel="noopener noreferrer">a</a>'
    )
