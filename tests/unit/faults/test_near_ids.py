"""A made-up id that is almost the right one differs in two characters, whatever the right one is."""

from __future__ import annotations

from itertools import product

import pytest

from mockserver.domain.job.ids import near_id

HEX = "0123456789abcdef"


@pytest.mark.parametrize("end", ["".join(pair) for pair in product(HEX, repeat=2)])
def test_a_near_id_differs_in_its_last_two_characters(end: str) -> None:
    made_up = near_id("task_01" + end)
    assert made_up[:-2] == "task_01"
    assert made_up[-2] != end[0] and made_up[-1] != end[1]
