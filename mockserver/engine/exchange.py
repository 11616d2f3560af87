"""One exchange from request to reply: decode, decide, encode, commit, journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.domain.errors import Refusal
from mockserver.domain.journal import BODY_CAP_BYTES, Entry, redacted, redacted_query
from mockserver.domain.provider import Context, Inbound, Operation, Provider
from mockserver.domain.reply import Reply, header_text, with_headers
from mockserver.engine.decide import Decision, decide, task_named
from mockserver.engine.tasks import Caller

if TYPE_CHECKING:
    from mockserver.domain.scenario import Scenario
    from mockserver.engine.bell import Bell
    from mockserver.engine.ports import Snapshot, Store, System
    from mockserver.engine.registry import Registry

TRIM_EVERY = 1000
MAX_TASKS = 200_000


class Call(Struct, frozen=True, gc=False):
    """A request that has found its provider, operation and sandbox."""

    provider: Provider
    operation: Operation
    inbound: Inbound
    sandbox_id: str
    key: str
    base_url: str


class Exchange:
    """Serves the calls of all providers."""

    def __init__(
        self, store: Store, system: System, bell: Bell, scenarios: Registry[Scenario]
    ) -> None:
        self._store = store
        self._system = system
        self._bell = bell
        self._scenarios = scenarios
        self.trimmed = 0

    async def handle(self, call: Call) -> tuple[int, Reply]:
        """The number of the journal entry and the reply; a refusal comes in the provider's envelope."""
        real_ms = self._system.real_ms()
        while True:
            snapshot = await self._snapshot(call)
            context = self._context(call, snapshot, real_ms)
            decision: Decision | None = None
            reason = ""
            try:
                snapshot, decision = await self._decide(call, snapshot, context, real_ms)
                reply = call.operation.encode(decision.outcome, call.inbound, context)
            except Refusal as refusal:
                reply, reason = refused(call.provider, refusal, context), refusal.reason
            changes = decision.changes if decision else None
            if changes is None:
                break
            if await self._store.commit(call.sandbox_id, snapshot.version, changes):
                if changes.deliveries or changes.sandbox:
                    self._bell.ring(call.sandbox_id)
                if changes.books and changes.books.ordinal % TRIM_EVERY == 0:
                    self.trimmed += await self._store.trim(
                        call.sandbox_id, context.now_ms, MAX_TASKS
                    )
                break
        seq = await self._store.record(
            call.sandbox_id, _entry(call, context, reply, decision, reason, real_ms)
        )
        return seq, reply

    async def _snapshot(self, call: Call, task_id: str | None = None) -> Snapshot:
        snapshot = await self._store.load(call.sandbox_id, task_id)
        if snapshot is None:  # deleted since the key was looked up: the next request opens it anew
            raise SandboxGone(call.sandbox_id)
        return snapshot

    def _context(self, call: Call, snapshot: Snapshot, real_ms: int) -> Context:
        sandbox = snapshot.sandbox
        return Context(
            now_ms=sandbox.clock.at(real_ms),
            sandbox_id=sandbox.id,
            seed=sandbox.seed,
            clock=sandbox.clock,
            dialect=call.provider.dialect_with(sandbox.dialect.get(call.provider.name)),
            base_url=call.base_url,
            webhook_key=sandbox.webhook_key,
            speed=sandbox.speed,
            request=call.inbound,
        )

    async def _decide(
        self, call: Call, snapshot: Snapshot, context: Context, real_ms: int
    ) -> tuple[Snapshot, Decision]:
        command = call.operation.decode(call.inbound, context)
        task_id = task_named(command)
        if task_id is not None:
            snapshot = await self._snapshot(call, task_id)
        caller = Caller(
            call.provider,
            call.operation.name,
            call.key,
            call.base_url,
            context.now_ms,
            context.dialect,
        )
        return snapshot, decide(snapshot, caller, command, self._scenarios, real_ms)


class SandboxGone(Exception):
    """The sandbox was deleted in the middle of an exchange."""


def refused(provider: Provider, refusal: Refusal, context: Context) -> Reply:
    """A refusal in the provider's envelope, with our reason in `X-Mock-Reason`."""
    reply = provider.refuse(refusal, context)
    headers = [(b"x-mock-reason", header_text(refusal.reason))]
    if refusal.retry_after_ms is not None:
        headers.append((b"retry-after", context.retry_after(refusal.retry_after_ms)))
    return with_headers(reply, *headers)


def _entry(
    call: Call,
    context: Context,
    reply: Reply,
    decision: Decision | None,
    reason: str,
    real_ms: int,
) -> Entry:
    inbound = call.inbound
    body = reply.body if isinstance(reply.body, bytes) else b""
    task = decision.task if decision else None
    return Entry(
        "exchange",
        real_ms,
        context.now_ms,
        0,
        call.provider.name,
        call.operation.name,
        call.operation.call_phase,
        inbound.method,
        inbound.path,
        redacted_query(inbound.query_string, inbound.headers),
        call.key,
        task.model if task else "",
        task.id if task else next(iter(inbound.params.values()), ""),
        reply.status,
        reason,
        redacted(inbound.headers),
        inbound.body[:BODY_CAP_BYTES],
        len(inbound.body),
        reply.headers,
        body[:BODY_CAP_BYTES],
        len(body),
    )
