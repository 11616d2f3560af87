"""Creations with one idempotency key that come at the same moment, and the bound of keys."""

from __future__ import annotations

import asyncio

import msgspec

from mockserver.domain.job.ids import key_hash
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Once
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.sandbox.once import MAX_IDEMPOTENCY_KEYS, remembered
from mockserver.domain.sandbox.sandbox import Books
from mockserver.engine.exchange import Answered, Call
from tests.support.engine import BASE_URL, Engine
from tests.unit.engine.test_races import FarStore
from tests.unit.providers.xcompute.calls import task

KEY = "sk-once"
BODY = b'{"model":"veo3.1-fast","prompt":"a dolphin"}'


def test_thirty_two_with_one_key_at_once_are_one_job() -> None:
    engine = Engine(0, 0, store=FarStore())
    xcompute = engine.providers["xcompute"]
    create = next(operation for operation in xcompute.operations if operation.name == "create")
    path, headers = "/v1/videos/generations", [(b"idempotency-key", b"order-1")]
    asked = Inbound("POST", path, headers=headers, body=BODY)
    call = Call(xcompute, create, asked, engine.sandbox_id(KEY), key_hash(KEY), BASE_URL)

    async def crowd() -> list[Answered]:
        return list(await asyncio.gather(*(engine.exchange.handle(call) for _ in range(32))))

    bodies = [answered.reply.body for answered in engine.run(crowd())]
    tasks = engine.run(engine.store.tasks(call.sandbox_id))
    engine.close()
    ids = {msgspec.json.decode(body)["data"][0]["task_id"] for body in bodies if body}
    assert ids == {tasks[0].id}
    assert len(tasks) == 1


def made(task_id: str) -> Task:
    return task(id=task_id)


def test_the_oldest_key_goes_and_a_key_that_comes_again_is_the_newest() -> None:
    books = Books()
    for number in range(MAX_IDEMPOTENCY_KEYS + 1):
        once = remembered(books, Once(f"key-{number}", "wish"), made(f"task_{number}"))
        books = Books(once=once)
    assert len(books.once) == MAX_IDEMPOTENCY_KEYS
    assert "key-0" not in books.once
    again = remembered(books, Once("key-1", "wish"), made("task_new"))
    assert list(again)[-1] == "key-1"
    assert again["key-1"] == ("task_new", "wish")
    assert len(again) == MAX_IDEMPOTENCY_KEYS


def test_a_submission_without_a_key_keeps_the_keys() -> None:
    books = Books(once={"key": ("task_1", "wish")})
    assert remembered(books, None, made("task_2")) == books.once
