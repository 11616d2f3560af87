"""A sandbox's clock for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.control import Clock, Control


class SandboxClock:
    """Reads, moves and switches one sandbox's clock. Times are virtual milliseconds."""

    def __init__(self, control: Control, sandbox: str) -> None:
        self._control = control
        self._sandbox = sandbox

    @property
    def now_ms(self) -> int:
        """The virtual time."""
        return self.state().now_ms

    def state(self) -> Clock:
        """Mode, rate and the virtual time."""
        return self._control.clock(self._sandbox)

    def advance(
        self,
        by: str | None = None,
        *,
        to: str | int | None = None,
        task: str | None = None,
    ) -> Clock:
        """Moves on by a span (`"3m"`) or to a moment or event, and tries the callbacks that become due."""
        return self._control.advance(by, to=to, task=task, sandbox=self._sandbox)

    async def advance_async(self, by: str | None = None, **where: Any) -> Clock:
        """As `advance`, for a test whose own event loop serves the callbacks."""
        from anyio import to_thread

        return await to_thread.run_sync(lambda: self.advance(by, **where))

    def mode(self, mode: str, rate: float | None = None) -> Clock:
        """Sets another mode: real, manual or auto; `rate` is for mode real."""
        return self._control.set_clock(mode, rate, self._sandbox)
