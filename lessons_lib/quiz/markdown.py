"""Markdown with code and formulas to HTML that is safe to put into a page.

Raw HTML and images are not part of it: tags in the source are shown as text. What markdown-it
makes is cleaned against a short list of tags; formulas join afterwards, as MathML of our own.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from lessons_lib.quiz.maths import FORMULA, MathsError, to_mathml

TAGS = {
    *("p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https"}
_FORMULA = re.compile(FORMULA)
# Stand-ins for formulas while the HTML is cleaned; no text can hold them, they are taken out first.
_STAND_IN = re.compile("\ue000([0-9]+)\ue001")
_OURS = re.compile("[\ue000\ue001]")


def render(text: str) -> str:
    """Return Markdown as HTML blocks: paragraphs, lists, tables, code."""
    return _rendered(text, False)


def render_inline(text: str) -> str:
    """Return one line of Markdown as HTML without a paragraph around it, for titles and labels."""
    return _rendered(text, True)


@lru_cache(maxsize=1024)
def _rendered(text: str, inline: bool) -> str:
    env: dict[str, Any] = {"formulas": []}
    parser = _parser()
    source = _OURS.sub("", text)
    made = parser.renderInline(source, env) if inline else parser.render(source, env)
    clean = nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    return _STAND_IN.sub(lambda match: env["formulas"][int(match[1])], clean).strip()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable("table")
    parser.disable(["image", "heading", "lheading", "hr", "html_block", "html_inline", "reference"])
    parser.inline.ruler.before("escape", "formula", _read_formula)
    parser.add_render_rule("formula", _render_formula)
    return parser


def _read_formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match.group()
    state.pos = match.end()
    return True


def _render_formula(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    source = tokens[index].content
    try:
        shown = to_mathml(source.strip("$"), display=source.startswith("$$"))
    except MathsError:
        shown = f"<code>{html.escape(source)}</code>"  # the loader has told the author why
    env["formulas"].append(shown)
    return f"\ue000{len(env['formulas']) - 1}\ue001"
