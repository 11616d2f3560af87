"""The first caller does the work for all who come in the meantime: one trip in place of many.

Nothing runs in the background. The first caller leads: at the end of this turn of the event loop it
takes the requests of all callers, has the work done, and hands over to the first caller that came
in the meantime. So the work is done in the order of the requests, and never twice at the same time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar, cast

Asked = TypeVar("Asked")
Result = TypeVar("Result")
Work = Callable[[list[Asked]], Awaitable[list[Result | Exception]]]
_NOTHING = object()


class _Waiting(Generic[Asked]):
    """One caller. `turn` ends its wait: either it has its answer, or it is its turn to lead."""

    __slots__ = ("answer", "asked", "turn")

    def __init__(self, asked: Asked, turn: asyncio.Future[None]) -> None:
        self.asked = asked
        self.turn = turn
        self.answer: object = _NOTHING

    def end_wait(self) -> None:
        if not self.turn.done():
            self.turn.set_result(None)


class Batches(Generic[Asked, Result]):
    """`work` gives an answer for each of those who asked, in their order; an exception is raised
    where it was asked for. What `work` raises itself, everybody gets.
    """

    def __init__(self, work: Work[Asked, Result]) -> None:
        self._work = work
        self._waiting: list[_Waiting[Asked]] = []
        self._is_led = False

    @property
    def is_idle(self) -> bool:
        """Whether no caller waits."""
        return not self._is_led

    async def ask(self, asked: Asked) -> Result:
        """Waits for the answer. If the answer is an exception, raises it."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(asked, loop.create_future())
        self._waiting.append(waiting)
        if not self._is_led:
            self._is_led = True
            loop.call_soon(waiting.end_wait)  # after everything that is ready in this turn
        try:
            await waiting.turn
            if waiting.answer is _NOTHING:
                await self._lead()
        except asyncio.CancelledError:
            self._leave(waiting)
            raise
        if isinstance(waiting.answer, Exception):
            raise waiting.answer
        return cast("Result", waiting.answer)

    async def _lead(self) -> None:
        """Has the work done for all callers that wait, the leader too, and hands over."""
        batch, self._waiting = self._waiting, []
        answers: list[object]
        try:
            answers = [*await self._work([each.asked for each in batch])]
        except Exception as error:  # noqa: BLE001  everybody who asked is told
            answers = [error] * len(batch)
        except BaseException:  # the leader was cancelled during the work
            answers = [ConnectionAbortedError("the caller that did the work was stopped")] * len(
                batch
            )
            raise
        finally:
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.answer = answer
                waiting.end_wait()
            self._hand_over()

    def _hand_over(self) -> None:
        """The first caller that waits leads; if no caller waits, the next one that comes."""
        while self._waiting and self._waiting[0].turn.cancelled():
            self._waiting.pop(0)
        if self._waiting:
            self._waiting[0].end_wait()
        else:
            self._is_led = False

    def _leave(self, waiting: _Waiting[Asked]) -> None:
        """A caller that waited has gone; if it was its turn to lead, the next caller leads."""
        if waiting in self._waiting:
            was_to_lead = waiting.turn.done() and not waiting.turn.cancelled()
            self._waiting.remove(waiting)
            if was_to_lead or not self._waiting:
                self._hand_over()
