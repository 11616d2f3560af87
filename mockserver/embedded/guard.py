"""No call reaches a provider's real host: which hosts those are, and what was tried."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Struct, json

from mockserver.domain.input.errors import clipped
from mockserver.domain.provider.command import MICROS
from mockserver.embedded.guarded_sockets import guard_sockets

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider

PATH_CHARS = 200
HIDDEN = "(path not seen)"


class Attempt(Struct, frozen=True):
    """A call that was meant for a real host. `path` is empty if the connection was refused before a
    request came. `cost` is empty if it is unknown.
    """

    host: str
    method: str = ""
    path: str = ""
    cost: str = ""

    @property
    def told(self) -> str:
        """In one line."""
        what = (
            f"{self.method} https://{self.host}{self.path}"
            if self.path
            else f"{self.host} {HIDDEN}"
        )
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

    def note(self, host: str, method: str = "", path: str = "", body: bytes = b"") -> Attempt:
        """Writes an attempt down. The query is left out: it may hold a key."""
        bare = clipped(path.partition("?")[0], PATH_CHARS)
        cost = self._cost(host, method, bare, body)
        attempt = Attempt(self._name(host), method, bare, cost)
        with self._lock:
            self._attempts.append(attempt)
        return attempt

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
    calls = "1 call" if len(lines) == 1 else f"{len(lines)} calls"
    return "\n".join([f"The guard refused {calls} to a real host:", *lines])


@contextmanager
def guarded_sockets(guard: Guard) -> Iterator[None]:
    """While the block runs, no socket of this process finds or reaches a real host."""

    def is_refused(host: str) -> bool:
        if real := guard.is_real(host):
            guard.note(host)
        return real

    put_back = guard_sockets(is_refused)
    try:
        yield
    finally:
        put_back()
