"""Who asks for something, and when."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from mockserver.domain.provider.provider import Provider
from mockserver.domain.time.clock import Instant


class Caller(Struct, frozen=True, gc=False):
    """Who asks, when, through which call, and under which base URL."""

    provider: Provider
    operation: str
    key: str
    base_url: str
    now_ms: int
    dialect: Mapping[str, str]
    real_ms: int = 0
    in_either: bool = False  # limits pass in real time too

    @property
    def now(self) -> Instant:
        """The moment in both times."""
        return Instant(self.now_ms, self.real_ms)
