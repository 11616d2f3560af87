"""Scenarios as people choose them, before anything is checked but the shape."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Struct, field

from mockserver.domain.input.said import said
from mockserver.domain.scenario.scenario import When


class ChoiceGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A scenario by name, with its options."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


class ScenarioRuleGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The scenario for the submissions that `when` matches."""

    scenario: str | ChoiceGiven
    when: When = When()
    probability: Annotated[float, said(minimum=0, maximum=1)] = 1.0
