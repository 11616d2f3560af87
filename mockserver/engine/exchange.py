"""One exchange from request to reply: decode, decide, encode, commit, journal."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from msgspec.structs import replace

from mockserver.domain.fault.facts import aim_of, facts_of
from mockserver.domain.fault.submission_overrides import NO_OVERRIDES
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.bounds import MAX_PROMPT_BYTES, check_size
from mockserver.domain.provider.command import Accepted, ReadBalance, Submit
from mockserver.domain.provider.provider import Context, Inbound, Provider
from mockserver.domain.reply.performed import at_once
from mockserver.domain.reply.reply import (
    Reply,
    header_text,
    leaves_at_once,
    reason_of,
    unfolded,
    with_headers,
)
from mockserver.domain.sandbox.caller import Caller
from mockserver.domain.sandbox.decide import decide, task_missing, undecided, unusual
from mockserver.domain.sandbox.snapshot import Changes, StoreUnavailable
from mockserver.engine.apply import RuleApplication
from mockserver.engine.call import Answered, Call
from mockserver.engine.other_job import earlier, other_job
from mockserver.engine.part import part_asked
from mockserver.engine.ports import SandboxGone
from mockserver.engine.served import (
    Served,
    compared,
    drafted,
    usual_of_new,
    with_late_refunds,
    would_have_been_paid,
)
from mockserver.engine.stakes import SCENARIO, settle, with_struck

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mockserver.domain.fault.index import RuleIndex
    from mockserver.domain.fault.submission_overrides import Overrides
    from mockserver.domain.job.task import Task
    from mockserver.domain.provider.command import Command
    from mockserver.domain.sandbox.sandbox import Sandbox
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.domain.scenario.scenario import Scenario
    from mockserver.engine.auto import Auto
    from mockserver.engine.faults import Faults
    from mockserver.engine.notifier import Notifier
    from mockserver.engine.ports import Store, System
    from mockserver.engine.registry import Registry
    from mockserver.engine.together import Together
    from mockserver.engine.visits import Visit, Visits

MAX_TASKS = 200_000


class Exchange:
    """Serves the calls of all providers."""

    def __init__(
        self,
        store: Store,
        system: System,
        notifier: Notifier,
        scenarios: Registry[Scenario],
        faults: Faults,
        deliver_due: Callable[[str], Awaitable[None]],
        auto: Auto,
        visits: Visits,
        together: Together | None = None,
    ) -> None:
        self._store = store
        self._system = system
        self._notifier = notifier
        self._scenarios = scenarios
        self._faults = faults
        self._deliver_due = deliver_due
        self._auto = auto
        self._visits = visits
        self._together = together
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.trimmed = 0

    async def handle(self, call: Call) -> Answered:
        """Serves a call; a refusal comes in the provider's envelope.

        Raises SandboxGone before anything was done: then the key must be looked up again.
        """
        operation, inbound = call.operation, call.inbound
        # The task that the request names is loaded too: then most calls need no second load.
        snapshot = await self._store.load(call.sandbox_id, operation.task_id(inbound), call.key)
        if snapshot is None:
            raise SandboxGone(call.sandbox_id)
        if snapshot.sandbox.clock.mode != "auto":
            return await self._answered(call, snapshot, None)
        visit = await self._visits.begin(
            call.sandbox_id, creating=operation.call_phase in ("create", "stream")
        )
        try:
            return await self._answered(call, snapshot, visit)
        except BaseException:
            await visit.end()
            raise

    async def _answered(self, call: Call, snapshot: Snapshot, visit: Visit | None) -> Answered:
        """Serves a call in a sandbox as it was loaded. `visit` ends when the reply is sent."""
        provider, operation, inbound = call.provider, call.operation, call.inbound
        sandbox = snapshot.sandbox
        real_ms = self._system.real_ms()  # after the load, so not earlier than what was loaded
        context = self._context(call, sandbox, real_ms)
        try:
            place = (provider.name, operation.name)
            compiled = self._faults.compiled(sandbox, place, inbound.headers, context.now_ms)
        except Refusal as refusal:
            served = Served(refused(provider, refusal, context), context, None, refusal.reason)
        else:
            if compiled:
                served = await self._serve_with_faults(call, snapshot, context, compiled)
            else:
                served = await self._serve(call, snapshot, context)
        if visit is not None:
            await self._gone_on(call, served, sandbox, real_ms, visit)
        if served.usual is not None:
            served = compared(served, served.usual, call.inbound.method)
        if served.stakes and leaves_at_once(served.reply):
            served = await self._foreseen(call, served)
        try:
            seq = await self._store.record(call.sandbox_id, drafted(call, served, real_ms))
        except StoreUnavailable:  # the entry is lost, but everything that was done stays
            seq = 0
        now_ms = served.context.now_ms
        return Answered(
            served.reply, seq, real_ms, now_ms, served.stakes, visit, call.operation.ending
        )

    async def _gone_on(
        self, call: Call, served: Served, sandbox: Sandbox, real_ms: int, visit: Visit
    ) -> None:
        """The clock in mode auto goes to the next moment that a client waits for."""
        about, now_ms = served.about, served.context.now_ms
        found = served.task or about
        visit.task_id = found.id if found is not None else ""
        if about is not None:
            await self._auto.go_on(sandbox, about, now_ms, real_ms, call.operation.call_phase)

    async def _foreseen(self, call: Call, served: Served) -> Served:
        """What strikes in a reply that is sent whole at once is known before it is sent."""
        reply, now_ms = served.reply, served.context.now_ms
        assert isinstance(reply.body, bytes), "a reply that is sent at once has its body with it"
        done = at_once(reply.status, len(reply.body))
        struck = await settle(self._store, call.sandbox_id, served.stakes, done, now_ms)
        return replace(
            served,
            stakes=(),
            matched=with_struck(served.matched, struck),
            scenario_struck=SCENARIO in struck,
        )

    async def _serve(
        self,
        call: Call,
        snapshot: Snapshot,
        context: Context,
        terms: Overrides = NO_OVERRIDES,
        command: Command | None = None,
    ) -> Served:
        """Decides and commits; after a lost race it loads and decides again.

        `command` is the request, if it was read before and its task was loaded.
        """
        if command is None:
            try:
                command = _read(call, context)
            except Refusal as refusal:
                reply = refused(call.provider, refusal, context)
                return Served(reply, context, None, refusal.reason)
            if wanted := task_missing(command, snapshot):
                snapshot = await self._snapshot(call, wanted)
        if self._together is not None and type(command) is Submit and command.is_new:
            decide_on = partial(self._decided_on, call, terms, command)
            decided, changes = await self._together.serve(call.sandbox_id, snapshot, decide_on)
            await self._told(call, changes, decided.context.now_ms)
            return decided
        served = await self._tried(call, snapshot, context, terms, command)
        if served is None:
            # After this, the calls of this process do not race each other again.
            turn = self._turns.setdefault(call.sandbox_id, asyncio.Lock())
            async with turn:
                while served is None:
                    snapshot = await self._snapshot(call, snapshot.task_id)
                    if wanted := task_missing(command, snapshot):
                        snapshot = await self._snapshot(call, wanted)
                    context = self._context(call, snapshot.sandbox, self._system.real_ms())
                    served = await self._tried(call, snapshot, context, terms, command)
        return served

    async def _tried(
        self, call: Call, snapshot: Snapshot, context: Context, terms: Overrides, command: Command
    ) -> Served | None:
        """Decides and commits once; None if another commit came first."""
        served, changes = self._decided(call, snapshot, context, terms, command)
        if changes is not None:
            if not await self._store.commit(call.sandbox_id, snapshot.version, changes):
                return None
            await self._told(call, changes, context.now_ms)
        return served

    async def _told(self, call: Call, changes: Changes | None, now_ms: int) -> None:
        """Does what follows from changes that are written."""
        if changes is None:
            return
        if changes.deliveries or changes.sandbox:
            self._notifier.ring(call.sandbox_id)
        if changes.books and changes.books.ordinal % self._store.trim_every == 0:
            self.trimmed += await self._store.trim(call.sandbox_id, now_ms, MAX_TASKS)

    def _decided_on(
        self, call: Call, terms: Overrides, command: Command, snapshot: Snapshot
    ) -> tuple[Served, Changes | None]:
        """The result of a call in a sandbox as it was loaded, now."""
        context = self._context(call, snapshot.sandbox, self._system.real_ms())
        return self._decided(call, snapshot, context, terms, command)

    def _decided(
        self, call: Call, snapshot: Snapshot, context: Context, terms: Overrides, command: Command
    ) -> tuple[Served, Changes | None]:
        """The result of a call, and what has to be written. Changes nothing."""
        task, changes, reason, about, is_replay = None, None, "", snapshot.task, False
        caller, shows_refunds = _caller(call, context), type(command) is ReadBalance
        try:
            decision = decide(snapshot, caller, command, self._scenarios, terms)
            task, changes = decision.task, decision.changes
            about = None if type(command) is Submit else task
            is_replay = type(decision.outcome) is Accepted and decision.outcome.replayed
            encoded = call.operation.encode(decision.outcome, call.inbound, context)
            reply = part_asked(encoded, call.inbound)
        except Refusal as refusal:
            reply, reason = refused(call.provider, refusal, context), refusal.reason
            shows_refunds = refusal.kind == "insufficient_balance" and would_have_been_paid(
                snapshot,
                caller.provider.name,
                caller.now_ms,
                partial(
                    decide, caller=caller, command=command, scenarios=self._scenarios, terms=terms
                ),
            )
            if refusal.kind == "rate_limited":  # nothing has happened
                about = None
        served = Served(reply, context, task, reason, about=about)
        if type(command) is Submit and snapshot.sandbox.scenario_rules:
            late = undecided(snapshot, caller.provider.name, command, self._scenarios)
            served = replace(served, undecided=late) if late else served
        if shows_refunds:
            return with_late_refunds(served, snapshot, call.provider.name), changes
        shown = task if type(command) is Submit else snapshot.task
        is_refused = type(command) is Submit and task is None
        if not is_replay and (is_refused or (shown is not None and shown.usual is not None)):
            served = self._beside_usual(call, snapshot, served, command, terms)
        return served, changes

    def _beside_usual(
        self, call: Call, snapshot: Snapshot, served: Served, command: Command, terms: Overrides
    ) -> Served:
        """The same, with the reply that the scenario `succeed` would have given, if there is one."""
        if isinstance(command, Submit) and served.task is None:
            name, counter = unusual(snapshot, call.provider.name, command, self._scenarios), ""
        else:
            task = served.task or snapshot.task
            if task is None or task.usual is None or task.provider != call.provider.name:
                return served
            name, counter = task.scenario, f"scenario:{task.ordinal}"
        if not name:
            return served
        if isinstance(command, Submit) and served.task is not None and not command.parent_id:
            usual = usual_of_new(served, partial(_accepted, call, served.context, command))
        else:
            usual, _ = self._outcome(call, snapshot, served.context, command, terms, usual=True)
        return replace(served, scenario=name, usual=usual, counter=counter)

    def _outcome(
        self,
        call: Call,
        snapshot: Snapshot,
        context: Context,
        command: Command | None,
        terms: Overrides = NO_OVERRIDES,
        *,
        usual: bool = False,
    ) -> tuple[Reply, object]:
        """The reply that a call would get, and what depends on its terms. Changes nothing."""
        inbound, operation = call.inbound, call.operation
        try:
            command = command or _read(call, context)
            caller = _caller(call, context)
            decision = decide(snapshot, caller, command, self._scenarios, terms, usual=usual)
            reply = part_asked(operation.encode(decision.outcome, inbound, context), inbound)
        except Refusal as refusal:
            return refused(call.provider, refusal, context), None
        changes = decision.changes or Changes()
        ledgers = (changes.books or snapshot.books).ledgers
        first = terms.callback_first and not all(one.withheld for one in changes.deliveries)
        return unfolded(reply), (changes.deliveries, ledgers, first)

    async def _serve_with_faults(
        self, call: Call, snapshot: Snapshot, context: Context, compiled: RuleIndex
    ) -> Served:
        """The same with faults: one may answer in its place, others set terms or change the reply."""
        provider = call.provider
        command: Command | None = None
        try:
            command = _read(call, context)
            if wanted := task_missing(command, snapshot):
                snapshot = await self._snapshot(call, wanted)
        except Refusal:
            pass  # faults also strike a request that cannot be read
        aim = aim_of(provider.name, command, snapshot.task, context.now_ms, compiled.phased)
        if not compiled.may_strike(aim):
            return await self._serve(call, snapshot, context, command=command)
        facts = facts_of(
            provider.name, call.operation, call.inbound, context, command, snapshot.task
        )
        rules = compiled.matching(facts)
        application = RuleApplication(
            self._store,
            rules,
            facts,
            context,
            lambda refusal: refused(provider, refusal, context),
            bodiless=call.inbound.method == "HEAD",
            other=await other_job(self._store, call.sandbox_id, facts.task, rules),
            told=lambda task, ago_ms: self._outcome(
                call, replace(snapshot, task=task), earlier(context, task, ago_ms), command
            )[0],
        )
        tried = partial(self._outcome, call, snapshot, context, command)
        instead = await application.instead()
        if instead is not None:
            about = snapshot.task if application.waited_for_time else None
            served = Served(instead, context, None, "", about=about)
        else:
            terms = await application.terms(tried)
            served = await self._serve(call, snapshot, context, terms, command)
            if terms.callback_first and served.task is not None:
                await self._deliver_due(call.sandbox_id)
        reply = await application.after(unfolded(served.reply), lambda: tried()[0])
        return replace(
            served,
            reply=reply,
            matched=(*application.matched, *served.matched),
            model=facts.model,
            reason=served.reason or reason_of(reply),
            stakes=(*application.stakes, *served.stakes),
            usual=None if served.usual is None else application.onto(unfolded(served.usual)),
        )

    async def _snapshot(self, call: Call, task_id: str) -> Snapshot:
        snapshot = await self._store.load(call.sandbox_id, task_id)
        if snapshot is None:
            raise SandboxGone(call.sandbox_id)
        return snapshot

    def _context(self, call: Call, sandbox: Sandbox, real_ms: int) -> Context:
        provider = call.provider
        return Context(
            sandbox.clock.at(real_ms),
            sandbox.id,
            sandbox.seed,
            sandbox.clock,
            provider.dialect_with(sandbox.dialect.get(provider.name)),
            call.base_url,
            sandbox.webhook_key,
            sandbox.speed,
            call.inbound,
            real_ms,
        )


def _read(call: Call, context: Context) -> Command:
    """What the call asks for, if it is not too large to keep. Raises Refusal."""
    decode: Callable[[Inbound, Context], Any] = call.operation.decode
    command: Command = decode(call.inbound, context)
    if len(call.inbound.body) > MAX_PROMPT_BYTES:
        check_size(command)
    return command


def _caller(call: Call, context: Context) -> Caller:
    provider, operation = call.provider, call.operation.name
    return Caller(
        provider,
        operation,
        call.key,
        call.base_url,
        context.now_ms,
        context.dialect,
        context.real_ms,
        context.clock.in_either,
    )


def _accepted(call: Call, context: Context, command: Submit, task: Task) -> Reply:
    """The reply to a submission that became a task."""
    accepted = Accepted(task, command.reply_as)
    try:
        return part_asked(call.operation.encode(accepted, call.inbound, context), call.inbound)
    except Refusal as refusal:
        return refused(call.provider, refusal, context)


def refused(provider: Provider, refusal: Refusal, context: Context) -> Reply:
    """A refusal in the provider's envelope, with our reason in `X-Mock-Reason`."""
    reply = provider.refuse(refusal, context)
    headers = [(b"x-mock-reason", header_text(refusal.reason))]
    if refusal.retry_after_ms is not None:
        headers.append((b"retry-after", context.retry_after(refusal.retry_after_ms)))
    return with_headers(reply, *headers)
