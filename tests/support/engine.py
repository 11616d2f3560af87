"""The real engine without its shell: a clock that the test sets, and a sender that keeps letters."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mockserver.domain.callback.delivery import Message
from mockserver.domain.fault.compile import RuleCompiler
from mockserver.domain.fault.fault import Fault
from mockserver.domain.job.ids import key_hash
from mockserver.domain.provider.provider import Inbound, Provider
from mockserver.domain.reply.reply import Headers, Reply
from mockserver.domain.scenario.scenario import Scenario
from mockserver.engine.auto import Auto
from mockserver.engine.callbacks import Callbacks
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.downloads import Downloads
from mockserver.engine.exchange import Call, Exchange
from mockserver.engine.faults import Faults
from mockserver.engine.notifier import Notifier
from mockserver.engine.ports import Answer, Sender
from mockserver.engine.registry import Registry
from mockserver.engine.sandboxes import Defaults, Sandboxes
from mockserver.engine.visits import Visits
from mockserver.stores.memory import MemoryStore

T = TypeVar("T")
BASE_URL = "http://127.0.0.1:8080"


@dataclass
class SetSystem:
    """Implements `engine.ports.System`: time stands where the test sets it."""

    now_ms: int
    fresh: int = 0

    def real_ms(self) -> int:
        return self.now_ms

    def entropy(self) -> str:
        self.fresh += 1
        return f"{self.fresh:016x}"


@dataclass
class Letters:
    """Implements `engine.ports.Sender`: a URL with `flaky` in it errs at each task's first letter."""

    sent: list[tuple[str, bytes, int]] = field(default_factory=list)

    async def send(self, url: str, message: Message, timeout_ms: int) -> Answer:
        again = any((url, message.body) == (u, b) for u, b, _ in self.sent)
        status = 500 if "flaky" in url and not again else 200
        self.sent.append((url, message.body, status))
        return Answer(status)


class Engine:
    """Use cases over a memory store, called from a test that is not async.

    `sender` delivers callbacks in place of `letters`.
    """

    def __init__(
        self,
        real_ms: int,
        start_ms: int,
        sender: Sender | None = None,
        store: MemoryStore | None = None,
    ) -> None:
        self.system, self.letters = SetSystem(real_ms), Letters()
        self.providers = {
            p.name: p for p in Registry[Provider]("mockserver.providers", "PROVIDER").all()
        }
        self.store, notifier = store or MemoryStore(), Notifier()
        defaults = Defaults(
            clock_mode="manual", clock_start_ms=start_ms, providers=tuple(self.providers)
        )
        self.sandboxes = Sandboxes(self.store, self.system, notifier, defaults)
        scenarios = Registry[Scenario]("mockserver.scenarios", "SCENARIO")
        catalogue = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
        faults = Faults(self.store, RuleCompiler(catalogue, self.providers))
        self.visits = Visits(self.store, self.system, notifier)
        self.callbacks = Callbacks(
            self.store,
            self.system,
            notifier,
            self.sandboxes,
            sender or self.letters,
            self.providers,
            faults,
            self.visits,
        )
        auto = Auto(self.sandboxes, faults)
        self._downloads = Downloads(
            self.store, self.system, self.providers, faults, auto, self.visits
        )
        self.exchange = Exchange(
            self.store,
            self.system,
            notifier,
            scenarios,
            faults,
            self.callbacks.deliver_due,
            auto,
            self.visits,
        )
        self._notifier = notifier
        self._loop = asyncio.new_event_loop()
        self._pump = self._loop.create_task(self.callbacks.run())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine to its end."""
        return self._loop.run_until_complete(work)

    def sandbox_id(self, key: str) -> str:
        """The sandbox that a key chooses; opened at first."""
        return self.run(self.sandboxes.identify(key, key_hash(key)))

    def call(self, key: str, provider: str, operation: str, inbound: Inbound) -> Reply:
        """One exchange, with every callback delivered that is due after it."""
        spoken = self.providers[provider]
        found = next(o for o in spoken.operations if o.name == operation)
        sandbox_id = self.sandbox_id(key)
        call = Call(spoken, found, inbound, sandbox_id, key_hash(key), BASE_URL)
        answered = self.run(self.exchange.handle(call))
        if answered.visit is not None:
            self.run(answered.visit.end())
        self.advance(key, 0)
        return answered.reply

    def download(self, path: str, headers: Headers = ()) -> Reply:
        """What the media host answers, without a key."""
        inbound = Inbound("GET", path, headers=list(headers))
        _, answered = self.run(self._downloads.handle(inbound, ()))
        if answered.visit is not None:
            self.run(answered.visit.end())
        return answered.reply

    def advance(self, key: str, by_ms: int) -> int:
        """Moves a sandbox's clock on; gives its virtual time."""
        sandbox_id = self.sandbox_id(key)
        now_ms = self.now_ms(key)
        clock = self.run(self.callbacks.walk(sandbox_id, now_ms + by_ms))
        return clock.at(self.system.now_ms)

    def now_ms(self, key: str) -> int:
        """A sandbox's virtual time."""
        snapshot = self.run(self.sandboxes.load(self.sandbox_id(key)))
        return snapshot.sandbox.clock.at(self.system.now_ms)

    def close(self) -> None:
        """Ends the loop of callbacks."""
        self._notifier.ring_all()
        self.run(self._pump_ended())
        self._loop.close()

    async def _pump_ended(self) -> None:
        await self._pump


def posted(body: object) -> Inbound:
    """A POST with a JSON body."""
    return Inbound("POST", "/", body=json.dumps(body).encode())


def asked(query: str = "", **params: str) -> Inbound:
    """A GET."""
    return Inbound("GET", "/", query, params=params)
