"""What a command called, what it would have cost, and how it coped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mockserver.cli.terminal.live import status
from mockserver.domain.input.counted import counted
from mockserver.domain.input.no_proxy import NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.control import Balance, Control, Entry


def bill(control: Control, calls: Sequence[Entry]) -> str:
    """The calls of the client's sandbox by operation, its spending by provider, and what still runs."""
    spent = {name: b for name, b in control.balance().items() if b.spent}
    running = sum(task.phase in ("queued", "running") for task in control.tasks())
    return "\n".join([*_called(calls), *_cost(spent), *_running(running)])


def unused(control: Control, exported: Mapping[str, str]) -> str:
    """What to tell the user if a command made no call with its key: where it should have looked."""
    if any(sandbox.opened_by_key for sandbox in control.sandboxes()):
        begins = "The program called Reelmock with another key than the one it was given."
    else:
        begins = "The program did not use Reelmock: no call came with its key."
    names = ", ".join(name for name in exported if name not in NAMES)
    return (
        f"{begins} A program finds base URLs and keys in its environment: {names}. "
        "If it reads other names, set them with --env NAME={kie} or NAME={key}."
    )


def coped(control: Control, config: Path, exit_code: int) -> str:
    """Two lines: how many things went wrong and which was the worst, and what to do.

    Raises BadInput.
    """
    from mockserver.cli.terminal.judged import judged

    seen = judged(control, control.findings(over=True, exit_code=exit_code), config)
    aside = sum(one.count for one in seen.aside)
    told = [counted(seen.counts["error"], "error"), counted(seen.counts["warning"], "warning")]
    if aside:
        told.append(f"{aside} that {'does' if aside == 1 else 'do'} not count")
    if seen.not_judged:
        told.append(f"{len(seen.not_judged)} not judged ({', '.join(sorted(seen.not_judged))})")
    ended = f"exit code {exit_code}, " if exit_code else ""
    begins = f"How it coped: {ended}{', '.join(told)}"
    if not seen.found:
        return f"{begins}\nTo see how it copes when things go wrong: reelmock campaign -- CMD"
    worst = seen.found[0]
    return f"{begins}; {worst.name}: {worst.told}\nHow to correct it: {worst.mend}"


def price(balance: Balance) -> str:
    """What was spent, in the provider's unit, and also in USD if the unit is another one."""
    usd = "" if balance.unit == "USD" else f" (${balance.spent_usd:g})"
    return f"{balance.spent:g} {balance.unit}{usd}"


def _called(calls: Sequence[Entry]) -> Iterator[str]:
    yield f"Reelmock was called {counted(len(calls), 'time')}:"
    grouped: dict[tuple[str, str], list[str]] = {}
    for call in calls:
        grouped.setdefault((call.provider or "media", call.operation), []).append(status(call))
    for (provider, operation), statuses in grouped.items():
        seen = ", ".join(f"{s} x{statuses.count(s)}" for s in dict.fromkeys(statuses))
        yield f"  {provider:9} {operation:14} {len(statuses):4}   {seen}"


def _cost(spent: dict[str, Balance]) -> Iterator[str]:
    yield "It would have cost" + (":" if spent else " nothing.")
    for provider, balance in spent.items():
        yield f"  {provider:9} {price(balance)}"


def _running(jobs: int) -> Iterator[str]:
    if jobs:
        yield f"{counted(jobs, 'job')} {'has' if jobs == 1 else 'have'} not ended yet."
