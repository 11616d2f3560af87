"""Which Redis a server takes, by URL, and which it refuses at start, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from mockserver.app import build
from mockserver.domain.input.errors import BadInput
from mockserver.settings import load_settings
from mockserver.web.tls import issue
from tests.integration.redis.conftest import Serve
from tests.support.redis_server import RedisProcess
from tests.support.serving import client_of, settings

PASSWORD = "s3cret"


@contextmanager
def running(*options: str, password: str = "", folder: Path | None = None) -> Iterator[str]:
    """The URL of a Redis; with a folder, which the certificate goes to, it speaks TLS."""
    certificate = issue(folder, []) if folder else None
    process = RedisProcess(*options, password=password, certificate=certificate)
    try:
        yield process.url
    finally:
        process.stop()


def refused(url: str) -> str:
    """Why a server with that store does not start."""
    with pytest.raises(BadInput) as error:
        build(settings(store=url, store_prefix="refused"), "http://127.0.0.1:1")
    return str(error.value)


def works(serve: Serve, url: str, key: str) -> None:
    """Serves a task and looks into the Redis whether it is there."""
    with client_of(serve(url, "opening"), key) as client:
        body = {"model": "veo-3.1", "prompt": "a cat"}
        task = client.post("/apiyi/v1/videos", json=body).json()["id"]
        assert client.get(f"/apiyi/v1/videos/{task}").json()["id"] == task
    with redis.Redis.from_url(url) as client_of_redis:
        assert client_of_redis.exists("opening:sandboxes")


def test_a_password_goes_into_the_url(serve: Serve, key: str) -> None:
    with running(password=PASSWORD) as url:
        assert f":{PASSWORD}@" in url
        works(serve, url, key)


def test_a_wrong_password_or_none_is_refused_and_never_shown(key: str) -> None:
    with running(password=PASSWORD) as url:
        nobody = url.replace(f":{PASSWORD}@", "")
        for wrong in (url.replace(PASSWORD, "wr0ng"), f"{nobody}?password=wr0ng"):
            reason = refused(wrong)
            assert "wr0ng" not in reason and "invalid" in reason
        assert "authenticat" in refused(nobody).lower()


def test_tls_with_a_password_goes_by_the_url_alone(serve: Serve, key: str, tmp_path: Path) -> None:
    with running(password=PASSWORD, folder=tmp_path) as url:
        assert url.startswith("rediss://")
        works(serve, url, key)


def test_a_redis_whose_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with running(folder=tmp_path) as url:
        assert "certificate verify failed" in refused(url.partition("?")[0])


def test_a_redis_that_is_not_there_is_refused() -> None:
    with running() as url:
        pass
    assert "a Redis that answers" in refused(url)


def test_an_option_that_redis_does_not_have_is_refused() -> None:
    assert "nonsense" in refused("redis://127.0.0.1:1/0?nonsense=1")


@pytest.mark.parametrize("prefix", ["", "{a}", "a b", "é"])
def test_a_prefix_that_would_not_keep_servers_apart_is_refused(prefix: str) -> None:
    with pytest.raises(BadInput, match="store_prefix"):
        build(settings(store="redis://127.0.0.1:1/0", store_prefix=prefix), "http://127.0.0.1:1")


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_would_evict_tasks_is_refused(policy: str) -> None:
    with running("--maxmemory-policy", policy) as url:
        reason = refused(url)
    assert policy in reason and "noeviction" in reason


def test_several_processes_without_a_shared_store_are_refused() -> None:
    with pytest.raises(BadInput, match=r"workers.*memory store.*--store redis://"):
        load_settings({"workers": 2, "store": "memory"}, {})


def test_a_store_that_nobody_knows_is_refused() -> None:
    assert "memory, or a URL that begins with redis://" in refused("postgres://127.0.0.1/x")
