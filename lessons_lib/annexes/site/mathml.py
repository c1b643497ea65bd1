"""A Sphinx extension: formulas as MathML, which browsers draw without a script or a font."""

import re
from typing import Any

# A function's name before its argument, which would touch it.
_NAME = re.compile(r"(<mi>[a-z]{2,}</mi>)(?=<m[in]>)")


def setup(app: Any) -> dict[str, Any]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", (_write, None), (_write, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _write(translator: Any, node: Any) -> None:
    from docutils.nodes import SkipNode
    from latex2mathml.converter import convert

    kind = "block" if node.tagname == "math_block" else "inline"
    math = convert(node.astext(), display=kind)
    translator.body.append(_NAME.sub(r'\1<mspace width="0.17em"/>', math))
    raise SkipNode
