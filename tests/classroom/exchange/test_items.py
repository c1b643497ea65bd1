"""The items that a bank is unrolled into."""

from __future__ import annotations

import pytest

from lessons_lib.classroom.exchange.items import own_id


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("knee.r1.v0", "knee"),
        ("knee.r12.v3", "knee.v3"),
        ("knee.v0", "knee.v0"),
        ("a.r1.v1.r1.v0", "a.r1.v1"),
        ("other", "other"),
    ],
)
def test_an_item_goes_back_to_the_id_of_its_question(name: str, own: str) -> None:
    assert own_id(name) == own
