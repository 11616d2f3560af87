"""No call reaches a provider's real host: which hosts those are, and what was tried."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct, json

from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import clipped
from mockserver.domain.provider.command import MICROS
from mockserver.embedded.guarded_sockets import REAL, guard_sockets

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider

PATH_CHARS = 200
NO_REQUEST = "the connection was refused before a request came"


class Attempt(Struct, frozen=True):
    """A call that the guard refused. `path` is empty if it was not seen; `unseen` then says why. `cost`
    is empty if it is unknown. `is_real` is false for a host that is no provider's.
    """

    host: str
    method: str = ""
    path: str = ""
    cost: str = ""
    unseen: str = ""
    is_real: bool = True

    @property
    def told(self) -> str:
        """In one line."""
        seen = f"{self.method} https://{self.host}{self.path}"
        what = seen if self.path else f"{self.host} (path not seen: {self.unseen})"
        return what + (f", which would have cost {self.cost}" if self.cost else "")


class Guard:
    """Knows the real hosts, and notes what was tried. May be used from any thread."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._providers = {host.lower(): p for p in providers for host in p.hosts}
        self._lock = threading.Lock()
        self._attempts: list[Attempt] = []

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that nothing may reach."""
        return tuple(sorted(self._providers))

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What was tried so far."""
        with self._lock:
            return tuple(self._attempts)

    def is_real(self, host: str) -> bool:
        """Whether a host is a provider's own."""
        return self._name(host) in self._providers

    def note(
        self, host: str, method: str = "", path: str = "", body: bytes = b"", unseen: str = ""
    ) -> None:
        """Writes an attempt down. The query is left out: it may hold a key."""
        bare = clipped(path.partition("?")[0], PATH_CHARS)
        cost = self._cost(host, method, bare, body)
        attempt = Attempt(self._name(host), method, bare, cost, unseen, self.is_real(host))
        with self._lock:
            self._attempts.append(attempt)

    def _name(self, host: str) -> str:
        return host.lower().rstrip(".")

    def _cost(self, host: str, method: str, path: str, body: bytes) -> str:
        """The price of a job, where the call creates one and names a model with a price."""
        provider = self._providers.get(self._name(host))
        if provider is None:
            return ""
        creates = any(
            o.call_phase in ("create", "stream") and (o.method, o.path) == (method, path)
            for o in provider.operations
        )
        try:
            model = json.decode(body, type=dict[str, Any]).get("model") if creates else None
        except ValueError:
            return ""
        prices = {one.name: one.price_micros / MICROS for one in provider.models}
        return f"{prices[model]:g} {provider.unit}" if model in prices else ""


def told(guard: Guard) -> str:
    """What was tried, one line each."""
    lines = [f"  {attempt.told}" for attempt in guard.attempts]
    if not lines:
        return "The guard saw no call to a real host."
    where = "a real host" if all(one.is_real for one in guard.attempts) else "another machine"
    return "\n".join([f"The guard refused {counted(len(lines), 'call')} to {where}:", *lines])


@contextmanager
def guarded_sockets(guard: Guard) -> Iterator[None]:
    """While the block runs, no socket of this process finds or reaches a real host."""

    def refusal(host: str) -> str:
        if not guard.is_real(host):
            return ""
        guard.note(host, unseen=NO_REQUEST)
        return REAL

    put_back = guard_sockets(refusal)
    try:
        yield
    finally:
        put_back()
