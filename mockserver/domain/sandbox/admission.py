"""Whether a call is allowed: rate windows, running jobs, money. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.input.errors import Refusal
from mockserver.domain.money.ledger import EMPTY
from mockserver.domain.provider.quota import recent, wait_ms

if TYPE_CHECKING:
    from mockserver.domain.fault.submission_overrides import Overrides
    from mockserver.domain.money.ledger import Ledger
    from mockserver.domain.provider.quota import Hits, Quota
    from mockserver.domain.sandbox.caller import Caller
    from mockserver.domain.sandbox.sandbox import Books, Sandbox

AllHits = dict[str, "Hits"]


def limits(sandbox: Sandbox, caller: Caller, terms: Overrides) -> list[Quota]:
    """The quotas that count a call."""
    quotas = caller.provider.quotas + sandbox.quotas + terms.quotas
    return [
        quota
        for quota in quotas
        if quota.counts(caller.operation) and quota.holds_in(caller.dialect)
    ]


def admit(quotas: list[Quota], books: Books, caller: Caller, task_id: str) -> AllHits:
    """The hits with this call counted. Raises Refusal when a limit is reached.

    `task_id` is the task that the call is about; empty if it is about no task.
    """
    counted = books.hits
    for quota in quotas:
        name = quota.bucket(caller.key, task_id)
        if not name:
            continue
        hits = counted.get(name, ())
        pause_ms = wait_ms(hits, caller.now, quota, caller.in_either)
        if pause_ms:
            raise Refusal(
                "rate_limited",
                f"quota {quota.name}: more than {quota.rule}",
                retry_after_ms=pause_ms,
            )
        if not quota.concurrent:
            still = recent(hits, caller.now, quota, caller.in_either)
            counted = {**_remembered(counted, quota, caller), name: (*still, caller.now)}
    return counted


def _remembered(counted: AllHits, quota: Quota, caller: Caller) -> AllHits:
    """The hits without those of tasks that nobody has asked for in a window's time."""
    if quota.per != "task":
        return counted
    stem = quota.bucket("", " ").rstrip()
    return {
        name: hits
        for name, hits in counted.items()
        if not name.startswith(stem) or recent(hits, caller.now, quota, caller.in_either)
    }


def admit_read(
    sandbox: Sandbox, books: Books, caller: Caller, terms: Overrides, task_id: str
) -> AllHits | None:
    """The same for a call that submits nothing: only quotas that name its operation count.

    None if there is no such quota. Raises Refusal.
    """
    found = limits(sandbox, caller, terms)
    named = [quota for quota in found if quota.operations and not quota.concurrent]
    return admit(named, books, caller, task_id) if named else None


def occupied(
    quotas: list[Quota], caller: Caller, counted: AllHits, until_ms: int, task_id: str
) -> AllHits:
    """The hits, with a job counted that runs until the virtual time `until_ms`."""
    ends = caller.now.later(until_ms - caller.now_ms)
    for quota in quotas:
        name = quota.bucket(caller.key, task_id)
        if quota.concurrent and name:
            still = recent(counted.get(name, ()), caller.now, quota, caller.in_either)
            counted = {**counted, name: (*still, ends)}
    return counted


def charged(
    books: Books,
    sandbox: Sandbox,
    caller: Caller,
    terms: Overrides,
    micros: int,
    refund_ms: int | None = None,
) -> dict[str, Ledger]:
    """The ledgers after a charge. Raises Refusal if the balance is too low."""
    name, ledgers = caller.provider.name, books.ledgers
    ledger = ledgers.get(name, EMPTY)
    limit = sandbox.balances_micros.get(name)
    left = None if limit is None else limit - ledger.used_micros(caller.now_ms)
    if terms.left_micros is not None:
        left = terms.left_micros if left is None else min(left, terms.left_micros)
    if left is not None and micros > left:
        raise Refusal(
            "insufficient_balance",
            f"balance: {left / 1e6:g} {caller.provider.unit} left, {micros / 1e6:g} needed",
        )
    charge = ledger.charge(micros, caller.now_ms, refund_ms, terms.refund_delay_ms, terms.refund_by)
    return {**ledgers, name: charge}
