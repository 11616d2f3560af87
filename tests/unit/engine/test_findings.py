"""Findings are judged beside the event loop: the server goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from threading import Event

from msgspec.structs import replace

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.finding.finding import Finding, Sighting
from mockserver.engine.findings import judged
from mockserver.engine.plugins import plugins_in

PATIENCE_S = 10.0


def test_the_loop_goes_on_while_a_finding_is_judged() -> None:
    went_on = Event()

    def look(evidence: Evidence) -> Iterable[Sighting]:
        assert went_on.wait(PATIENCE_S), "the loop stood still for as long as it was judged"
        return ()

    slow: Finding = replace(plugins_in(()).findings.all()[0], look=look)

    async def judge() -> None:
        asyncio.get_running_loop().call_later(0, went_on.set)
        await judged([slow], Evidence((), 0))

    asyncio.run(judge())
    assert went_on.is_set()
