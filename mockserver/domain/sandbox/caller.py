"""The caller of an operation, and the moment of the call."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mockserver.domain.provider.provider import Provider
from mockserver.domain.time.clock import Instant


class Caller(Struct, frozen=True, gc=False):
    """The key that calls, the moment, the operation, and the base URL."""

    provider: Provider
    operation: str
    key: str
    base_url: str
    now_ms: int
    dialect: Mapping[str, str]
    real_ms: int = 0
    in_either: bool = False  # limits also pass in real time

    @property
    def now(self) -> Instant:
        """The moment in virtual time and in real time."""
        return Instant(self.now_ms, self.real_ms)
