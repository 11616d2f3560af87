"""No call reaches a provider's real host: which hosts those are, and what was tried."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.input.counted import counted
from mockserver.domain.input.errors import Refusal, clipped
from mockserver.domain.provider.command import MICROS
from mockserver.embedded.guarded_sockets import REAL, guard_sockets
from mockserver.recorder.matching import inbound_of, known_call
from mockserver.recorder.spending import asked_of, price_micros
from mockserver.web.multipart import parse_form

if TYPE_CHECKING:
    from mockserver.domain.provider.provider import Provider

URL_CHARS = 240
NO_REQUEST = "the connection was refused before a request came"


class Request(Struct, frozen=True):
    """A request that was meant for a real host. Header names are lower-case."""

    method: str
    url: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


class Attempt(Struct, frozen=True):
    """A call that the guard refused. `url` is empty if it was not seen; `unseen` then says why. `cost`
    is empty if it is unknown. `is_real` is false for a host that is no provider's.
    """

    host: str
    method: str = ""
    url: str = ""
    cost: str = ""
    unseen: str = ""
    is_real: bool = True

    @property
    def told(self) -> str:
        """In one line."""
        seen = f"{self.method} {self.url}"
        what = seen if self.url else f"{self.host} (path not seen: {self.unseen})"
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

    def note(self, host: str, request: Request | None = None, unseen: str = "") -> None:
        """Writes an attempt down. The query is left out: it may hold a key."""
        name = self._name(host)
        attempt = Attempt(name, unseen=unseen, is_real=name in self._providers)
        if request is not None:
            url = clipped(request.url.partition("?")[0], URL_CHARS)
            cost = self._cost(name, request)
            attempt = replace(attempt, method=request.method, url=url, cost=cost)
        with self._lock:
            self._attempts.append(attempt)

    def _name(self, host: str) -> str:
        return host.lower().rstrip(".")

    def _cost(self, name: str, request: Request) -> str:
        """The price of a job, where the call creates one that the mock would take."""
        provider = self._providers.get(name)
        if provider is None:
            return ""
        known = known_call([provider], request.method, request.url)
        if known is None:
            return ""
        inbound = inbound_of(known, request.url, request.headers, request.body)
        content_type = inbound.header(b"content-type")
        with suppress(Refusal):
            if content_type.lower().startswith("multipart/form-data"):
                inbound = replace(inbound, form=parse_form(content_type, request.body))
            price = price_micros(known, request.method, asked_of(known, inbound))
            return f"{price / MICROS:g} {provider.unit}" if price else ""
        return ""


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
