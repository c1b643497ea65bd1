"""What tells of the machine a file was made on: folders of a user, package servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Parted in the middle, so that this file is free of what it looks for.
_TRACES = (
    r"(?<![\w.-])/(?:tm" + r"p|roo" + r"t|wor" + r"k|mn" + r"t|var/folder" + r"s)/[\w.-]*",
    # Jovyan is everyone's name in Jupyter's own images.
    r"(?<![\w.-])/(?:hom" + r"e|User" + r"s)/(?!jovyan\b)\w[\w.-]*",
    r"[A-Za-z]:\\+(?:User" + r"s|Window" + r"s)\\+\w+",
    r"\b(?:files\.)?pypi\.or" + r"g|\bpythonhosted\.or" + r"g|\bregistry\.npmj" + r"s\.\w+",
    r"\blocalhos" + r"t:\d+",
)
_TRACE = re.compile("|".join(_TRACES))
# Letters of an embedded picture can spell anything.
_PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")


def machine_traces(text: str) -> Iterator[str]:
    """Yield every trace of a machine in a text; embedded pictures are passed over."""
    for found in _TRACE.finditer(_PICTURE.sub("", text)):
        yield found[0]
