"""Profiles as people write them, before anything is checked but the shape."""

from __future__ import annotations

from msgspec import Struct

from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.scenario.given import ChoiceGiven, ScenarioRuleGiven


class ProfileGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Scenarios and fault rules that belong together.

    `scenario` is what becomes of a task where no rule of `scenario_rules` matches; `faults` strike
    in their order. Moments (`from`, `until`) given as spans count from when the profile is set.
    """

    summary: str = ""
    scenario: str | ChoiceGiven | None = None
    scenario_rules: tuple[ScenarioRuleGiven, ...] = ()
    faults: tuple[FaultRule, ...] = ()
