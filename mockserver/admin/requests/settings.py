"""The settings of a sandbox that can be set when it is created, or later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from mockserver.admin.requests.balance import merged_balances
from mockserver.admin.requests.dialect import merged_dialect
from mockserver.admin.requests.quota import quota_from
from mockserver.control.schemas import ID
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import MAX_SPAN_MS
from mockserver.domain.job.ids import KEY, ON_PURPOSE
from mockserver.domain.time.clock import MAX_RATE
from mockserver.engine.choices import choice_from, rule_from

if TYPE_CHECKING:
    from mockserver.control.requests import SettingsGiven
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.engine.core import Core

RESERVED_IDS = ("current", "import")  # words that stand where an id does


def checked_id(sandbox_id: str, field: str = "id") -> str:
    """An id that fits into a path. Raises BadInput."""
    if not re.fullmatch(ID, sandbox_id) or sandbox_id in RESERVED_IDS:
        reserved = " and ".join(map(repr, RESERVED_IDS))
        expected = f"1 to 64 letters, digits, - and _, other than {reserved}"
        raise BadInput(field, sandbox_id, expected)
    return sandbox_id


def checked_key(key: str, field: str) -> str:
    """A key that may choose a sandbox. Raises BadInput, which never shows the key."""
    if not re.fullmatch(KEY, key):
        raise BadInput(field, "…", "1 to 256 visible ASCII characters")
    if key.startswith(ON_PURPOSE):
        raise BadInput(field, "…", f"a key that does not begin with the reserved {ON_PURPOSE}")
    return key


def changes(given: SettingsGiven, sandbox: Sandbox, core: Core) -> dict[str, Any]:
    """The fields of a sandbox that change, checked. Raises BadInput."""
    found: dict[str, Any] = {}
    if given.seed is not UNSET:
        found["seed"] = checked_seed(given.seed)
    if given.speed is not UNSET:
        found["speed"] = checked_speed(given.speed)
    if given.scenario is not UNSET:
        found["scenario"] = choice_from(given.scenario, core, "scenario")
    if given.scenario_rules is not UNSET:
        found["scenario_rules"] = tuple(
            rule_from(rule, core, f"scenario_rules[{index}]")
            for index, rule in enumerate(given.scenario_rules)
        )
    if given.dialect is not UNSET:
        found["dialect"] = merged_dialect(sandbox.dialect, given.dialect, core.providers)
    if given.balances is not UNSET:
        found["balances_micros"] = merged_balances(
            sandbox.balances_micros, given.balances, core.providers, "balances"
        )
    if given.quotas is not UNSET:
        found["quotas"] = tuple(
            quota_from(quota, core, f"quotas[{index}]") for index, quota in enumerate(given.quotas)
        )
    if given.patience_ms is not UNSET:
        found["patience_ms"] = checked_patience_ms(given.patience_ms)
    found |= {
        name: value
        for name in ("webhook_key", "label")
        if (value := getattr(given, name)) is not UNSET
    }
    return found


def checked_seed(seed: str, field: str = "seed") -> str:
    if not seed or len(seed) > 256:
        raise BadInput(field, seed, "1 to 256 characters")
    return seed


def checked_patience_ms(patience_ms: int | None, field: str = "patience_ms") -> int | None:
    if patience_ms is not None and not 1 <= patience_ms <= MAX_SPAN_MS:
        raise BadInput(field, patience_ms, f"1 to {MAX_SPAN_MS}, or null for no end")
    return patience_ms


def checked_speed(speed: float, field: str = "speed") -> float:
    if not 0 < speed <= MAX_RATE:
        raise BadInput(field, speed, f"a number above 0, at most {MAX_RATE:g}")
    return speed
