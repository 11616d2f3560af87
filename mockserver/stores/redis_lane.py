"""Commands of one turn of the event loop leave together: one write, one answer, one connection.

While an answer is under way, what is asked meanwhile waits and leaves behind it, together too. So
commands reach Redis in the order in which they were asked for, and the more callers there are, the
less each of them costs.

Nothing runs in the background. Who asks first leads: he sends what all have asked for, and hands
over to the first of those that came meanwhile.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hiredis import pack_command

ANSWER_S = 5
Command = tuple[Any, ...]  # its name and its arguments


class _Asked:
    """What one caller has asked for. `turn` ends his wait: answered, or his is the turn to lead."""

    __slots__ = ("answers", "commands", "turn")

    def __init__(self, commands: tuple[Command, ...], turn: asyncio.Future[None]) -> None:
        self.commands = commands
        self.turn = turn
        self.answers: list[Any] | BaseException | None = None

    def end_wait(self) -> None:
        if not self.turn.done():
            self.turn.set_result(None)


class Lane:
    """One replica's way to Redis for what each call needs."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._waiting: list[_Asked] = []
        self._is_led = False

    async def run(self, *commands: Command) -> list[Any]:
        """The answers to some commands, which run one behind the other.

        Raises what Redis or the connection raised, the first of it.
        """
        asked = _Asked(commands, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if not self._is_led:
            self._is_led = True
            asyncio.get_running_loop().call_soon(asked.end_wait)  # others of this turn join
        try:
            await asked.turn
            if asked.answers is None:
                await self._lead(asked)
        except asyncio.CancelledError:
            self._leave(asked)
            raise
        return _found(asked.answers)

    async def _lead(self, leader: _Asked) -> None:
        """Sends what is waiting, the leader's own included, and hands over."""
        batch, self._waiting = self._waiting, []
        try:
            answers = await self._sent(batch)
        except BaseException as error:  # whoever asked is told
            for asked in batch:
                asked.answers = (
                    error if isinstance(error, Exception) else ConnectionError("it ended")
                )
            if not isinstance(error, Exception):
                raise
        else:
            at = 0
            for asked in batch:
                asked.answers = answers[at : at + len(asked.commands)]
                at += len(asked.commands)
        finally:
            for asked in batch:
                asked.end_wait()
            self._hand_over()

    async def _sent(self, batch: list[_Asked]) -> list[Any]:
        """The answers as they stand on the wire (RESP2), one by one; what Redis refuses among them.

        One write, and one limit of time for all answers: redis-py's pipeline has one for each.
        """
        commands = [command for asked in batch for command in asked.commands]
        connection = await self._pool.get_connection()
        try:
            await connection.send_packed_command([b"".join([*map(pack_command, commands)])])
            async with asyncio.timeout(ANSWER_S):
                return [await _answer(connection) for _ in commands]
        except BaseException:
            await connection.disconnect(nowait=True)  # what is still to come is nobody's answer
            raise
        finally:
            await self._pool.release(connection)

    def _hand_over(self) -> None:
        """The first that waits leads; with nobody there, the next that comes."""
        while self._waiting and self._waiting[0].turn.cancelled():
            self._waiting.pop(0)
        if self._waiting:
            self._waiting[0].end_wait()
        else:
            self._is_led = False

    def _leave(self, asked: _Asked) -> None:
        """One that waits has gone; if it was to lead, the next one does."""
        if asked in self._waiting:
            was_first = self._waiting[0] is asked
            self._waiting.remove(asked)
            if was_first and asked.turn.done() and not asked.turn.cancelled():
                self._hand_over()


async def _answer(connection: Any) -> Any:
    return await connection._parser.read_response(disable_decoding=True)


def _found(answers: list[Any] | BaseException | None) -> list[Any]:
    if isinstance(answers, BaseException):
        raise answers
    assert answers is not None, "whoever waited was answered"
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
