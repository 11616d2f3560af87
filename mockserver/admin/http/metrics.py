"""`/_mock/metrics`: what the server has done, for Prometheus."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from starlette.responses import Response

from mockserver.admin.http.guard import Denied
from mockserver.admin.http.serve import Desk, refusal
from mockserver.domain.input.errors import NotInstalled
from mockserver.engine.census import Census
from mockserver.engine.notifier import Waiter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric
    from starlette.requests import Request

    from mockserver.engine.core import Core
    from mockserver.stores.metered import Tallies
    from mockserver.web.player import Player

PATH = "/_mock/metrics"


class Metrics:
    """The endpoint; counts are gathered on request."""

    def __init__(
        self, core: Core, player: Player, desk: Desk, tallies: Tallies | None, *, is_open: bool
    ) -> None:
        self._core = core
        self._player = player
        self._desk = desk
        self._tallies = tallies
        self._is_open = is_open
        self._census = Census(core.store, core.system)

    async def serve(self, request: Request) -> Response:
        """The exposition, or a problem document."""
        try:
            if not self._is_open:
                self._desk.let_in(request)
        except Denied as denied:
            return refusal(denied.status, str(denied))
        if self._tallies is None:
            return refusal(404, "metrics are off; start the server with --metrics")
        tasks, dropped = await self._gathered()
        from prometheus_client import generate_latest
        from prometheus_client.registry import CollectorRegistry

        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Snapshot(list(self._families(self._tallies, tasks, dropped))))
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")

    async def _gathered(self) -> tuple[Counter[tuple[str, str]], int]:
        """Current tasks by provider and phase, and the entries that journals have dropped."""
        store = self._core.store
        tasks: Counter[tuple[str, str]] = Counter()
        dropped = 0
        sandbox_ids = await store.sandbox_ids()
        for sandbox_id in sandbox_ids:
            tasks.update(await self._census.of(sandbox_id))
            dropped += (await store.journal(sandbox_id, 0, 0)).dropped
            await Waiter().rest(0)
        self._census.forget_others(sandbox_ids)
        return tasks, dropped

    def _families(
        self, tallies: Tallies, tasks: Counter[tuple[str, str]], dropped: int
    ) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        requests = CounterMetricFamily(
            "reelmock_requests",
            "Provider calls by the status that left; none: no reply left.",
            labels=["provider", "operation", "status"],
        )
        for labels, count in sorted(tallies.requests.items()):
            requests.add_metric(labels, count)
        callbacks = CounterMetricFamily(
            "reelmock_callbacks", "Callback attempts.", labels=["provider", "state"]
        )
        for pair, count in sorted(tallies.callbacks.items()):
            callbacks.add_metric(pair, count)
        phases = GaugeMetricFamily("reelmock_tasks", "Tasks kept.", labels=["provider", "phase"])
        for pair, count in sorted(tasks.items()):
            phases.add_metric(pair, count)
        yield from (requests, callbacks, phases)
        for counts, name, told in (
            (tallies.faults_applied, "applied", "Faults that changed a reply or a callback."),
            (tallies.faults_struck, "struck", "Faults that showed on the wire."),
            (tallies.faults_applied, "fired", "The same as applied: the name until 0.2."),
        ):
            faults = CounterMetricFamily(f"reelmock_faults_{name}", told, labels=["fault"])
            for fault, count in sorted(counts.items()):
                faults.add_metric([fault], count)
            yield faults
        yield GaugeMetricFamily(
            "reelmock_streams_open", "Replies under way.", value=self._player.streams_open
        )
        yield CounterMetricFamily(
            "reelmock_journal_dropped", "Journal entries let go.", value=dropped
        )
        yield from _store_families(tallies)


def _store_families(tallies: Tallies) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily

    calls = CounterMetricFamily("reelmock_store_calls", "Calls of the store.", labels=["method"])
    spent = CounterMetricFamily(
        "reelmock_store_seconds", "Time spent in calls of the store.", labels=["method"]
    )
    for name, count in sorted(tallies.store_calls.items()):
        calls.add_metric([name], count)
        spent.add_metric([name], tallies.store_ns[name] / 1e9)
    yield from (calls, spent)


class _Snapshot:
    """A collector of metric families that were gathered before."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def check_installed() -> None:
    """Raises NotInstalled where the package is missing."""
    try:
        import prometheus_client  # noqa: F401
    except ImportError:
        raise NotInstalled("metrics", True, "prometheus-client") from None
