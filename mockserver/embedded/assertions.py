"""Assertions that explain: each says what was expected, what was seen, and where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import BadInput, nearest

if TYPE_CHECKING:
    from mockserver.control import Balance, Entry, Found, Task
    from mockserver.control.parts import Provider
    from mockserver.domain.finding.ignoring import Sifted

OTHER = ("download", "callback")  # operations that are in no provider's table


def spent(
    balances: Mapping[str, Balance], tasks: Sequence[Task], most: float, provider: str | None
) -> None:
    """Raises AssertionError if more than `most` was spent, with every job and its price."""
    __tracebackhide__ = True
    if provider is None:
        total, unit = sum(balance.spent_usd for balance in balances.values()), "USD"
    elif provider in balances:
        total, unit = balances[provider].spent, balances[provider].unit
    else:
        known = f"one of: {', '.join(balances)}{nearest(provider, balances)}"
        raise BadInput("provider", provider, known)
    if total > most + 1e-9:
        jobs = [
            f"  {task.provider} {task.id}: {task.price:g} {task.unit}, {task.phase}"
            for task in tasks
            if provider in (None, task.provider)
        ]
        raise AssertionError(
            "\n".join([f"spent {total:g} {unit}, expected at most {most:g}", *jobs])
        )


def called(
    journal: Iterable[Entry], providers: Sequence[Provider], operation: str, times: int | None
) -> None:
    """Raises AssertionError unless an operation was called, with every call that was made."""
    __tracebackhide__ = True
    _check_operation(operation, providers)
    calls = [entry for entry in journal if entry.kind == "exchange"]
    made = Counter(f"{entry.provider}.{entry.operation}" for entry in calls)
    count = made[operation]
    if (count == times) if times is not None else count:
        return
    expected = "at least once" if times is None else counted(times, "time")
    seen = [f"  {name}: {count}" for name, count in sorted(made.items())]
    raise AssertionError(
        "\n".join(
            [
                f"{operation} was called {counted(count, 'time')}, expected {expected}; calls made:",
                *(seen or ["no call reached this sandbox: check base URL and key"]),
            ]
        )
    )


def _check_operation(operation: str, providers: Sequence[Provider]) -> None:
    """Raises BadInput for a name that no call can have."""
    known = [
        f"{provider['name']}.{name}"
        for provider in providers
        for name in (*(each["name"] for each in provider["operations"]), *OTHER)
    ]
    if operation not in known:
        raise BadInput(
            "operation", operation, f"one of: {', '.join(known)}{nearest(operation, known)}"
        )


def was_used(journal: Iterable[Entry]) -> None:
    """Raises AssertionError if no call was made, because then there is nothing to judge."""
    __tracebackhide__ = True
    if not any(entry.kind == "exchange" for entry in journal):
        raise AssertionError(
            "no call reached this sandbox, so there is nothing to judge: check base URL and key"
        )


def no_findings(sifted: Sifted[Found]) -> None:
    """Raises AssertionError for every finding that counts, with how to correct it."""
    __tracebackhide__ = True
    left = sifted.kept
    if not left:
        return
    lines = [f"the client did {counted(len(left), 'thing')} wrong:"]
    for found in left:
        lines += [
            f"  {found.severity}: {found.name}: {found.told}",
            f"    why:  {found.why}",
            f"    correct: {found.mend}",
        ]
    lines += [f"  {note}" for note in sifted.notes]
    raise AssertionError("\n".join(lines))
