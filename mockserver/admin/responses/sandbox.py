"""Sandboxes as control calls show them. Of a webhook key they say only that it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mockserver.admin.responses.time import clock_shown
from mockserver.control import parts
from mockserver.control.records import Choice, Sandbox, SandboxShown
from mockserver.domain.provider.command import MICROS
from mockserver.engine.sandboxes import OUTLASTED

if TYPE_CHECKING:
    from mockserver.domain.provider.quota import Quota
    from mockserver.domain.sandbox import sandbox as domain
    from mockserver.domain.scenario import scenario
    from mockserver.engine.core import Core


def choice_shown(choice: scenario.Choice) -> Choice:
    """A scenario with its options."""
    return Choice(choice.name, choice.options)


def choice_told(choice: scenario.Choice) -> parts.Choice:
    """The same as a part of something else."""
    return {"name": choice.name, "options": choice.options}


def rule_shown(rule: scenario.ScenarioRule) -> parts.ScenarioRule:
    """A scenario rule; `when` holds only what it names."""
    named = {name: getattr(rule.when, name) for name in rule.when.__struct_fields__}
    when = {name: value for name, value in named.items() if value is not None}
    shown: parts.ScenarioRule = {
        "scenario": choice_told(rule.scenario),
        "when": cast("parts.When", when),
    }
    return shown if rule.probability == 1 else {**shown, "probability": rule.probability}


def quota_shown(quota: Quota) -> parts.Quota:
    """A rate window; without operations it counts every submission."""
    return {
        "name": quota.name,
        "limit": quota.limit,
        "window_ms": quota.window_ms,
        "operations": sorted(quota.operations),
    }


async def sandbox_counted(core: Core, sandbox: domain.Sandbox) -> Sandbox:
    """The settings of a sandbox, its keys, and its numbers of tasks and connections."""
    counted = await core.store.counters(sandbox.id, OUTLASTED)
    return SandboxShown(
        id=sandbox.id,
        label=sandbox.label,
        seed=sandbox.seed,
        keys=list(await core.store.keys_of(sandbox.id)),
        opened_by_key=sandbox.opened_by_key,
        created_real_ms=sandbox.created_real_ms,
        clock=clock_shown(sandbox.clock, core.system.real_ms()),
        speed=sandbox.speed,
        scenario=choice_shown(sandbox.scenario),
        scenario_rules=[rule_shown(rule) for rule in sandbox.scenario_rules],
        dialect=dict(sandbox.dialect),
        balances={name: m / MICROS for name, m in sandbox.balances_micros.items()},
        quotas=[quota_shown(quota) for quota in sandbox.quotas],
        has_webhook_key=bool(sandbox.webhook_key),
        patience_ms=sandbox.patience_ms,
        tasks=await core.store.task_count(sandbox.id),
        outlasted=counted.get(OUTLASTED, 0),
    )
