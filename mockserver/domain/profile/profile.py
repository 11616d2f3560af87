"""A profile: scenarios and fault rules that belong together, under one name."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.fault.rule import FaultRule, settled
from mockserver.domain.sandbox.sandbox import Sandbox
from mockserver.domain.scenario.scenario import Choice, ScenarioRule
from mockserver.domain.time.clock import Instant


class Profile(Struct, frozen=True):
    """What a profile sets; if `scenario` is None, the sandbox keeps its own."""

    name: str
    summary: str
    scenario: Choice | None = None
    scenario_rules: tuple[ScenarioRule, ...] = ()
    faults: tuple[FaultRule, ...] = ()


def dressed(profile: Profile, sandbox: Sandbox, now: Instant) -> Sandbox:
    """A new sandbox with a profile; its rules count apart from rules that are added later."""
    rules = tuple(
        replace(settled(rule, now), id=rule.id or f"{profile.name}-{number}", serial=-number)
        for number, rule in enumerate(profile.faults, 1)
    )
    return replace(
        sandbox,
        scenario=profile.scenario or sandbox.scenario,
        scenario_rules=profile.scenario_rules,
        rules=rules,
    )
