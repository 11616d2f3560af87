"""Clients on a real server that pay twice for one film, and such that only look so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.app import Running
from tests.integration.findings.bench import CHAT, RECORD, Bench, bench, download

NAME = "submitted_twice"


def re_creates_after_its_own_deadline(client: Bench) -> None:
    task = client.create()
    for _ in range(3):
        client.advance("1s")
        client.poll(task)
    download(client.url(client.finished(seeds=12_345)))


def re_creates_when_the_reply_names_no_id(client: Bench) -> None:
    client.fault("null_field", field="data.taskId", when={"operation": "generate"})
    client.create()
    client.poll(client.create())


def re_creates_when_an_intermediary_gave_up(client: Bench) -> None:
    client.fault("http_error", status=524, shape="empty", accepted=True)
    client.create() or client.poll(client.create())


def re_creates_after_one_bad_poll(client: Bench) -> None:
    client.fault("http_error", when={"operation": "record_info"})
    client.http.get(RECORD, params={"taskId": client.create()})
    client.poll(client.create())


def re_creates_when_the_link_is_dead(client: Bench) -> None:
    client.fault("media_not_found")
    if download(client.url(client.finished())).status_code == 404:  # type: ignore[union-attr]
        download(client.url(client.finished()))


def asks_again_when_a_video_is_missing_in_the_stream(client: Bench) -> None:
    client.control.set_scenario("instant", client.sandbox)
    client.fault("stream_missing_videos")
    for _ in range(2):
        client.http.post("/apiyi/v1/chat/completions", json=CHAT)
    client.settled("sent", 2)


def asks_again_with_another_seed(client: Bench) -> None:
    client.control.set_scenario("instant", client.sandbox)
    client.fault("stream_missing_videos")
    for seed in range(2):
        client.http.post("/apiyi/v1/chat/completions", json=CHAT | {"seed": seed})
    client.settled("sent", 2)


GUILTY = (
    re_creates_after_its_own_deadline,
    re_creates_when_the_reply_names_no_id,
    re_creates_when_an_intermediary_gave_up,
    re_creates_after_one_bad_poll,
    re_creates_when_the_link_is_dead,
    asks_again_when_a_video_is_missing_in_the_stream,
    asks_again_with_another_seed,
)


def waits_for_three_equal_films(client: Bench) -> None:
    tasks = [client.create() for _ in range(3)]
    client.advance("10m")
    for task in tasks:
        download(client.url(task))


def makes_three_films_one_after_the_other(client: Bench) -> None:
    for _ in range(3):
        download(client.url(client.finished()))


def tries_again_after_a_refunded_failure(client: Bench) -> None:
    client.control.set_scenario("fail", client.sandbox)
    client.poll(client.finished())
    client.control.set_scenario("succeed", client.sandbox)
    download(client.url(client.finished()))


def comes_back_to_a_slow_job(client: Bench) -> None:
    task = client.create()
    client.poll(task)
    client.advance("10m")
    download(client.url(task))


def streams_twice_to_the_end(client: Bench) -> None:
    client.control.set_scenario("instant", client.sandbox)
    for _ in range(2):
        client.http.post("/apiyi/v1/chat/completions", json=CHAT)
    client.settled("sent", 2)


INNOCENT = (
    waits_for_three_equal_films,
    makes_three_films_one_after_the_other,
    tries_again_after_a_refunded_failure,
    comes_back_to_a_slow_job,
    streams_twice_to_the_end,
)


def told(server: Running, life: Callable[[Bench], None]) -> list[str]:
    with bench(server.base_url) as client:
        life(client)
        return [f.name for f in client.findings().found if f.name.startswith("submitted")]


@pytest.mark.parametrize("life", GUILTY, ids=lambda life: life.__name__)
def test_a_client_that_pays_twice_is_seen(server: Running, life: Callable[[Bench], None]) -> None:
    assert told(server, life) == [NAME]


@pytest.mark.parametrize("life", INNOCENT, ids=lambda life: life.__name__)
def test_a_client_that_pays_once_for_each_film_is_left_alone(
    server: Running, life: Callable[[Bench], None]
) -> None:
    assert told(server, life) == []
