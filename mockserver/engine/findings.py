"""Collects what a sandbox has seen of its client, and lets the findings judge it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.finding.finding import Finding, Report, examine
from mockserver.domain.journal.journal import Contact
from mockserver.engine.paging import entries_as_sent, let_go, ordered_deliveries, task_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mockserver.domain.journal.journal import Entry
    from mockserver.engine.core import Core

T = TypeVar("T")
_JUDGE = ThreadPoolExecutor(1, "findings")


async def evidence(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Evidence:
    """Everything that is known of the sandbox's client. Raises Missing.

    `over` says that the client makes no more calls; `client` says how it ended, if that is known.
    """
    await core.reports.settled(sandbox_id)
    snapshot = await core.sandboxes.load(sandbox_id)
    clock = snapshot.sandbox.clock
    entries = tuple(await entries_as_sent(core.store, sandbox_id))
    return Evidence(
        entries=entries,
        now_ms=clock.at(core.system.real_ms()),
        deliveries=await _joined(await ordered_deliveries(core.store, sandbox_id)),
        tasks=await _joined([page async for page in task_pages(core.store, sandbox_id)]),
        clock=clock.mode,
        rate=clock.rate or 1.0,
        speed=snapshot.sandbox.speed,
        providers=core.providers,
        harmless=_harmless(core, entries),
        over=over,
        client=client,
    )


def _harmless(core: Core, entries: Iterable[Entry]) -> frozenset[str]:
    """The faults that struck but left everything that the reply says."""
    contacts = (entry for entry in entries if isinstance(entry, Contact))
    struck = {fault.fault for entry in contacts for fault in entry.faults if fault.struck}
    known = core.faults.rule_compiler.catalogue
    return frozenset(name for name in struck if known.get(name).says_all)


async def report(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Report:
    """What every finding says about the sandbox's client. Raises Missing."""
    return await judged(
        core.plugins.findings.all(), await evidence(core, sandbox_id, over=over, client=client)
    )


async def judged(findings: Iterable[Finding], seen: Evidence) -> Report:
    """What some findings say. This is pure but may take seconds, so a thread does it, one at a time."""
    return await _beside(partial(examine, findings, seen))


async def _joined(pages: list[tuple[T, ...]]) -> tuple[T, ...]:
    return await _beside(lambda: tuple(chain.from_iterable(let_go(pages))))


async def _beside(work: Callable[[], T]) -> T:
    """What a thread of ours makes of it while the loop goes on."""
    return await asyncio.get_running_loop().run_in_executor(_JUDGE, work)
