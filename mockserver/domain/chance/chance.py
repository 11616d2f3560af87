"""Seeded chance: a roll depends on what it is for, and not on earlier rolls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from struct import unpack

from msgspec import Struct

_NORMAL = NormalDist()
_SPAN = float(1 << 53)
_WORD = float(1 << 32)
STEPS = 1 << 10  # the number of values of a spread


def digest(seed: str, *parts: object, size_bytes: int = 16) -> bytes:
    """Bytes that depend on the seed and every part, and on nothing else."""
    return digest_of("\x1f".join([seed, *map(str, parts)]), size_bytes)


def digest_of(text: str, size_bytes: int) -> bytes:
    """Bytes that depend only on a text, for callers that join seed and parts faster than `digest`."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size_bytes).digest()


_AT_ONCE = 16  # as many numbers of four bytes as one digest has


def rolls(seed: str, what: str, count: int) -> tuple[float, ...]:
    """`count` numbers in [0, 1); sixteen cost as much as one."""
    if count > _AT_ONCE:
        return rolls(seed, what, _AT_ONCE) + rolls(seed, f"{what} and more", count - _AT_ONCE)
    words = unpack(f">{count}I", digest(seed, what, size_bytes=4 * count))
    return tuple([word / _WORD for word in words])


def roll(seed: str, *parts: object) -> float:
    """A number in [0, 1), evenly distributed over the parts."""
    return (int.from_bytes(digest(seed, *parts, size_bytes=8), "big") >> 11) / _SPAN


@cache
def _shape(low_ms: int, median_ms: int, high_ms: int) -> tuple[float, float, float]:
    """Sigma of a log-normal, the chance of its lower cut, and the share between the cuts.

    The upper cut is two sigmas above the median. If the upper cut equals the median, the lower cut
    is two sigmas below.
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
        """The span in milliseconds for a chance in [0, 1); 0.5 gives about the median."""
        return spans_ms(self, 1.0)[min(int(chance * STEPS), STEPS - 1)]


@lru_cache(maxsize=256)
def spans_ms(spread: Spread, speed: float) -> Mapping[int, int]:
    """The spans of a spread by step, on machines that are `speed` times as fast."""
    return _SpansMs(spread, speed)


class _SpansMs(dict[int, int]):
    """Keeps the spans that were asked for, so that each is computed only once."""

    def __init__(self, spread: Spread, speed: float) -> None:
        self._spread = spread
        self._speed = speed

    def __missing__(self, step: int) -> int:
        spread = self._spread
        drawn_ms = _drawn_ms(spread.low_ms, spread.median_ms, spread.high_ms, step)
        span_ms = self[step] = round(drawn_ms / self._speed)
        return span_ms


def _drawn_ms(low_ms: int, median_ms: int, high_ms: int, step: int) -> int:
    """The span at a step; the first and the last are the two cuts."""
    # 0 has no logarithm.
    lowest_ms, centre_ms = max(low_ms, 1), max(median_ms, 1)
    highest_ms = max(high_ms, centre_ms)
    if low_ms >= high_ms or lowest_ms >= highest_ms:
        return median_ms
    sigma, floor, span = _shape(lowest_ms, centre_ms, highest_ms)
    share = min(max(step / (STEPS - 1), 1e-9), 1 - 1e-9)
    z = _NORMAL.inv_cdf(floor + span * share)
    return min(max(round(centre_ms * exp(sigma * z)), low_ms), high_ms)


def seconds(low: float, median: float, high: float) -> Spread:
    """A spread in seconds, as the tables of timings have it."""
    return Spread(round(low * 1000), round(median * 1000), round(high * 1000))
