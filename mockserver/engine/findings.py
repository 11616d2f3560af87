"""Gathers what a sandbox has seen of its client, and lets the findings judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.finding.finding import Report, examine
from mockserver.domain.journal.journal import Contact, as_sent
from mockserver.engine.paging import all_entries, all_tasks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.core import Core


async def evidence(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Evidence:
    """Everything that is known of the sandbox's client. Raises Missing.

    `over` says that the client makes no further call; `client` how it ended, in a campaign.
    """
    await core.reports.settled(sandbox_id)
    snapshot = await core.sandboxes.load(sandbox_id)
    clock = snapshot.sandbox.clock
    entries = as_sent([entry async for entry in all_entries(core.store, sandbox_id)])
    return Evidence(
        entries=entries,
        now_ms=clock.at(core.system.real_ms()),
        deliveries=await core.store.deliveries(sandbox_id),
        tasks=tuple([task async for task in all_tasks(core.store, sandbox_id)]),
        clock=clock.mode,
        rate=clock.rate or 1.0,
        speed=snapshot.sandbox.speed,
        providers=core.providers,
        harmless=_harmless(core, entries),
        over=over,
        client=client,
    )


def _harmless(core: Core, entries: Iterable[Entry]) -> frozenset[str]:
    """Those of the faults that struck after which a reply still says all."""
    contacts = (entry for entry in entries if isinstance(entry, Contact))
    struck = {fault.fault for entry in contacts for fault in entry.faults if fault.struck}
    known = core.faults.armoury.catalogue
    return frozenset(name for name in struck if known.get(name).says_all)


async def report(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Report:
    """What every finding says about the sandbox's client. Raises Missing."""
    return examine(
        core.plugins.findings.all(), await evidence(core, sandbox_id, over=over, client=client)
    )
