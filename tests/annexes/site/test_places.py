"""The places of cards: what is in a page's data stays data."""

import json
import re

from lessons_lib.annexes.site.places import place_html


def test_no_text_in_the_data_of_a_place_ends_its_script() -> None:
    data = {"name": "</script><script>alert(1)</script><!--"}
    html = place_html("<div>Card.</div>", data)
    (script,) = re.findall(r"<script type=\"application/json\">(.*?)</script>", html, re.DOTALL)
    assert json.loads(script) == data
    assert "<!--" not in html
