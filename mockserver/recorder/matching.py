"""Finds the provider and the call of a tape's entry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from mockserver.domain.provider.provider import Inbound, Operation, Provider


class Known(Struct, frozen=True):
    """A call of a provider. `params` are the segments of the path that it names."""

    provider: Provider
    operation: Operation[Any]
    params: dict[str, str]


def known_call(providers: Iterable[Provider], method: str, url: str) -> Known | None:
    """The call of a URL, with any prefix before its path; None if no provider has it. The host or a
    provider's name in the path decides; else the first provider that has the call.
    """
    parts = urlsplit(url)
    found = [k for p in providers if (k := _call_of(p, method, parts.path)) is not None]
    for known in found:
        named = parts.hostname in known.provider.hosts
        if named or f"/{known.provider.name}/" in parts.path:
            return known
    return found[0] if found else None


def _call_of(provider: Provider, method: str, path: str) -> Known | None:
    for operation in provider.operations:
        if operation.method == method and (found := _pattern(operation.path).search(path)):
            return Known(provider, operation, found.groupdict())
    return None


@lru_cache(512)
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    literal = [
        re.escape(part) if n % 2 == 0 else f"(?P<{part}>[^/]+)" for n, part in enumerate(parts)
    ]
    return re.compile("".join(literal) + r"/?\Z")


def inbound_of(
    known: Known, url: str, headers: tuple[tuple[bytes, bytes], ...], body: bytes
) -> Inbound:
    """A request of a tape as codecs read it."""
    parts = urlsplit(url)
    return Inbound(
        known.operation.method,
        known.operation.path,
        parts.query,
        list(headers),
        body,
        known.params,
    )
