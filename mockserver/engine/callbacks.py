"""Callbacks without a job queue: due callbacks are claimed, delivered and written back.

Requests never wait for a delivery. They wake the notifier, and the one loop (`run`) looks for what is
due. No lock is held during a delivery, so a receiver may call the API from its handler.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.callback.delivery import (
    AT_ONCE,
    Attempt,
    Delivery,
    acknowledges,
    after_attempt,
    not_allowed,
)
from mockserver.domain.input.errors import BadInput
from mockserver.domain.journal.lazy_entry import tried
from mockserver.domain.provider.provider import Context, Provider
from mockserver.domain.reply.performed import Performed
from mockserver.domain.sandbox.snapshot import StoreUnavailable
from mockserver.engine.dispatch import Dispatched, dispatch, put_off, why_refused, write
from mockserver.engine.due_queue import DueQueue
from mockserver.engine.notifier import Waiter
from mockserver.engine.ports import Answer, Forbidden
from mockserver.engine.sandboxes import STORE_RETRY_REAL_MS, Sandboxes
from mockserver.engine.stakes import SCENARIO, settle, with_struck
from mockserver.engine.visits import Visits, quiet_wait_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.domain.callback.delivery import CallbackPolicy, Message
    from mockserver.domain.callback.outgoing_attempt import OutgoingAttempt
    from mockserver.domain.time.clock import ClockState
    from mockserver.engine.faults import Faults
    from mockserver.engine.notifier import Notifier
    from mockserver.engine.ports import Sender, Store, System

log = logging.getLogger(__name__)

CONCURRENT = 64
CLAIM_LOOK_REAL_MS = 25
CLAIM_LOOKS = 1000
NOT_SENT = Performed(0, whole=False, ended=False)  # its moment came, and nothing was sent


class Tried(Struct, frozen=True):
    """One try of a delivery: what it is now, what it said, and how far that came. Times in ms."""

    delivery: Delivery
    settled: Delivery
    found: Dispatched
    copies: tuple[Delivery, ...]
    body: bytes
    real_ms: int
    now_ms: int
    done: Performed


class Callbacks:
    """Delivers what is due, for every sandbox."""

    def __init__(
        self,
        store: Store,
        system: System,
        notifier: Notifier,
        sandboxes: Sandboxes,
        sender: Sender,
        providers: Mapping[str, Provider],
        faults: Faults,
        visits: Visits,
        timeout_real_ms: int | None = None,
        recheck_real_ms: int | None = None,
    ) -> None:
        self._store = store
        self._system = system
        self._notifier = notifier
        self._sandboxes = sandboxes
        self._sender = sender
        self._providers = providers
        self._faults = faults
        self._visits = visits
        self._timeout_real_ms = timeout_real_ms
        self._recheck_real_ms = recheck_real_ms
        self._flying: set[asyncio.Task[None]] = set()
        self._flying_of: dict[str, set[asyncio.Task[None]]] = {}
        self._claiming = asyncio.Lock()
        self._places = asyncio.Semaphore(CONCURRENT)
        self._group: asyncio.TaskGroup | None = None
        # sandboxes that have something due, for which there was no free place
        self._held: set[str] = set()
        self._due_queue = DueQueue()
        self._look_at_all_ms: float = 0
        self._in_trouble = False

    async def run(self) -> None:
        """The loop: delivers what is due, then rests until something is due or the notifier wakes it."""
        async with asyncio.TaskGroup() as self._group:
            while not self._notifier.pump.gone:
                try:
                    rest_ms = await self._round()
                except StoreUnavailable as problem:
                    self._tell(f"{problem}; requests get a 503 until that is over")
                    self._look_at_all_ms = 0
                    await self._notifier.pump.rest(STORE_RETRY_REAL_MS)
                    continue
                self._tell("")
                if rest_ms > 0 and not self._notifier.has_called:
                    await self._notifier.pump.rest(rest_ms if rest_ms < inf else None)
            for task in self._flying:
                task.cancel()
        self._group = None

    def _tell(self, trouble: str) -> None:
        """Logs once that the store has failed, and once that it works again."""
        if bool(trouble) != self._in_trouble:
            self._in_trouble = bool(trouble)
            log.warning("reelmock: %s", trouble or "the store is there again")

    async def _round(self) -> float:
        """Looks at the sandboxes that have called and at those whose time has come.

        If other replicas share the store, it looks at all sandboxes from time to time. Returns the
        real time until the next round.
        """
        real_ms = self._system.real_ms()
        if self._look_at_all_ms <= real_ms:
            for found in await self._store.pending():
                wait_ms = found.clock.real_wait_ms(found.due_ms, real_ms)
                if wait_ms is None and found.clock.mode == "auto":
                    wait_ms = 0
                if wait_ms is not None:
                    self._due_queue.put(found.sandbox_id, real_ms + wait_ms)
            self._look_at_all_ms = real_ms + (self._recheck_real_ms or inf)
            await self._visits.renew()
        for sandbox_id in self._notifier.called():
            self._due_queue.put(sandbox_id, real_ms)
        for sandbox_id in self._due_queue.due(real_ms):
            wait_ms = await self._serve(sandbox_id)
            if wait_ms is not None:
                self._due_queue.put(sandbox_id, self._system.real_ms() + wait_ms)
        next_ms = min(self._due_queue.next_ms(), self._look_at_all_ms)
        return next_ms - self._system.real_ms()

    async def _serve(self, sandbox_id: str) -> float | None:
        """Starts the callbacks of a sandbox that are due.

        Returns the real time until the next callback is due; None if no callback comes by waiting.
        """
        due_ms = await self._store.next_due_ms(sandbox_id)
        snapshot = await self._store.load(sandbox_id)
        if due_ms is None or snapshot is None:
            return None
        real_ms, clock = self._system.real_ms(), snapshot.sandbox.clock
        wait_ms = clock.real_wait_ms(due_ms, real_ms)
        if wait_ms is None and clock.mode == "auto":
            wait_ms = await self._quiet_ms(sandbox_id)
        if wait_ms != 0:
            return wait_ms
        if clock.mode == "auto":
            await self._sandboxes.reach(sandbox_id, due_ms)
        await self._start_due(sandbox_id)
        next_ms = await self._store.next_due_ms(sandbox_id)
        wait_ms = None if next_ms is None else clock.real_wait_ms(next_ms, real_ms)
        # What is due but cannot be claimed yet is looked at again when an attempt ends.
        return None if wait_ms == 0 else wait_ms

    async def _quiet_ms(self, sandbox_id: str) -> float | None:
        """The real time until a clock in mode auto may go to the next due callback."""
        task_id = await self._store.next_due_task(sandbox_id)
        presence = await self._store.presence(sandbox_id, task_id)
        return quiet_wait_ms(presence, self._system.real_ms())

    async def _start_due(self, sandbox_id: str) -> None:
        """Claims what is due now, as far as there are free places, and starts it.

        A claim expires, so nothing is claimed that would have to wait.
        """
        if self._group is None:
            raise StoreUnavailable("the server is stopping: nothing is delivered any more")
        snapshot = await self._store.load(sandbox_id)
        if snapshot is None:
            return
        now_ms = snapshot.sandbox.clock.at(self._system.real_ms())
        async with self._claiming:
            places = CONCURRENT - len(self._flying)
            if places <= 0:
                self._held.add(sandbox_id)
                return
            for delivery in await self._store.claim(sandbox_id, now_ms, places):
                task = self._group.create_task(self._deliver(sandbox_id, delivery, now_ms))
                self._flying.add(task)
                self._flying_of.setdefault(sandbox_id, set()).add(task)
                task.add_done_callback(partial(self._landed, sandbox_id))

    def _landed(self, sandbox_id: str, task: asyncio.Task[None]) -> None:
        """A delivery has ended, in any way: its place is free for the next one."""
        self._flying.discard(task)
        flying = self._flying_of[sandbox_id]
        flying.discard(task)
        if not flying:
            del self._flying_of[sandbox_id]
        held, self._held = self._held, set()
        for each in (sandbox_id, *held):
            self._notifier.call_pump(each)

    async def _place(self) -> None:
        """Waits until there is a free place for one more delivery."""
        while len(self._flying) >= CONCURRENT:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)

    async def advance(self, sandbox_id: str, to_ms: int) -> ClockState:
        """Moves the clock on, event by event; every callback that becomes due is tried.

        Raises BadInput if `to_ms` has already passed.
        """
        snapshot = await self._sandboxes.load(sandbox_id)
        now_ms = snapshot.sandbox.clock.at(self._system.real_ms())
        if to_ms < now_ms:
            raise BadInput("to_ms", to_ms, f"{now_ms} or later: virtual time never goes back")
        return await self.walk(sandbox_id, to_ms)

    async def walk(self, sandbox_id: str, to_ms: int) -> ClockState:
        """As `advance`, for a time that a running clock may already have passed."""
        while True:
            due_ms = await self._store.next_due_ms(sandbox_id)
            if due_ms is not None and due_ms <= to_ms:
                await self._sandboxes.reach(sandbox_id, due_ms)
                await self._place()
                await self._start_due(sandbox_id)
            elif sandbox_id not in self._flying_of and not await self._elsewhere(sandbox_id):
                break
            await self._landing(sandbox_id)
        return await self._sandboxes.reach(sandbox_id, to_ms)

    async def _elsewhere(self, sandbox_id: str) -> bool:
        """Waits a moment for another replica's deliveries; returns False if there are no such deliveries."""
        for _ in range(CLAIM_LOOKS):
            if not await self._store.claims(sandbox_id):
                return False
            await self._notifier.rest(sandbox_id, Waiter(), CLAIM_LOOK_REAL_MS)
            if await self._store.next_due_ms(sandbox_id) is not None:
                return True
        # that replica died while its lease was valid: the loop takes over when the lease ends
        return False

    async def deliver_due(self, sandbox_id: str) -> None:
        """Delivers what is due now, and returns when it has been tried."""
        await self._place()
        await self._start_due(sandbox_id)
        await self._landing(sandbox_id)

    async def _landing(self, sandbox_id: str) -> None:
        """Waits until every running delivery of a sandbox has ended."""
        flying = self._flying_of.get(sandbox_id)
        if flying:
            await asyncio.wait(flying)

    async def resend(self, sandbox_id: str, delivery: Delivery) -> None:
        """Delivers once more, now, whatever its earlier result was."""
        clock = (await self._sandboxes.load(sandbox_id)).sandbox.clock
        await self._attempt(sandbox_id, delivery, clock.at(self._system.real_ms()))
        self._notifier.call_pump(sandbox_id)

    async def _deliver(self, sandbox_id: str, delivery: Delivery, now_ms: int) -> None:
        """One attempt. If the store fails in the meantime, the lease ends and the attempt is made again."""
        with suppress(StoreUnavailable):
            await self._attempt(sandbox_id, delivery, now_ms)

    async def _attempt(self, sandbox_id: str, delivery: Delivery, now_ms: int) -> None:
        """One attempt of a delivery that was claimed at that time, and its result.

        In mode auto the clock may have gone on to the next callback since then.
        """
        made = await self._tried(sandbox_id, delivery, now_ms)
        # The copies come last: before that, nothing else of this task is delivered.
        for each in [one.settled for one in made] + [copy for one in made for copy in one.copies]:
            await self._store.settle(sandbox_id, each)
        for one in made:
            await self._record(sandbox_id, one)

    async def _tried(self, sandbox_id: str, delivery: Delivery, now_ms: int) -> list[Tried]:
        """The try, and with it those of the copies that go out at the same moment."""
        snapshot = await self._store.load(sandbox_id, delivery.task_id)
        provider = self._providers[delivery.provider]
        if snapshot is None or snapshot.task is None:
            return []  # the sandbox was deleted or reset in the meantime
        sandbox = snapshot.sandbox
        dialect = provider.dialect_with(sandbox.dialect.get(provider.name))
        policy = provider.policy(dialect)
        if provider.callback is None or policy is None:
            return []
        real_ms = self._system.real_ms()
        context = Context(
            now_ms=now_ms,
            sandbox_id=sandbox_id,
            seed=sandbox.seed,
            clock=sandbox.clock,
            dialect=dialect,
            base_url=snapshot.task.base_url,
            webhook_key=sandbox.webhook_key,
            real_ms=real_ms,
        )
        found = await dispatch(self._faults, sandbox, provider, snapshot.task, delivery, context)
        message = write(provider, context, found.outgoing)
        held, done, others = put_off(found.outgoing), NOT_SENT, list[Tried]()
        copies = found.outgoing.copies
        if held is not None:
            settled = held
        else:
            beside = [one for one in copies if one.detail.get(AT_ONCE)]
            copies = tuple([one for one in copies if one not in beside])
            with_it = [self._tried(sandbox_id, one, now_ms) for one in beside]
            tries = asyncio.gather(*with_it) if with_it else None
            settled, done = await self._sent(context, found.outgoing, message, policy)
            others = [made for several in await tries for made in several] if tries else []
        made = Tried(delivery, settled, found, copies, message.body, real_ms, now_ms, done)
        return [made, *others]

    async def _record(self, sandbox_id: str, made: Tried) -> None:
        """Counts the rules that struck, and writes the try into the journal."""
        found = made.found
        struck = await settle(self._store, sandbox_id, found.stakes, made.done, made.now_ms)
        entry = tried(
            made.delivery,
            made.settled,
            made.body,
            made.real_ms,
            made.now_ms,
            made.done,
            with_struck(found.matched, struck),
            found.scenario,
            SCENARIO in struck,
        )
        await self._store.record(sandbox_id, entry)

    async def _sent(
        self, context: Context, outgoing: OutgoingAttempt, message: Message, policy: CallbackPolicy
    ) -> tuple[Delivery, Performed]:
        """Posts a message. Returns the delivery with its result, and how much of the message was sent."""
        delivery = outgoing.delivery
        try:
            async with self._places:
                answer = await self._sender.send(
                    delivery.url, message, self._timeout_real_ms or policy.timeout_ms
                )
        except Forbidden as refusal:
            return not_allowed(delivery, str(refusal)), NOT_SENT
        attempt = await self._finished(
            context.sandbox_id, delivery, outgoing.now_ms, policy.timeout_ms, answer
        )
        why = why_refused(policy, context, outgoing, attempt.status)
        attempt = replace(attempt, problem=attempt.problem or why)
        heard = acknowledges(attempt, policy.only_200)
        done = performed(answer, len(message.body), acknowledged=heard)
        return after_attempt(delivery, attempt, policy, outgoing.ignores_ack), done

    async def _finished(
        self, sandbox_id: str, delivery: Delivery, started_ms: int, timeout_ms: int, answer: Answer
    ) -> Attempt:
        """The attempt in virtual time; if it timed out, it took the documented time."""
        snapshot = await self._store.load(sandbox_id)
        real_ms = self._system.real_ms()
        ended_ms = snapshot.sandbox.clock.at(real_ms) if snapshot else started_ms
        if answer.timed_out:
            ended_ms = max(ended_ms, started_ms + timeout_ms)
        return Attempt(
            number=len(delivery.attempts) + 1,
            at_ms=started_ms,
            ended_ms=ended_ms,
            real_ms=real_ms,
            status=answer.status,
            problem=answer.problem,
            answer=answer.text,
        )


def performed(answer: Answer, size_bytes: int, *, acknowledged: bool) -> Performed:
    """How much of a callback was sent: if there is an answer, all of it was."""
    sent_bytes = answer.sent_bytes if answer.status is None else size_bytes
    return Performed(
        sent_bytes,
        gone=answer.status is None,
        whole=answer.status is not None,
        started=True,
        status=int(answer.head_sent or answer.status is not None),
        due_bytes=sent_bytes,
        ended=acknowledged,
    )
