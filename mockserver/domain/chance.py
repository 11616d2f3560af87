"""Seeded chance: a roll is a function of what it is for, never of what came before it."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist

from msgspec import Struct

_NORMAL = NormalDist()
_SPAN = float(1 << 53)
_WORD = float(1 << 32)


def digest(seed: str, *parts: object, size_bytes: int = 16) -> bytes:
    """Bytes that depend on the seed and every part, and on nothing else."""
    text = "\x1f".join([seed, *map(str, parts)])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size_bytes).digest()


def rolls(seed: str, what: str, count: int) -> tuple[float, ...]:
    """`count` numbers in [0, 1), at most 16, for the price of one."""
    drawn = digest(seed, what, size_bytes=4 * count)
    return tuple(
        [int.from_bytes(drawn[at : at + 4], "big") / _WORD for at in range(0, 4 * count, 4)]
    )


def roll(seed: str, *parts: object) -> float:
    """A number in [0, 1), evenly spread over the parts."""
    return (int.from_bytes(digest(seed, *parts, size_bytes=8), "big") >> 11) / _SPAN


@cache
def _shape(low_ms: int, median_ms: int, high_ms: int) -> tuple[float, float, float]:
    """Sigma of a log-normal, the chance of its lower cut, and how much lies between the cuts.

    The upper cut lies two sigmas out; the lower one does where the upper is the median itself.
    """
    sigma = (log(high_ms / median_ms) or log(median_ms / low_ms)) / 2
    floor = _NORMAL.cdf(log(low_ms / median_ms) / sigma)
    return sigma, floor, _NORMAL.cdf(log(high_ms / median_ms) / sigma) - floor


class Spread(Struct, frozen=True, gc=False):
    """A span of time that varies: log-normal around `median_ms`, cut at both ends."""

    low_ms: int
    median_ms: int
    high_ms: int

    def draw(self, chance: float) -> int:
        """The span in milliseconds at a chance in [0, 1); 0.5 gives about the median."""
        if self.low_ms >= self.high_ms:
            return self.median_ms
        low_ms, median_ms = max(self.low_ms, 1), max(self.median_ms, 1)  # nothing has no logarithm
        sigma, floor, span = _shape(low_ms, median_ms, max(self.high_ms, median_ms))
        z = _NORMAL.inv_cdf(floor + span * min(max(chance, 1e-9), 1 - 1e-9))
        drawn_ms = round(median_ms * exp(sigma * z))
        return min(max(drawn_ms, self.low_ms), self.high_ms)


def seconds(low: float, median: float, high: float) -> Spread:
    """A spread given in seconds, as the tables of timings are."""
    return Spread(round(low * 1000), round(median * 1000), round(high * 1000))
