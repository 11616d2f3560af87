"""Gathers what a sandbox has seen of its client, and lets the findings judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.evidence import ClientRun, Evidence
from mockserver.domain.finding import Finding, Report, examine
from mockserver.engine.registry import Registry
from mockserver.engine.walk import all_entries, all_tasks

if TYPE_CHECKING:
    from mockserver.engine.core import Core

FINDINGS: Registry[Finding] = Registry("mockserver.findings", "FINDING")


async def evidence(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Evidence:
    """Everything that is known of the sandbox's client. Raises Missing.

    `over` says that the client makes no further call; `client` how it ended, in a campaign.
    """
    snapshot = await core.sandboxes.load(sandbox_id)
    clock = snapshot.sandbox.clock
    return Evidence(
        entries=tuple([entry async for entry in all_entries(core.store, sandbox_id)]),
        now_ms=clock.at(core.system.real_ms()),
        deliveries=await core.store.deliveries(sandbox_id),
        tasks=tuple([task async for task in all_tasks(core.store, sandbox_id)]),
        clock=clock.mode,
        rate=clock.rate or 1.0,
        speed=snapshot.sandbox.speed,
        polls={name: provider.poll for name, provider in core.providers.items()},
        over=over,
        client=client,
    )


async def report(
    core: Core, sandbox_id: str, *, over: bool = False, client: ClientRun | None = None
) -> Report:
    """What every finding says about the sandbox's client. Raises Missing."""
    return examine(FINDINGS.all(), await evidence(core, sandbox_id, over=over, client=client))
