"""The first caller works for all who come meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mockserver.engine.batches import Batches


class Work:
    """Doubles numbers, once it is let; refuses 13, and fails over 99."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.let = asyncio.Event()
        self.let.set()

    async def __call__(self, asked: list[int]) -> list[int | Exception]:
        self.batches.append(asked)
        await self.let.wait()
        if 99 in asked:
            raise ValueError("99 breaks all of it")
        return [KeyError(number) if number == 13 else 2 * number for number in asked]


async def turns(count: int = 5) -> None:
    for _ in range(count):
        turn = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(turn.set_result, None)
        await turn


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


def test_those_who_ask_in_one_turn_are_served_together() -> None:
    async def scenario() -> None:
        work = Work()
        batches: Batches[int, int] = Batches(work)
        assert await asyncio.gather(*(batches.ask(n) for n in range(5))) == [0, 2, 4, 6, 8]
        assert work.batches == [[0, 1, 2, 3, 4]]
        assert await batches.ask(7) == 14
        assert batches.is_idle

    run(scenario())


def test_those_who_come_meanwhile_are_served_together_behind_it() -> None:
    async def scenario() -> None:
        work = Work()
        work.let.clear()
        batches: Batches[int, int] = Batches(work)
        first = asyncio.ensure_future(batches.ask(1))
        await turns()
        later = [asyncio.ensure_future(batches.ask(n)) for n in (2, 3)]
        await turns()
        work.let.set()
        assert await asyncio.gather(first, *later) == [2, 4, 6]
        assert work.batches == [[1], [2, 3]]

    run(scenario())


def test_a_refusal_reaches_the_one_who_asked_for_it_and_a_failure_everybody() -> None:
    async def scenario() -> None:
        batches: Batches[int, int] = Batches(Work())
        one, refused = await asyncio.gather(batches.ask(1), batches.ask(13), return_exceptions=True)
        assert (one, type(refused)) == (2, KeyError)
        failed = await asyncio.gather(batches.ask(1), batches.ask(99), return_exceptions=True)
        assert [type(each) for each in failed] == [ValueError, ValueError]
        assert await batches.ask(4) == 8

    run(scenario())


@pytest.mark.parametrize("who", ["the leader", "the next leader", "a follower"])
def test_whoever_is_cancelled_leaves_the_others_served(who: str) -> None:
    async def scenario() -> None:
        work = Work()
        work.let.clear()
        batches: Batches[int, int] = Batches(work)
        leader = asyncio.ensure_future(batches.ask(1))
        await turns()
        following = [asyncio.ensure_future(batches.ask(n)) for n in (2, 3, 4)]
        await turns()
        gone = {"the leader": leader, "the next leader": following[0], "a follower": following[1]}
        gone[who].cancel()
        work.let.set()
        answers = await asyncio.gather(leader, *following, return_exceptions=True)
        expected: list[Any] = [2, 4, 6, 8]
        place = [leader, *following].index(gone[who])
        assert isinstance(answers.pop(place), asyncio.CancelledError)
        del expected[place]
        assert answers == expected
        assert await batches.ask(5) == 10
        assert batches.is_idle

    run(scenario())


def test_a_next_leader_who_goes_in_the_moment_of_his_turn_hands_it_on() -> None:
    async def scenario() -> None:
        work = Work()
        batches: Batches[int, int] = Batches(work)
        first = asyncio.ensure_future(batches.ask(1))
        second = asyncio.ensure_future(batches.ask(2))
        work.let.clear()
        await turns(3)  # the first leads, for both
        third = asyncio.ensure_future(batches.ask(3))
        fourth = asyncio.ensure_future(batches.ask(4))
        await turns(1)
        work.let.set()
        while not first.done():
            await turns(1)
        third.cancel()
        assert await asyncio.gather(first, second, fourth) == [2, 4, 8]
        assert batches.is_idle

    run(scenario())


def test_work_that_is_stopped_in_the_midst_is_told_to_the_others() -> None:
    async def scenario() -> None:
        work = Work()
        work.let.clear()
        batches: Batches[int, int] = Batches(work)
        both = [asyncio.ensure_future(batches.ask(n)) for n in (1, 2)]
        await turns()
        both[0].cancel()
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert [type(each) for each in answers] == [asyncio.CancelledError, ConnectionAbortedError]
        assert batches.is_idle

    run(scenario())
