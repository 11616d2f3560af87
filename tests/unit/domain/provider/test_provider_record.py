"""A provider's record refuses what no provider can be, wherever it comes from."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from mockserver.domain.input.errors import BadInput
from mockserver.domain.job.plan import Ticks
from mockserver.domain.provider.judging import Parameters
from mockserver.providers.kie import PROVIDER


def test_a_provider_needs_a_place_for_its_key() -> None:
    with pytest.raises(BadInput, match="at least one place where"):
        replace(PROVIDER, keys=())


@pytest.mark.parametrize(
    "ticks",
    [Ticks(1, 9.0, 90.2), Ticks(10, 90.2, 9.0), Ticks(10, -1.0, 9.0), Ticks(10, 9.0, 101.0)],
)
def test_progress_moves_in_two_ticks_or_more_that_rise(ticks: Ticks) -> None:
    with pytest.raises(BadInput, match="two or more, between"):
        replace(PROVIDER, ticks=ticks)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ({}, {"model", "prompt"}),
        ({"generate": Parameters(None)}, {"model", "prompt"}),
        ({"generate": Parameters(frozenset(("prompt", "model")))}, {"model", "prompt"}),
        ({"generate": Parameters(frozenset(("prompt", "ratio")))}, {"prompt"}),
    ],
)
def test_a_plain_order_has_no_model_if_the_call_takes_none(
    listed: dict[str, Parameters], names: set[str]
) -> None:
    judging = replace(PROVIDER.judging, parameters=listed)
    assert set(replace(PROVIDER, judging=judging).plain_order()) == names
