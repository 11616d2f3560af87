"""One exchange from request to reply: decode, decide, encode, commit, journal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.errors import Refusal
from mockserver.domain.journal import BODY_CAP_BYTES, Entry, Fired, redacted, redacted_query
from mockserver.domain.provider import Context, Inbound, Operation, Provider
from mockserver.domain.reply import Reply, header_text, with_headers
from mockserver.domain.terms import USUAL_TERMS
from mockserver.engine.decide import Decision, decide, task_named
from mockserver.engine.facts import facts_of
from mockserver.engine.ports import StoreUnavailable
from mockserver.engine.strike import Strike
from mockserver.engine.tasks import Caller

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mockserver.domain.armed import Armed
    from mockserver.domain.command import Command
    from mockserver.domain.scenario import Scenario
    from mockserver.domain.striking import Facts
    from mockserver.domain.terms import Terms
    from mockserver.engine.bell import Bell
    from mockserver.engine.faults import Faults
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


class Served(Struct, frozen=True, gc=False):
    """What came of a call, before it is sent."""

    reply: Reply
    context: Context
    decision: Decision | None
    reason: str
    fired: tuple[Fired, ...] = ()
    model: str = ""


class Exchange:
    """Serves the calls of all providers."""

    def __init__(
        self,
        store: Store,
        system: System,
        bell: Bell,
        scenarios: Registry[Scenario],
        faults: Faults,
        deliver_due: Callable[[str], Awaitable[None]],
    ) -> None:
        self._store = store
        self._system = system
        self._bell = bell
        self._scenarios = scenarios
        self._faults = faults
        self._deliver_due = deliver_due
        self.trimmed = 0

    async def handle(self, call: Call) -> tuple[int, Reply]:
        """The number of the journal entry and the reply; a refusal comes in the provider's envelope."""
        real_ms = self._system.real_ms()
        snapshot = await self._snapshot(call)
        context = self._context(call, snapshot, real_ms)
        place = (call.provider.name, call.operation.name)
        try:
            armed = self._faults.armed(
                snapshot.sandbox, place, call.inbound.headers, context.now_ms
            )
        except Refusal as refusal:
            reply = refused(call.provider, refusal, context)
            served = Served(reply, context, None, refusal.reason)
        else:
            if armed:
                served = await self._struck(call, snapshot, context, real_ms, armed)
            else:
                served = await self._serve(call, snapshot, context, real_ms)
        entry = _entry(call, served, real_ms)
        return await self._recorded(call.sandbox_id, entry), served.reply

    async def _recorded(self, sandbox_id: str, entry: Entry) -> int:
        """The number of an entry; 0 when it is lost, which changes nothing of what was done."""
        try:
            return await self._store.record(sandbox_id, entry)
        except StoreUnavailable:
            return 0

    async def _serve(
        self,
        call: Call,
        snapshot: Snapshot,
        context: Context,
        real_ms: int,
        terms: Terms = USUAL_TERMS,
        command: Command | None = None,
    ) -> Served:
        """Decides and commits; a lost race loads and decides again.

        `command` is the request where somebody has read it before.
        """
        while True:
            decision: Decision | None = None
            reason = ""
            try:
                snapshot, decision = await self._decide(
                    call, snapshot, context, real_ms, terms, command
                )
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
            snapshot = await self._snapshot(call)
            context = self._context(call, snapshot, real_ms)
        return Served(reply, context, decision, reason)

    async def _struck(
        self, call: Call, snapshot: Snapshot, context: Context, real_ms: int, armed: Armed
    ) -> Served:
        """The same with faults: one may answer instead, others set terms or change the reply."""
        provider = call.provider
        facts, command = await self._facts(call, context)
        matching = armed.matching(facts)
        if not matching:
            return await self._serve(call, snapshot, context, real_ms, command=command)
        strike = Strike(
            self._store,
            matching,
            facts,
            context,
            lambda refusal: refused(provider, refusal, context),
        )
        instead = await strike.instead()
        if instead is not None:
            served = Served(instead, context, None, "")
        else:
            terms = await strike.terms()
            served = await self._serve(call, snapshot, context, real_ms, terms, command)
            if terms.callback_first and served.decision is not None:
                await self._deliver_due(call.sandbox_id)
        reply = await strike.after(served.reply)
        fired = tuple(strike.fired)
        reason = served.reason or reason_of(reply)
        return replace(served, reply=reply, fired=fired, model=facts.model, reason=reason)

    async def _facts(self, call: Call, context: Context) -> tuple[Facts, Command | None]:
        """What is known of a call before it is served, and the request as it was read."""
        command = task = None
        with suppress(Refusal):  # a request that cannot be read can be struck all the same
            command = call.operation.decode(call.inbound, context)
            task_id = task_named(command)
            if task_id is not None:
                task = (await self._snapshot(call, task_id)).task
        facts = facts_of(call.provider.name, call.operation, call.inbound, context, command, task)
        return facts, command

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
        self,
        call: Call,
        snapshot: Snapshot,
        context: Context,
        real_ms: int,
        terms: Terms,
        command: Command | None,
    ) -> tuple[Snapshot, Decision]:
        if command is None:
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
        return snapshot, decide(snapshot, caller, command, self._scenarios, real_ms, terms)


class SandboxGone(Exception):
    """The sandbox was deleted in the middle of an exchange."""


def refused(provider: Provider, refusal: Refusal, context: Context) -> Reply:
    """A refusal in the provider's envelope, with our reason in `X-Mock-Reason`."""
    reply = provider.refuse(refusal, context)
    headers = [(b"x-mock-reason", header_text(refusal.reason))]
    if refusal.retry_after_ms is not None:
        headers.append((b"retry-after", context.retry_after(refusal.retry_after_ms)))
    return with_headers(reply, *headers)


def reason_of(reply: Reply) -> str:
    """What `X-Mock-Reason` says; empty where there is none."""
    return next((v.decode() for k, v in reply.headers if k == b"x-mock-reason"), "")


def _entry(call: Call, served: Served, real_ms: int) -> Entry:
    inbound, reply = call.inbound, served.reply
    body = reply.body if isinstance(reply.body, bytes) else b""
    task = served.decision.task if served.decision else None
    return Entry(
        "exchange",
        real_ms,
        served.context.now_ms,
        0,
        call.provider.name,
        call.operation.name,
        call.operation.call_phase,
        inbound.method,
        inbound.path,
        redacted_query(inbound.query_string, inbound.headers),
        call.key,
        task.model if task else served.model,
        task.id if task else next(iter(inbound.params.values()), ""),
        reply.status,
        served.reason,
        redacted(inbound.headers),
        inbound.body[:BODY_CAP_BYTES],
        len(inbound.body),
        reply.headers,
        body[:BODY_CAP_BYTES],
        len(body),
        served.fired,
    )
