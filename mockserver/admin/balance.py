"""Money: what a sandbox may spend at each provider, and what it has spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mockserver.admin.http.call import Ask, served
from mockserver.admin.requests.balance import merged_balances
from mockserver.control.operations import GET_BALANCE, SET_BALANCE
from mockserver.control.records import Balance
from mockserver.control.requests import BalancesGiven
from mockserver.domain.provider.command import MICROS

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider
    from mockserver.domain.sandbox.snapshot import Snapshot


def _one(provider: Provider, snapshot: Snapshot, now_ms: int) -> Balance:
    spent_micros = snapshot.books.ledger(provider.name).used_micros(now_ms)
    limit_micros = snapshot.sandbox.balances_micros.get(provider.name)
    return Balance(
        unit=provider.unit,
        limit=None if limit_micros is None else limit_micros / MICROS,
        left=None if limit_micros is None else (limit_micros - spent_micros) / MICROS,
        spent=spent_micros / MICROS,
        spent_usd=round(spent_micros / MICROS * provider.usd_per_unit, 6),
    )


def _shown(ask: Ask, snapshot: Snapshot) -> dict[str, Balance]:
    now_ms = ask.now_ms(snapshot.sandbox.clock)
    return {name: _one(p, snapshot, now_ms) for name, p in ask.core.providers.items()}


async def show(ask: Ask) -> dict[str, Balance]:
    """By provider: the limit, the rest of it, and what was spent. Paid refunds are deducted."""
    return _shown(ask, await ask.snapshot())


async def put(ask: Ask, given: BalancesGiven) -> dict[str, Balance]:
    """Sets limits in the providers' own units; null means no limit. Earlier spending counts."""
    sandbox = await ask.sandbox()
    providers = ask.core.providers
    await ask.change(
        sandbox.id,
        lambda present: replace(
            present, balances_micros=merged_balances(present.balances_micros, given, providers)
        ),
    )
    return _shown(ask, await ask.core.sandboxes.load(sandbox.id))


ROUTES = (served(GET_BALANCE, show), served(SET_BALANCE, put))
