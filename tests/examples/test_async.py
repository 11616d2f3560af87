"""Async tests: the server runs in a thread of its own, so nothing stands in the way of your loop."""

import httpx
import pytest

from clientlib import AsyncClient, Pace


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_a_video_is_made_in_an_event_loop(reelmock):
    url, key = reelmock.base_url("xcompute"), reelmock.api_key
    async with AsyncClient("xcompute", base_url=url, api_key=key, pace=Pace(0.01)) as client:
        job = await client.submit("a cat in a garden")
        await job.wait()
    assert [task.phase for task in reelmock.tasks] == ["succeeded"]


@pytest.mark.anyio
@pytest.mark.reelmock(clock="manual")
async def test_the_clock_is_moved_without_blocking_the_loop(reelmock):
    body = {"model": "veo-3.1", "prompt": "a cat"}
    headers = {"authorization": reelmock.api_key}
    async with httpx.AsyncClient(base_url=reelmock.base_url("apiyi"), headers=headers) as client:
        video = (await client.post("/v1/videos", json=body)).json()["id"]
        await reelmock.clock.advance_async("10m")
        status = (await client.get(f"/v1/videos/{video}")).json()["status"]
    assert status == "completed"
