"""The catalogue of scenarios."""

from __future__ import annotations

from msgspec import convert

from mockserver.admin.http.call import Ask, served
from mockserver.control.operations import LIST_SCENARIOS
from mockserver.control.records import Scenario, Scenarios


async def catalogue(ask: Ask) -> Scenarios:
    """Every scenario with its options; `breaks` names the law of the life cycle that it breaks."""
    return Scenarios(convert(ask.core.scenarios.all(), list[Scenario], from_attributes=True))


ROUTES = (served(LIST_SCENARIOS, catalogue),)
