"""What a control call changed in a sandbox, in words for the journal. A webhook key is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import json

from mockserver.domain.provider.command import MICROS

if TYPE_CHECKING:
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.scenario.scenario import Choice


def changes_told(before: Sandbox, after: Sandbox) -> tuple[str, ...]:
    """One phrase for each changed setting, in the order of the record's fields."""
    told = {
        "seed": f"seed {after.seed}",
        "speed": f"speed {after.speed:g}",
        "scenario": f"scenario {_choice(after.scenario)}",
        "scenario_rules": _listed(
            "scenario rules", [r.scenario.name for r in after.scenario_rules]
        ),
        "dialect": f"dialect {json.encode(after.dialect).decode()}",
        "balances_micros": _listed(
            "balances", [f"{name} {m / MICROS:g}" for name, m in after.balances_micros.items()]
        ),
        "quotas": _listed("quotas", [quota.name for quota in after.quotas]),
        "rules": _listed("fault rules", [rule.fault for rule in after.rules]),
        "webhook_key": "a webhook key" if after.webhook_key else "no webhook key",
        "label": f"label {after.label}",
        "patience_ms": "no end of patience"
        if after.patience_ms is None
        else f"patience {after.patience_ms} ms",
    }
    return tuple(
        text for name, text in told.items() if getattr(before, name) != getattr(after, name)
    )


def _choice(choice: Choice) -> str:
    return " ".join([choice.name, *(f"{name}={value}" for name, value in choice.options.items())])


def _listed(what: str, names: list[str]) -> str:
    return f"{what}: {', '.join(names)}" if names else f"no {what}"
