"""Replicas on one Redis: a listener at one of them hears what happens at another."""

from __future__ import annotations

from mockserver.control import Control
from tests.integration.events.conftest import polled, rest_of, some_of, submitted
from tests.integration.redis.conftest import Serve
from tests.support.redis_server import RedisProcess
from tests.support.serving import client_of


def test_a_call_at_one_replica_is_told_at_the_other_with_the_phases_of_its_job(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    one, two = (serve(own_redis.url, "events") for _ in range(2))
    with (
        client_of(one, key) as client,
        Control(one.base_url, key=key) as elsewhere,
        Control(two.base_url, key=key) as control,
    ):
        submitted(client)  # before anybody listens
        with control.listen("current", limit=4) as stream:
            task_id = submitted(client)
            made = some_of(stream, 2)
            elsewhere.advance("10m")
            ended = rest_of(stream)
        polled(client, task_id)
        with control.listen("current", place=str(made[0].seq), kind="exchange", limit=1) as resumed:
            (poll,) = rest_of(resumed)
    assert [(event.kind, event.phase, event.task_id) for event in made] == [
        ("exchange", "", task_id),
        ("phase", "queued", task_id),
    ]
    assert [event.phase for event in ended] == ["running", "running"]
    assert poll.operation == "record_info"


def test_a_sandbox_that_opens_and_one_that_is_deleted_elsewhere_are_told(
    own_redis: RedisProcess, serve: Serve, key: str
) -> None:
    one, two = (serve(own_redis.url, "events") for _ in range(2))
    with (
        client_of(one, key) as client,
        Control(one.base_url, key=key) as elsewhere,
        Control(two.base_url, key=key) as control,
        control.listen(kind="exchange", limit=2) as stream,
    ):
        task_id = submitted(client)
        (made,) = some_of(stream, 1)
        elsewhere.delete_sandbox()
        (gone,) = rest_of(stream)
    assert (made.kind, made.task_id) == ("exchange", task_id)
    assert (gone.kind, gone.sandbox) == ("gone", made.sandbox)
