"""Many who submit to one sandbox at once all get their task, and do not get into one another's way."""

from __future__ import annotations

import asyncio

import msgspec

from mockserver.domain.job.ids import key_hash
from mockserver.domain.reply.reply import Reply
from mockserver.domain.sandbox.snapshot import Changes, Snapshot
from mockserver.engine.exchange import Answered, Call
from mockserver.stores.memory import MemoryStore
from tests.support.engine import BASE_URL, Engine, posted

KEY = "sk-crowd"


class FarStore(MemoryStore):
    """A store behind a network: between a load and its commit others have their turn."""

    def __init__(self) -> None:
        super().__init__()
        self.tried = 0

    async def load(self, sandbox_id: str, task_id: str = "", key: str = "") -> Snapshot | None:
        found = await super().load(sandbox_id, task_id, key)
        for _ in range(3):
            turn = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(turn.set_result, None)
            await turn
        return found

    async def commit(self, sandbox_id: str, version: int, changes: Changes) -> bool:
        self.tried += 1
        return await super().commit(sandbox_id, version, changes)


def test_thirty_two_at_once_try_less_than_three_times_each() -> None:
    store = FarStore()
    engine = Engine(0, 0, store=store)
    apiyi = engine.providers["apiyi"]
    create = next(operation for operation in apiyi.operations if operation.name == "create")
    asked = posted({"model": "veo-3.1", "prompt": "a cat"})
    call = Call(apiyi, create, asked, engine.sandbox_id(KEY), key_hash(KEY), BASE_URL)

    async def crowd() -> list[Answered]:
        return list(await asyncio.gather(*(engine.exchange.handle(call) for _ in range(32))))

    replies: list[Reply] = [answered.reply for answered in engine.run(crowd())]
    engine.close()
    assert {reply.status for reply in replies} == {200}
    ids = {msgspec.json.decode(reply.body)["id"] for reply in replies if type(reply.body) is bytes}
    assert len(ids) == 32
    assert store.tried < 3 * 32
