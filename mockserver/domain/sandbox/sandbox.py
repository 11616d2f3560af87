"""One tenant: all its settings, and the books that each submission changes."""

from __future__ import annotations

from msgspec import Struct, field

from mockserver.domain.fault.rule import FaultRule
from mockserver.domain.money.ledger import EMPTY, Ledger
from mockserver.domain.provider.quota import Hits, Quota
from mockserver.domain.scenario.scenario import Choice, ScenarioRule
from mockserver.domain.time.clock import ClockState

SUCCEED = Choice("succeed")


class Sandbox(Struct, frozen=True, gc=False):
    """The settings of a tenant. `balances_micros` holds limits; a provider without one is unlimited.

    `speed` divides the time that the provider's machines take; it is not the clock's rate.
    """

    id: str
    seed: str
    clock: ClockState
    speed: float = 1.0
    scenario: Choice = SUCCEED
    scenario_rules: tuple[ScenarioRule, ...] = ()
    dialect: dict[str, dict[str, str]] = field(default_factory=dict)
    balances_micros: dict[str, int] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    rules: tuple[FaultRule, ...] = ()
    webhook_key: str = ""
    created_real_ms: int = 0
    began_ms: int = 0  # virtual
    opened_by_key: bool = False
    label: str = ""
    patience_ms: int | None = None  # real: how long faults may hold one connection; None: no end


class Books(Struct, frozen=True, gc=False):
    """What submissions count: the ordinal of the last task, money, and calls per limit.

    `once` has the task and the fingerprint of each idempotency key, the newest last. `turns` counts
    the jobs that take turns, by their name.
    """

    ordinal: int = 0
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    hits: dict[str, Hits] = field(default_factory=dict)
    once: dict[str, tuple[str, str]] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)

    def ledger(self, provider: str) -> Ledger:
        """The provider's ledger, empty at first."""
        return self.ledgers.get(provider, EMPTY)
