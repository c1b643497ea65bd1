"""What moving pictures share: a figure of HTML and SVG that moves once, for less than five seconds.

They are stored in notebooks, so they must be the same after every run. JupyterLab's sanitizer
removes drawings and style sheets from untrusted outputs; only the words of a picture remain then,
so all of them are HTML.
"""

from __future__ import annotations

from html import escape

from lessons_lib.classroom.widgets.page import styles


def figure(kind: str, content: str, caption: str) -> str:
    """Return a figure of HTML with its styles; `kind` is the end of its class."""
    return (
        f'<figure class="lessons-moving moving-{kind}" style="margin: 0 0 14px">'
        f"<style>\n{styles('lesson/views/moving/picture.css')}</style>\n"
        f"{content}\n<figcaption>{escape(caption)}</figcaption></figure>"
    )


def drawing(width: float, height: float, alt: str, *shapes: str) -> str:
    """Return a drawing with an alternative text."""
    box = f'viewBox="0 0 {width:g} {height:g}"'
    return f'<svg {box} role="img" aria-label="{escape(alt)}">{"".join(shapes)}</svg>'
