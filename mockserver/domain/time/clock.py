"""Virtual time as a value: three numbers and a mode, never a running thing.

    virtual = virtual_base + rate * (real - real_base)

| mode   | rate | moves                                                    |
|--------|------|----------------------------------------------------------|
| real   | > 0  | with the real clock, `rate` times as fast                |
| manual | 0    | only when it is advanced                                 |
| auto   | 0    | to the next event, when a client asks for it              |

All times are integer milliseconds since the Unix epoch.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.input.errors import BadInput

Mode = Literal["real", "manual", "auto"]
MODES: tuple[Mode, ...] = ("real", "manual", "auto")
MAX_RATE = 1_000_000.0
LAST_MS = 253_402_300_799_999  # the end of the year 9999, the last moment that a date can show


class Instant(Struct, frozen=True, gc=False, array_like=True):
    """One moment in virtual time and in real time. Limits for clients are kept in both."""

    virtual_ms: int
    real_ms: int

    def later(self, span_ms: int) -> Instant:
        """The moment that is a span later."""
        return Instant(self.virtual_ms + span_ms, self.real_ms + span_ms)

    def rest_ms(self, now: Instant, in_either: bool) -> int:
        """How far this moment is ahead; 0 or less if it has passed.

        With `in_either`, it has passed as soon as one of both times has passed it. Without it, only
        virtual time counts.
        """
        virtual_ms = self.virtual_ms - now.virtual_ms
        return min(virtual_ms, self.real_ms - now.real_ms) if in_either else virtual_ms


class ClockState(Struct, frozen=True, gc=False):
    """A sandbox's clock. `rate` is virtual milliseconds per real millisecond."""

    mode: Mode
    real_base_ms: int
    virtual_base_ms: int
    rate: float

    def at(self, real_ms: int) -> int:
        """The virtual time at a real time. If the real clock went back, it counts as a clock that stood."""
        elapsed_ms, rate = real_ms - self.real_base_ms, self.rate
        if elapsed_ms <= 0 or not rate:
            return self.virtual_base_ms
        return self.virtual_base_ms + (elapsed_ms if rate == 1.0 else int(elapsed_ms * rate))

    def instant(self, real_ms: int) -> Instant:
        """The moment in both times at a real time."""
        return Instant(self.at(real_ms), real_ms)

    @property
    def in_either(self) -> bool:
        """Whether limits also pass in real time, because virtual time of mode auto waits for no client."""
        return self.mode == "auto"

    def jump(self, by_ms: int) -> ClockState:
        """Moves forward by `by_ms`. Raises BadInput if this would be a move back."""
        if by_ms < 0:
            raise BadInput("by_ms", by_ms, "0 or more: virtual time never goes back")
        return replace(self, virtual_base_ms=self.virtual_base_ms + by_ms)

    def reach(self, at_ms: int, real_ms: int) -> ClockState:
        """Moves forward to the virtual time `at_ms`; does nothing if that time has passed."""
        ahead_ms = at_ms - self.at(real_ms)
        return self.jump(ahead_ms) if ahead_ms > 0 else self

    def with_rate(self, rate: float, real_ms: int) -> ClockState:
        """Runs at another rate from `real_ms` on; virtual time does not jump at the change."""
        if self.mode != "real":
            raise BadInput("rate", rate, f"a clock in mode real (this one is {self.mode})")
        if not 0 < rate <= MAX_RATE:
            raise BadInput("rate", rate, f"a number above 0, at most {MAX_RATE:g}")
        return ClockState("real", real_ms, self.at(real_ms), float(rate))

    def with_mode(self, mode: Mode, real_ms: int, rate: float = 1.0) -> ClockState:
        """The same moment in another mode; `rate` counts only for mode real."""
        if mode not in MODES:
            raise BadInput("mode", mode, "one of " + ", ".join(MODES))
        standing = ClockState(mode, real_ms, self.at(real_ms), 0.0)
        return standing if mode != "real" else standing.with_rate(rate, real_ms)

    def real_wait_ms(self, until_ms: int, real_ms: int) -> float | None:
        """Real milliseconds until the virtual time `until_ms`; None if only a jump gets there."""
        ahead_ms = until_ms - self.at(real_ms)
        if ahead_ms <= 0:
            return 0.0
        return ahead_ms / self.rate if self.rate else None

    def real_hold_ms(self, until: Instant, real_ms: int) -> float | None:
        """Real milliseconds that a fault still holds a connection; None if only a jump ends it.

        A clock in mode auto jumps for a client that waits for a job. But a wait that a fault makes
        takes the client's real time.
        """
        if self.mode == "auto":
            return until.real_ms - real_ms
        return self.real_wait_ms(until.virtual_ms, real_ms)

    def real_at(self, virtual_ms: int) -> int:
        """The real time at a virtual time; for a clock that stands, the virtual time itself."""
        if not self.rate:
            return virtual_ms
        return self.real_base_ms + round((virtual_ms - self.virtual_base_ms) / self.rate)

    def client_seconds(self, span_ms: int) -> int:
        """A virtual span in real seconds of the client, rounded up: the value for Retry-After."""
        real_ms = span_ms / self.rate if self.rate else span_ms
        return max(0, -int(-real_ms // 1000))


def start_clock(
    mode: Mode, real_ms: int, start_ms: int | None = None, rate: float = 1.0
) -> ClockState:
    """A clock that begins at the virtual time `start_ms` (default: the real time)."""
    begin_ms = real_ms if start_ms is None else start_ms
    return ClockState("manual", real_ms, begin_ms, 0.0).with_mode(mode, real_ms, rate)
