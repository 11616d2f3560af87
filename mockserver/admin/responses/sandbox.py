"""Sandboxes as control calls show them; a webhook key is only said to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.admin.responses.time import clock_shown
from mockserver.domain.provider.command import MICROS
from mockserver.engine.sandboxes import OUTLASTED

if TYPE_CHECKING:
    from mockserver.domain.provider.quota import Quota
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.scenario.scenario import Choice, ScenarioRule
    from mockserver.engine.core import Core


def choice_shown(choice: Choice) -> dict[str, Any]:
    """A scenario with its options."""
    return {"name": choice.name, "options": choice.options}


def rule_shown(rule: ScenarioRule) -> dict[str, Any]:
    """A scenario rule; `when` holds only what it names."""
    named = {name: getattr(rule.when, name) for name in rule.when.__struct_fields__}
    return {
        "scenario": choice_shown(rule.scenario),
        "when": {name: value for name, value in named.items() if value is not None},
        **({"probability": rule.probability} if rule.probability < 1 else {}),
    }


def quota_shown(quota: Quota) -> dict[str, Any]:
    """A rate window; without operations it counts every submission."""
    return {
        "name": quota.name,
        "limit": quota.limit,
        "window_ms": quota.window_ms,
        "operations": sorted(quota.operations),
    }


def sandbox_shown(sandbox: Sandbox, keys: tuple[str, ...], real_ms: int) -> dict[str, Any]:
    """What is set for a sandbox; `keys` are hashes."""
    return {
        "id": sandbox.id,
        "label": sandbox.label,
        "seed": sandbox.seed,
        "keys": keys,
        "opened_by_key": sandbox.opened_by_key,
        "created_real_ms": sandbox.created_real_ms,
        "clock": clock_shown(sandbox.clock, real_ms),
        "speed": sandbox.speed,
        "scenario": choice_shown(sandbox.scenario),
        "scenario_rules": [rule_shown(rule) for rule in sandbox.scenario_rules],
        "dialect": sandbox.dialect,
        "balances": {name: m / MICROS for name, m in sandbox.balances_micros.items()},
        "quotas": [quota_shown(quota) for quota in sandbox.quotas],
        "has_webhook_key": bool(sandbox.webhook_key),
        "patience_ms": sandbox.patience_ms,
    }


async def sandbox_counted(core: Core, sandbox: Sandbox) -> dict[str, Any]:
    """The same with its keys, and how many tasks and connections there were."""
    keys = await core.store.keys_of(sandbox.id)
    counted = await core.store.counters(sandbox.id, OUTLASTED)
    return {
        **sandbox_shown(sandbox, keys, core.system.real_ms()),
        "tasks": await core.store.task_count(sandbox.id),
        "outlasted": counted.get(OUTLASTED, 0),
    }
