"""Sandboxes: opens them by a key or over the control API, changes them, and waits for them."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.input.errors import BadInput, Missing, Refusal
from mockserver.domain.job.ids import ON_PURPOSE
from mockserver.domain.profile.profile import Profile, dressed
from mockserver.domain.provider.quota import Quota
from mockserver.domain.sandbox.sandbox import SUCCEED, Sandbox
from mockserver.domain.sandbox.snapshot import Changes, StoreUnavailable
from mockserver.domain.time.clock import ClockState, Mode, start_clock
from mockserver.engine.notifier import Waiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.domain.sandbox.snapshot import Snapshot
    from mockserver.domain.scenario.scenario import Choice
    from mockserver.engine.notifier import Notifier
    from mockserver.engine.ports import Store, System

KeyPolicy = Literal["open", "shared", "closed"]
SHARED_ID = "default"
MAX_OPEN_SANDBOXES = 10_000
EVICTED_AT_ONCE = 100  # dropped for one new key: takes about a millisecond
LOOKED_AT_IN_A_TURN = 500
IDLE_REAL_MS = 24 * 3_600_000
STORE_RETRY_REAL_MS = 500  # while the store cannot be reached
RECHECK_REAL_MS = 1000  # with a shared store: news from other replicas may be lost
OUTLASTED = "outlasted"  # counts connections that were held until patience ended
RATE_LIMITED = (Quota("reserved_key", 0, 60_000),)


class Defaults(Struct, frozen=True):
    """What a new sandbox starts with."""

    keys: KeyPolicy = "open"
    seed: str = ""
    clock_mode: Mode = "real"
    clock_rate: float = 1.0
    clock_start_ms: int | None = None
    speed: float = 1.0
    scenario: Choice = SUCCEED
    webhook_key: str = ""
    providers: tuple[str, ...] = ()
    profile: Profile | None = None


class Sandboxes:
    """Finds, opens and changes sandboxes; only this class writes a `Sandbox`."""

    def __init__(
        self,
        store: Store,
        system: System,
        notifier: Notifier,
        defaults: Defaults,
        recheck_real_ms: int | None = None,
    ) -> None:
        self._store = store
        self._system = system
        self._notifier = notifier
        self.defaults = defaults
        self._recheck_real_ms = recheck_real_ms
        # the least recently used first
        self.last_used_real_ms: OrderedDict[str, int] = OrderedDict()
        # sandboxes that were made over the control API, as far as this is known
        self._staying: set[str] = set()
        self.evicted = 0

    def fresh(self, sandbox_id: str, **settings: object) -> Sandbox:
        """A sandbox with the defaults, replaced by `settings`."""
        defaults, real_ms = self.defaults, self._system.real_ms()
        mode = defaults.clock_mode
        sandbox = Sandbox(
            id=sandbox_id,
            seed=defaults.seed or sandbox_id,
            clock=start_clock(mode, real_ms, defaults.clock_start_ms, defaults.clock_rate),
            speed=defaults.speed,
            scenario=defaults.scenario,
            webhook_key=defaults.webhook_key,
            created_real_ms=real_ms,
        )
        if defaults.profile is not None:
            sandbox = dressed(defaults.profile, sandbox, sandbox.clock.instant(real_ms))
        return replace(sandbox, **settings)

    def _begun(self, sandbox: Sandbox) -> Sandbox:
        """The sandbox with the virtual time at which it begins."""
        return replace(sandbox, began_ms=sandbox.clock.at(self._system.real_ms()))

    def recall(self, key: str, key_hash: str) -> str | None:
        """The sandbox that a key chose when it last came, if this is known; `load` checks it."""
        known = None if key.startswith(ON_PURPOSE) else self._store.recall(key_hash)
        if known is not None:
            self.used(known)
        return known

    async def identify(self, key: str, key_hash: str) -> str:
        """The id of the sandbox that a key chooses. Raises Refusal(`unauthorized` | `forbidden`).

        Keys that begin with `sk-mock-` choose a behaviour; the rest of the key does not matter.
        """
        if key.startswith(ON_PURPOSE):
            _refuse_on_purpose(key)
        known = await self._store.resolve(key_hash)
        if known is None:
            known = await self._open(key, key_hash)
        self.used(known)
        return known

    def used(self, sandbox_id: str) -> None:
        """Notes that a sandbox is in use now."""
        if sandbox_id not in self._staying:
            self.last_used_real_ms[sandbox_id] = self._system.real_ms()
            self.last_used_real_ms.move_to_end(sandbox_id)

    def _seen(self) -> int:
        return len(self.last_used_real_ms) + len(self._staying)

    async def _open(self, key: str, key_hash: str) -> str:
        if self.defaults.keys == "closed":
            raise Refusal(
                "unauthorized",
                "key: unknown, and keys = closed accepts only keys of existing sandboxes",
            )
        shared = self.defaults.keys == "shared" and not key.startswith(ON_PURPOSE)
        sandbox_id = SHARED_ID if shared else f"sb{key_hash}"
        if self._seen() >= MAX_OPEN_SANDBOXES:
            await self.evict_idle()
        sandbox = self.fresh(sandbox_id, opened_by_key=not shared)
        if key.startswith(f"{ON_PURPOSE}no-credit"):
            sandbox = replace(sandbox, balances_micros=dict.fromkeys(self.defaults.providers, 0))
        elif key.startswith(f"{ON_PURPOSE}rate-limited"):
            sandbox = replace(sandbox, quotas=RATE_LIMITED)
        await self._store.create(self._begun(sandbox))
        await self._store.bind(key_hash, sandbox_id)
        return sandbox_id

    async def evict_idle(self) -> None:
        """Drops some key-opened sandboxes unused for 24 real hours, and the least recently used one
        when there are too many. Others have their turn while many are looked at that stay.

        Over a shared store it only forgets when it has seen them: others may be using them, and
        the store itself lets go of those that nobody does.
        """
        if self._recheck_real_ms is not None:
            return self._forget_older_half()
        real_ms, used = self._system.real_ms(), self.last_used_real_ms
        most, looked = self.evicted + EVICTED_AT_ONCE, 0
        while used and self.evicted < most:
            sandbox_id, used_ms = next(iter(used.items()))
            if self._seen() < MAX_OPEN_SANDBOXES and real_ms - used_ms < IDLE_REAL_MS:
                break
            snapshot = await self._store.load(sandbox_id)
            if snapshot is None or snapshot.sandbox.opened_by_key:
                await self.delete(sandbox_id)
                self.evicted += 1
            else:  # it stays at any age, so it is not looked at again
                del used[sandbox_id]
                self._staying.add(sandbox_id)
            looked += 1
            if looked % LOOKED_AT_IN_A_TURN == 0:
                await Waiter().rest(0)

    def _forget_older_half(self) -> None:
        used = self.last_used_real_ms
        for _ in range(len(used) // 2):
            used.popitem(last=False)

    async def create(self, sandbox: Sandbox, key_hashes: tuple[str, ...]) -> None:
        """Stores a sandbox that a user asked for, with its keys. Raises BadInput if one is in use."""
        for key_hash in key_hashes:
            if await self._store.resolve(key_hash) is not None:
                raise BadInput("keys", "…", "keys that choose no sandbox yet")
        if not await self._store.create(self._begun(sandbox)):
            raise BadInput("id", sandbox.id, "an id that is not in use")
        for key_hash in key_hashes:
            await self._store.bind(key_hash, sandbox.id)
        self.used(sandbox.id)

    async def load(self, sandbox_id: str) -> Snapshot:
        """The sandbox. Raises Missing."""
        snapshot = await self._store.load(sandbox_id)
        if snapshot is None:
            raise Missing("sandbox", sandbox_id)
        return snapshot

    async def update(self, sandbox_id: str, change: Callable[[Sandbox], Sandbox]) -> Sandbox:
        """Changes a sandbox and wakes everything that waits for it; after a lost race it loads again."""
        while True:
            snapshot = await self.load(sandbox_id)
            changed = change(snapshot.sandbox)
            if changed == snapshot.sandbox or await self._write(snapshot, changed):
                return changed

    async def _write(self, snapshot: Snapshot, changed: Sandbox) -> bool:
        """Writes a sandbox and wakes everything that waits for it; False if another commit came first."""
        done = await self._store.commit(changed.id, snapshot.version, Changes(sandbox=changed))
        if done:
            self._notifier.ring(changed.id)
        return done

    def changed_elsewhere(self, sandbox_id: str) -> None:
        """Another replica has changed a sandbox: what waits for it looks again, and it counts as used."""
        if self._seen() >= MAX_OPEN_SANDBOXES:
            self._forget_older_half()
        self.used(sandbox_id)
        self._notifier.ring(sandbox_id)

    async def set_clock(
        self, sandbox_id: str, change: Callable[[ClockState, int], ClockState]
    ) -> ClockState:
        """Changes the clock by a function of it and the real time."""

        def changed(sandbox: Sandbox) -> Sandbox:
            # The time is read after the load: an earlier time could set the clock back.
            return replace(sandbox, clock=change(sandbox.clock, self._system.real_ms()))

        return (await self.update(sandbox_id, changed)).clock

    async def reach(self, sandbox_id: str, at_ms: int) -> ClockState:
        """Moves the clock on to a virtual time; a time that has passed changes nothing."""
        return await self.set_clock(sandbox_id, lambda clock, real_ms: clock.reach(at_ms, real_ms))

    async def delete(self, sandbox_id: str) -> None:
        """Deletes a sandbox with everything in it. Raises Missing."""
        self.last_used_real_ms.pop(sandbox_id, None)
        self._staying.discard(sandbox_id)
        if not await self._store.delete(sandbox_id):
            raise Missing("sandbox", sandbox_id)
        self._notifier.ring(sandbox_id)

    async def reset(self, sandbox_id: str) -> None:
        """Empties a sandbox: tasks, money, callbacks, journal. Settings, keys and clock stay."""
        await self.load(sandbox_id)
        await self._store.clear(sandbox_id)
        self._notifier.ring(sandbox_id)

    async def until(self, sandbox_id: str, at_ms: int, waiter: Waiter) -> bool:
        """Waits for a virtual time; False if the client or the sandbox goes first.

        In mode auto nothing has to wait: the clock goes there.
        """
        return await self._reached(await self._known(sandbox_id, waiter), at_ms, waiter)

    async def after(
        self, sandbox_id: str, span_ms: int | None, waiter: Waiter, *, held: bool = True
    ) -> bool:
        """Lets a span pass that a fault imposes, None: one without end.

        It passes in the client's own time in mode auto, where nothing moves the clock, and in
        virtual time else. False when the client, the sandbox or its patience ends first; that a
        client is not `held` meanwhile is no matter of patience.
        """
        snapshot, began_ms = await self._known(sandbox_id, waiter), self._system.real_ms()
        ends = None
        if snapshot is not None and span_ms is not None:
            ends = snapshot.sandbox.clock.instant(began_ms).later(span_ms)
        before_ms = waiter.held_real_ms
        while snapshot is not None:
            clock, real_ms = snapshot.sandbox.clock, self._system.real_ms()
            rest_ms = None if ends is None else clock.real_hold_ms(ends, real_ms)
            waiter.held_real_ms = before_ms + real_ms - began_ms
            if rest_ms is not None and rest_ms <= 0:
                waiter.reached_ms = clock.at(real_ms)
                return True
            left_ms = None
            if held and snapshot.sandbox.patience_ms is not None:
                left_ms = snapshot.sandbox.patience_ms - waiter.held_real_ms
                if left_ms <= 0:
                    await self._outlasted(sandbox_id, waiter)
                    return False
            rest_ms = sooner(sooner(rest_ms, left_ms), self._recheck_real_ms)
            await self._notifier.rest(sandbox_id, waiter, rest_ms)
            snapshot = await self._known(sandbox_id, waiter)
        return False

    async def _outlasted(self, sandbox_id: str, waiter: Waiter) -> None:
        """The client did not give up.

        This is counted before its connection ends, so that no reader misses it.
        """
        waiter.outlasted = True
        with suppress(StoreUnavailable):
            await self._store.count(sandbox_id, OUTLASTED)

    async def _reached(self, snapshot: Snapshot | None, at_ms: int, waiter: Waiter) -> bool:
        while snapshot is not None:
            sandbox, real_ms = snapshot.sandbox, self._system.real_ms()
            wait_ms = sandbox.clock.real_wait_ms(at_ms, real_ms)
            if wait_ms == 0:
                waiter.reached_ms = sandbox.clock.at(real_ms)
                return True
            if sandbox.clock.mode == "auto":
                moved = replace(sandbox, clock=sandbox.clock.reach(at_ms, real_ms))
                with suppress(StoreUnavailable):
                    if await self._write(snapshot, moved):
                        waiter.reached_ms = moved.clock.at(real_ms)
                        return True
            else:
                rest_ms = sooner(wait_ms, self._recheck_real_ms)
                await self._notifier.rest(sandbox.id, waiter, rest_ms)
            snapshot = await self._known(sandbox.id, waiter)
        return False

    async def _known(self, sandbox_id: str, waiter: Waiter) -> Snapshot | None:
        """The sandbox, as soon as the store can be reached; None if it or the client goes first."""
        while not waiter.gone:
            try:
                return await self._store.load(sandbox_id)
            except StoreUnavailable:  # a stream survives that
                await self._notifier.rest(sandbox_id, waiter, STORE_RETRY_REAL_MS)
        return None

    async def gone(self, sandbox_id: str, waiter: Waiter) -> None:
        """Waits until the client has gone, or the server stops."""
        while not waiter.gone:
            await self._notifier.rest(sandbox_id, waiter, None)


def _refuse_on_purpose(key: str) -> None:
    if key.startswith(f"{ON_PURPOSE}invalid"):
        raise Refusal(
            "unauthorized", f"key: one that begins with {ON_PURPOSE}invalid is refused on purpose"
        )
    if key.startswith(f"{ON_PURPOSE}forbidden"):
        raise Refusal(
            "forbidden",
            f"key: one that begins with {ON_PURPOSE}forbidden may do nothing, on purpose",
        )


def sooner(a_ms: float | None, b_ms: float | None) -> float | None:
    """The shorter of two waits; None is a wait without end."""
    if a_ms is None or b_ms is None:
        return b_ms if a_ms is None else a_ms
    return min(a_ms, b_ms)
