"""One replica's way to Redis: the commands of one turn are sent together.

One write, one answer, one connection. Commands that come while an answer is awaited wait, and are
then sent together too. So commands reach Redis in their order, and each command costs less if there
are more callers.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hiredis import pack_command

from mockserver.engine.batches import Batches

ANSWER_S = 5
Command = tuple[Any, ...]  # its name and its arguments


class Lane:
    """Returns answers as they were sent (RESP2)."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._batches: Batches[tuple[Command, ...], list[Any]] = Batches(self._answers)

    async def run(self, *commands: Command) -> list[Any]:
        """The answers to some commands, which run one after another.

        Raises the first error of Redis, or the error of the connection.
        """
        return await self._batches.ask(commands)

    async def _answers(self, asked: list[tuple[Command, ...]]) -> list[list[Any] | Exception]:
        answers = iter(await self._sent([command for commands in asked for command in commands]))
        return [_without_refusal([next(answers) for _ in commands]) for commands in asked]

    async def _sent(self, commands: list[Command]) -> list[Any]:
        """The answers one by one, errors of Redis among them.

        There is one time limit for all of them; redis-py's own pipeline sets one for each.
        """
        connection = await self._pool.get_connection()
        try:
            await connection.send_packed_command([b"".join([*map(pack_command, commands)])])
            async with asyncio.timeout(ANSWER_S):
                return [await _answer(connection) for _ in commands]
        except BaseException:
            await connection.disconnect(nowait=True)  # the rest of the data is no one's answer
            raise
        finally:
            await self._pool.release(connection)


async def _answer(connection: Any) -> Any:
    return await connection._parser.read_response(disable_decoding=True)


def _without_refusal(answers: list[Any]) -> list[Any] | Exception:
    refusal = next((answer for answer in answers if isinstance(answer, Exception)), None)
    return answers if refusal is None else refusal
