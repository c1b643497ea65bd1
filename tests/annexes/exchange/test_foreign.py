"""HTML as Markdown: our texts come back, and the texts of others stay texts."""

import html
import subprocess
import sys

import pytest
from hypothesis import given, strategies as st

from lessons_lib.annexes.exchange.foreign import markdown_of
from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import strings_of

ITEMS = items_of(load_bank())
TEXTS = {text for item in ITEMS for _, text in strings_of(item.question)}
TEXTS |= {item.explanation for item in ITEMS}
SPECIAL = r"*_`\|<>&[]()#+-.!~$ 1ab:"


def words(page: str) -> str:
    """Return what a page shows, without its spaces."""
    return "".join(html.unescape(page.replace("<p>", "").replace("</p>", "")).split())


def test_every_text_of_ours_looks_the_same_again() -> None:
    assert [text for text in TEXTS if render(markdown_of(render(text))) != render(text)] == []


def test_most_texts_of_ours_come_back_literally() -> None:
    same = sum(markdown_of(render(text)) == text.strip() for text in TEXTS)
    assert same >= 0.985 * len(TEXTS)  # the others name the language of a code block


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4",
        "*a* **b** _c_ __d__ a_b_c",
        "# 1",
        "1. x",
        "- x",
        "> x",
        "~~~",
        "<b>bold</b> <script>alert(1)</script>",
        "<https://example.org> <ada@example.org>",
        "[x](https://example.org) ![x](y.png)",
        "&nbsp; &amp; & &#8722; −1",
        "C:\\temp\\*.txt \\( x^2 \\)",
        "| a | b |",
        "a\\",
    ],
)
def test_what_looks_like_markdown_stays_text(text: str) -> None:
    page = f"<p>{html.escape(text, quote=False)}</p>"
    assert words(render(markdown_of(page))) == words(page)
    assert render(markdown_of(page)).count("<") == 2


@given(st.text(SPECIAL, max_size=12), st.text(SPECIAL, max_size=12))
def test_any_text_stays_the_same_text(first: str, second: str) -> None:
    page = f"<p>{html.escape(first)}<br>{html.escape(second)}</p>"
    shown = render(markdown_of(page))
    assert words(shown.replace("<br>", "")) == words(page.replace("<br>", ""))


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one<br></p><p>two<br /><br /></p>", "one\n\ntwo"),
        ("one<br>two<br>- three", "one\\\ntwo\\\n\\- three"),
        ("<div>one</div><div><b>two</b> <i>three</i></div>", "one\n\n**two** *three*"),
        ("<h3>Title</h3><p>text</p>", "**Title**\n\ntext"),
        ('<p><span style="color:red">1</span>. x</p>', "1\\. x"),
        ("<b>No:</b>but", "No:but"),
        ("<b><p>a</p><p>b</p></b>", "a\n\nb"),
        ("x<sup>2</sup>, 10<sup>−3</sup>, a<sub>i</sub>", "x^2, 10^−3, a_i"),
        ("<p>one:<br></p><ul><li><b>two<br></b></li></ul>", "one:\n\n- **two**"),
        ("<p><code>a`b</code></p>", "`` a`b ``"),
        ("<pre>for a in b:<br>    c</pre>", "```\nfor a in b:\n    c\n```"),
        ("<ol start=3><li>x<br></li><li>y</li></ol>", "3. x\n4. y"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ('<img src="x.png" alt="a * b" onerror="alert(1)">', "a * b"),
        ("<p>a</p><!-- b --><script>c</script><style>d</style>", "a"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        ('<a href="https://example.org/a_b">a_b</a>', "[a_b](https://example.org/a_b)"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><code>x|y</code></td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 | `x\\|y` |",
        ),
    ],
)
def test_html_of_others_becomes_plain_markdown(page: str, text: str) -> None:
    assert markdown_of(page) == text


LIMITED = """import resource
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))  # many times what is needed
from lessons_lib.annexes.exchange.foreign import markdown_of
from lessons_lib.annexes.exchange.jupyterquiz import read
"""
LARGE = {
    "breaks inside a text": "print(len(markdown_of('<br>' * 4_000 + 'text')))",
    "spaces inside a text": "print(len(markdown_of('a' + ' ' * 60_000 + 'b')))",
    "items of a list": "print(len(list(read(b'[' + b'0,\\n' * 300_000 + b'0]'))))",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no process's work")
@pytest.mark.parametrize("code", LARGE.values(), ids=LARGE)
def test_the_work_grows_no_faster_than_the_file(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED + code], stdout=subprocess.PIPE)
    assert (done.returncode, int(done.stdout or 0) > 0) == (0, True)


def test_a_text_that_is_far_too_long_for_a_question_is_not_converted() -> None:
    with pytest.raises(ValueError, match="20,000 characters"):
        markdown_of("<br>" * 30_000 + "text")
