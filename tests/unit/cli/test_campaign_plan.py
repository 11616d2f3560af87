"""Which cases a campaign has, and what is said where there are none."""

from __future__ import annotations

import pytest

from mockserver.cli.campaigns.plan import asked_for
from mockserver.domain.input.errors import BadInput


@pytest.mark.parametrize(
    ("faults", "wanted"),
    [((), "any fault at callback"), (("latency", "redirect"), "latency, redirect at callback")],
)
def test_a_phase_at_which_nothing_strikes_is_named_with_the_faults(
    faults: tuple[str, ...], wanted: str
) -> None:
    with pytest.raises(BadInput, match="a phase at which one of these faults strikes") as found:
        asked_for(faults, ["callback"], (), "apiyi", 1)
    assert wanted in str(found.value)


def test_cases_come_in_the_order_in_which_they_are_named() -> None:
    names = ["latency@poll", "http_error@create"]
    assert [case.name for case in asked_for((), (), names, None, 1)] == names
