"""A client's own sleeps turn the clock: what it waits for comes true, and nobody waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}
USUAL = vars(time)["sleep"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _create(reelmock: Reelmock) -> httpx.Response:
    headers = {"authorization": f"Bearer {reelmock.api_key}"}
    url = f"{reelmock.base_url('apiyi')}/v1/videos"
    return httpx.post(url, json=VIDEO, headers=headers, trust_env=False)


def _refused_for_s(reelmock: Reelmock) -> int:
    """The wait that a client is told of: one job a minute is let in, and one has been."""
    reelmock.fault("quota_requests", limit=1, window="60s")
    assert _create(reelmock).status_code == 200
    refused = _create(reelmock)
    assert refused.status_code == 429
    return int(refused.headers["retry-after"])


@pytest.mark.usefixtures("reelmock_sleep")
def test_a_client_that_sleeps_as_it_was_told_is_let_in(reelmock: Reelmock) -> None:
    told_s = _refused_for_s(reelmock)
    vars(time)["sleep"](told_s)
    assert _create(reelmock).status_code == 200


@pytest.mark.usefixtures("reelmock_sleep")
def test_one_that_sleeps_too_little_is_refused(reelmock: Reelmock) -> None:
    told_s = _refused_for_s(reelmock)
    vars(time)["sleep"](told_s - 5)
    assert _create(reelmock).status_code == 429


@pytest.mark.usefixtures("reelmock_sleep")
@pytest.mark.parametrize("short_s", [0, 5])
def test_what_it_slept_is_judged_as_its_pause(reelmock: Reelmock, short_s: int) -> None:
    told_s = _refused_for_s(reelmock)
    vars(time)["sleep"](told_s - short_s)
    _create(reelmock)
    found = [one.name for one in reelmock.findings(over=True).found]
    assert ("ignored_retry_after" in found) == (short_s > 0)


@pytest.mark.anyio
@pytest.mark.usefixtures("reelmock_sleep")
@pytest.mark.parametrize("module", [asyncio, anyio], ids=lambda module: module.__name__)
async def test_sleeps_on_an_event_loop_turn_it_too(reelmock: Reelmock, module: Any) -> None:
    before_ms = reelmock.clock.now_ms
    await module.sleep(90)
    assert reelmock.clock.now_ms - before_ms == 90_000
    await module.sleep(0)
    assert reelmock.clock.now_ms - before_ms == 90_000


def test_sleeps_can_be_passed_to_a_client(reelmock: Reelmock) -> None:
    before_ms = reelmock.clock.now_ms
    reelmock.sleep(60)
    asyncio.run(reelmock.asleep(0.0005))
    assert reelmock.clock.now_ms - before_ms == 60_001


def test_without_the_fixture_a_sleep_is_what_it_was(reelmock: Reelmock) -> None:
    assert vars(time)["sleep"] is USUAL
