"""Follows one sandbox: its journal from a number on, and the phases that its jobs reach."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from mockserver.domain.input.counted import counted
from mockserver.domain.job.plan import Step
from mockserver.domain.journal.event import Event, event_of
from mockserver.domain.journal.journal import Closed, DeliveryTried, Exchange, Sent
from mockserver.domain.provider.judging import CannotJudge
from mockserver.domain.sandbox.snapshot import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mockserver.domain.job.task import Task
    from mockserver.domain.journal.journal import Entry, Page
    from mockserver.domain.provider.provider import Provider
    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.domain.time.clock import ClockState
    from mockserver.engine.ports import Store, System

K = TypeVar("K")
V = TypeVar("V")
AT_ONCE = 100  # entries of which the events are told together
MOST_FOLLOWED = 1000  # jobs of one sandbox, for one listener
MOST_OPEN = 1000  # replies that are being sent
READING = ("poll", "content", "download", "callback")  # calls that change no plan
SUBMITTING = ("create", "stream")


class _Followed:
    """A job, and the steps of its plan that nobody was told of yet."""

    def __init__(self, task: Task, since_ms: int) -> None:
        self.task = task
        self.rest = [step for step in _phases(task) if step.at_ms > since_ms]


class Trail:
    """One listener's place in one sandbox. It keeps the place only; the journal keeps the entries.

    `after` is the number of the last entry that was told. A listener that is slow finds that the
    journal has dropped entries behind its place: it is told how many, and goes on. They are counted
    `by_gaps` between the numbers; where numbers have gaps of their own, by what the journal counts.
    """

    def __init__(
        self,
        store: Store,
        system: System,
        providers: Mapping[str, Provider],
        sandbox_id: str,
        after: int,
        *,
        by_gaps: bool = True,
    ) -> None:
        self.sandbox_id = sandbox_id
        self.after = after
        self.is_gone = False
        self._store = store
        self._system = system
        self._providers = providers
        self._open: dict[int, Exchange] = {}
        self._jobs: dict[str, _Followed] = {}
        self._due: list[tuple[int, int, _Followed]] = []  # a heap: when the next phase of each is
        self._order = count()
        self._by_gaps = by_gaps
        self._passed = 0
        self._since_ms: int | None = None
        self._clock: ClockState | None = None

    async def begin(self, *, resumed: bool) -> None:
        """Takes up the jobs that run now.

        If the listener `resumed`, a phase counts as told up to the last entry that it had.
        """
        snapshot = await self._store.load(self.sandbox_id)
        if snapshot is None:
            return
        self._since_ms = self._now_ms(snapshot)
        page = await self._store.journal(self.sandbox_id, 0, 0)
        self._passed = page.dropped if resumed else page.total
        if resumed:
            self._since_ms = await self._last_told_ms()
        last = snapshot.books.ordinal
        for task in await self._store.tasks(self.sandbox_id, max(0, last - MOST_FOLLOWED)):
            # A job that was submitted behind the place is taken up when its submission is told.
            if not resumed or task.created_ms <= self._since_ms + 1:
                self._follow(task, self._since_ms)

    async def news(self) -> AsyncIterator[list[Event]]:
        """What happened behind the place, in pieces. Raises StoreUnavailable."""
        size = AT_ONCE
        while size >= AT_ONCE:
            snapshot = await self._store.load(self.sandbox_id)
            if snapshot is None:
                self.is_gone = True
                yield [self._word("gone", what="the sandbox was deleted")]
                return
            self._clock = snapshot.sandbox.clock
            if self._since_ms is None:
                self._since_ms = 0  # a sandbox that is new to the listener
            page = await self._brief()
            place = self.after
            told = list(self._lost(page))
            if self.after < place:  # what came since the reset is behind the beginning
                page = await self._brief()
            try:
                await self._tell(page, told)
            except StoreUnavailable:
                yield told  # what counts as told
                raise
            size = len(page.entries)
            told += self._reached(self._now_ms(snapshot))
            if told:
                yield told

    async def _tell(self, page: Page, told: list[Event]) -> None:
        """Adds what a page tells, entry by entry, with the phases between them."""
        for entry in page.entries:
            told += self._reached(entry.virtual_ms)
            self.after = entry.seq
            self._passed += 1
            told.append(self._event(entry))
            if self._may_change_a_plan(entry):
                await self._look_at(entry)

    def wait_ms(self) -> float | None:
        """Real milliseconds until the next phase; None if the clock must jump, or nothing is to come."""
        clock = self._clock
        if clock is None or not self._due:
            return None
        return clock.real_wait_ms(self._due[0][0], self._system.real_ms())

    async def _brief(self) -> Page:
        return await self._store.journal(self.sandbox_id, self.after, AT_ONCE, brief=True)

    def _now_ms(self, snapshot: Snapshot) -> int:
        return snapshot.sandbox.clock.at(self._system.real_ms())

    async def _last_told_ms(self) -> int:
        """Just before the virtual time of the entry at the place; 0 if the journal does not have it.

        What is reached at that very time is told once more: nobody knows whether it was told.
        """
        page = await self._store.journal(self.sandbox_id, max(0, self.after - 1), 1)
        told = next((entry for entry in page.entries if entry.seq == self.after), None)
        return told.virtual_ms - 1 if told else 0

    def _lost(self, page: Page) -> Iterator[Event]:
        """What the journal no longer has behind the place.

        Only an entry shows it: a total may count an entry that came while the page was read.
        """
        if page.total < (self.after if self._by_gaps else self._passed):
            self.after = self._passed = 0
            self._jobs.clear()
            self._due.clear()
            yield self._word("missed", what="the sandbox was emptied; its numbers begin again")
            return
        lost = page.dropped - self._passed
        if self._by_gaps:
            lost = page.entries[0].seq - self.after - 1 if page.entries else 0
        if lost > 0:
            self._passed = page.dropped
            yield self._word(
                "missed",
                lost,
                f"{counted(lost, 'entry', 'entries')} that the journal no longer has",
            )

    def _word(self, kind: str, missed: int = 0, what: str = "") -> Event:
        real_ms = self._system.real_ms()
        virtual_ms = self._clock.at(real_ms) if self._clock else 0
        return Event(
            kind="gone" if kind == "gone" else "missed",
            sandbox=self.sandbox_id,
            real_ms=real_ms,
            virtual_ms=virtual_ms,
            missed=missed,
            what=what,
        )

    def _event(self, entry: Entry) -> Event:
        begun, code = None, 0
        if isinstance(entry, Exchange):
            code = envelope_code(self._providers, entry)
            if entry.pending:
                _keep(self._open, entry.seq, entry, MOST_OPEN)
        elif isinstance(entry, Sent):
            begun = self._open.get(entry.of)
            code = envelope_code(self._providers, begun) if begun else 0
        elif isinstance(entry, Closed):
            begun = self._open.get(entry.of)
        return event_of(entry, self.sandbox_id, code, begun)

    def _may_change_a_plan(self, entry: Entry) -> TypeGuard[Exchange | DeliveryTried]:
        """Whether an entry is about a job that is not followed yet, or that its call may change."""
        if not isinstance(entry, Exchange | DeliveryTried) or not entry.task_id:
            return False
        return entry.call_phase not in READING or entry.task_id not in self._jobs

    async def _look_at(self, entry: Exchange | DeliveryTried) -> None:
        """Follows the job of an entry as it is now."""
        snapshot = await self._store.load(self.sandbox_id, entry.task_id)
        if snapshot is None or snapshot.task is None:
            return
        is_new = entry.call_phase in SUBMITTING and entry.task_id not in self._jobs
        known_ms = -1 if is_new else entry.virtual_ms
        self._follow(snapshot.task, known_ms)

    def _follow(self, task: Task, since_ms: int) -> None:
        known = self._jobs.get(task.id)
        if known is None or known.task.plan != task.plan:
            followed = _Followed(task, since_ms)
            _keep(self._jobs, task.id, followed, MOST_FOLLOWED)
            self._wait_for(followed)

    def _wait_for(self, job: _Followed) -> None:
        if job.rest:
            heappush(self._due, (job.rest[0].at_ms, next(self._order), job))

    def _reached(self, until_ms: int) -> list[Event]:
        """The phases that jobs have reached by a virtual time, in the order of that time."""
        found: list[Event] = []
        while self._due and self._due[0][0] <= until_ms:
            job = heappop(self._due)[2]
            if self._jobs.get(job.task.id) is job:  # it has no other plan by now
                step, *job.rest = job.rest
                found.append(self._phase(job.task, step))
                self._wait_for(job)
        return found

    def _phase(self, task: Task, step: Step) -> Event:
        failure = step.failure
        return Event(
            kind="phase",
            sandbox=self.sandbox_id,
            real_ms=self._system.real_ms(),
            virtual_ms=step.at_ms,
            provider=task.provider,
            operation=task.operation,
            task_id=task.id,
            model=task.model,
            scenario=task.scenario,
            phase=step.phase,
            code=failure.code if failure and isinstance(failure.code, int) else 0,
            reason=failure.message if failure else "",
        )


def envelope_code(providers: Mapping[str, Provider], entry: Exchange) -> int:
    """The status that the envelope says; the HTTP status if nobody can tell it."""
    provider = providers.get(entry.provider)
    if provider is None:
        return entry.status
    with suppress(CannotJudge):
        return provider.judging_of(entry.operation).status(entry.status, entry.reply_body)
    return entry.status


async def told_of(
    store: Store,
    providers: Mapping[str, Provider],
    sandbox_id: str,
    seq: int,
    ended: Sent | None,
) -> Event | None:
    """What a listener is told of an exchange, or of the end of its reply; None if it is not there."""
    page = await store.journal(sandbox_id, seq - 1, 1)
    begun = next((entry for entry in page.entries if entry.seq == seq), None)
    if not isinstance(begun, Exchange):
        return None
    code = envelope_code(providers, begun)
    return event_of(ended or begun, sandbox_id, code, begun)


def _phases(task: Task) -> list[Step]:
    """The steps at which the phase of a job changes."""
    steps = task.plan.steps
    return [steps[0], *(after for before, after in pairwise(steps) if before.phase != after.phase)]


def _keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Keeps a value, and forgets the oldest one of too many."""
    kept[key] = value
    if len(kept) > most:
        del kept[next(iter(kept))]
