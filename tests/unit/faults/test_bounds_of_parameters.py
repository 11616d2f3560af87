"""A number that a mechanism takes is taken at its bounds, and refused beyond them with both named."""

from __future__ import annotations

import re

import pytest

from mockserver.domain.fault.fault import Fault
from mockserver.domain.input.errors import BadInput
from mockserver.engine.registry import Registry

MECHANISMS = Registry[Fault]("mockserver.faults", "FAULT")
MOST = 10**12
BOUNDS = [
    ("redirect", "status", 300, 399),
    ("http_error", "status", 400, 599),
    ("http_error", "sent_as", 200, 599),
    ("set_status", "status", 200, 299),
    ("body", "size", 0, 50_000_000),
    ("reframe", "bytes", 1, MOST),
    ("reframe", "events", 2, MOST),
    ("insert_event", "count", 1, 1000),
    ("drop_chunks", "count", 1, MOST),
    ("delivery_copy", "copies", 1, 100),
    ("wrong_length", "offset", -1_000_000_000, MOST),
    ("slow", "pieces", 1, 1_000_000),
    ("slow", "bytes", 1, MOST),
]


@pytest.mark.parametrize(("mechanism", "name", "lowest", "highest"), BOUNDS)
def test_a_number_is_taken_from_bound_to_bound(
    mechanism: str, name: str, lowest: int, highest: int
) -> None:
    parameter = MECHANISMS.get(mechanism).parameters[name]
    assert [parameter.read(name, bound) for bound in (lowest, highest)] == [lowest, highest]
    for beyond in (lowest - 1, highest + 1):
        with pytest.raises(BadInput, match=re.escape(f"{lowest:g} to {highest:g}")):
            parameter.read(name, beyond)


def test_every_number_that_has_bounds_of_its_own_is_looked_at() -> None:
    bounded = {
        (fault.name, name)
        for fault in MECHANISMS.all()
        for name, parameter in fault.parameters.items()
        if (parameter.low, parameter.high) != (0, MOST)
    }
    assert bounded == {(mechanism, name) for mechanism, name, *_ in BOUNDS}
