"""What a command called, and what it would have cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.control import Balance, Control, Entry


def bill(control: Control) -> str:
    """The calls of the client's sandbox by operation, and its spending by provider."""
    calls = list(control.entries(kind="exchange"))
    spent = {name: b for name, b in control.balance().items() if b.spent}
    return "\n".join([*_called(calls), *_cost(spent)])


def price(balance: Balance) -> str:
    """What was spent, in the provider's unit and, where that is not USD, in USD too."""
    usd = "" if balance.unit == "USD" else f" (${balance.spent_usd:g})"
    return f"{balance.spent:g} {balance.unit}{usd}"


def _called(calls: list[Entry]) -> Iterator[str]:
    yield f"Reelmock was called {len(calls)} times" + (":" if calls else ".")
    grouped: dict[tuple[str, str], list[int]] = {}
    for call in calls:
        grouped.setdefault((call.provider or "media", call.operation), []).append(call.status)
    for (provider, operation), statuses in grouped.items():
        seen = " ".join(f"{s}x{statuses.count(s)}" for s in dict.fromkeys(statuses))
        yield f"  {provider:9} {operation:14} {len(statuses):4}   {seen}"


def _cost(spent: dict[str, Balance]) -> Iterator[str]:
    yield "It would have cost" + (":" if spent else " nothing.")
    for provider, balance in spent.items():
        yield f"  {provider:9} {price(balance)}"
