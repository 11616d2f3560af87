"""A clock that moves only when somebody sleeps on it."""

from __future__ import annotations


class VirtualClock:
    """`now` and `sleep` for a client; `slept_s` is the record of the sleeps."""

    def __init__(self, start_s: float = 1_765_000_000.0) -> None:
        self.now_s = start_s
        self.slept_s: list[float] = []

    def now(self) -> float:
        """Unix seconds."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass; no real time does."""
        assert seconds >= 0, f"a sleep of {seconds} s"
        self.slept_s.append(seconds)
        self.now_s += seconds
