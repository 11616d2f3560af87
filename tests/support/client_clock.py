"""A clock that moves only when somebody sleeps on it."""

from __future__ import annotations

from mockserver.control import Control
from mockserver.control.records import Sandbox


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


class SandboxClock(VirtualClock):
    """The clock of a sandbox: who sleeps on it advances the sandbox."""

    def __init__(self, control: Control, sandbox: Sandbox) -> None:
        super().__init__(sandbox.clock.now_ms / 1000)
        self._control, self._sandbox_id = control, sandbox.id

    def sleep(self, seconds: float) -> None:
        """Let virtual time pass, here and at the server."""
        super().sleep(seconds)
        self._control.advance(f"{max(1, round(seconds * 1000))}ms", sandbox=self._sandbox_id)
