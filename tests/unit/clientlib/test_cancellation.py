"""Stopping at any point: the connection is closed, no file is left, and the stop gets through."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from clientlib import AsyncClient, Client, Timeouts, Transfer
from tests.support.client_clock import VirtualClock
from tests.support.client_jobs import IDS, created, task
from tests.support.client_mp4 import video
from tests.support.client_wire import SILENCE, Script, Seen, Wire, reply, wire
from tests.support.patience import PATIENCE_S

MP4 = video()
HALF = Script((*reply(200, MP4, cut_after=100).pieces,), "hold")
CUT_JSON = Script((*reply(200, b'{"id": "video_abc123"}', cut_after=5).pieces,), "hold")
POINTS = {
    "creating": ("POST", SILENCE),
    "reading the creation": ("POST", CUT_JSON),
    "polling": ("GET /v1/videos/video_abc123", SILENCE),
    "reading the poll": ("GET /v1/videos/video_abc123", CUT_JSON),
    "locating": ("GET /v1/videos/video_abc123/content", SILENCE),
    "opening the media": ("GET /a.mp4", SILENCE),
    "reading the media": ("GET /a.mp4", HALF),
}


def stalling_at(point: str) -> Callable[[Seen], Script]:
    """A provider that does everything at once, except that it stalls at `point`."""
    where, how = POINTS[point]

    def handle(seen: Seen) -> Script:
        if where in (seen.method, f"{seen.method} {seen.path}"):
            return how
        if seen.method == "POST":
            return created("apiyi")
        if seen.path.endswith("/content"):
            return reply(200, {"id": IDS["apiyi"], "url": f"http://{seen.headers['host']}/a.mp4"})
        return task("apiyi", "completed")

    return handle


@pytest.mark.parametrize("point", POINTS)
def test_a_cancelled_task_leaves_no_connection_and_no_file(point: str, tmp_path: Path) -> None:
    async def whole(server: Wire) -> None:
        async with AsyncClient(
            "apiyi", api_key="k", base_url=server.url, sleep=VirtualClock().sleep
        ) as client:
            job = await client.submit("画小猫")
            await job.download(tmp_path / "cat.mp4")

    async def main(server: Wire) -> None:
        running = asyncio.ensure_future(whole(server))
        assert await asyncio.to_thread(server.held.acquire, timeout=PATIENCE_S)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await asyncio.to_thread(server.hung_up.acquire, timeout=PATIENCE_S)

    with wire(stalling_at(point)) as server:
        asyncio.run(main(server))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("point", POINTS)
def test_an_interrupt_from_the_keyboard_leaves_no_connection_and_no_file(
    point: str, tmp_path: Path
) -> None:
    with wire(stalling_at(point)) as server:
        main = threading.get_ident()

        def interrupt() -> None:
            if server.held.acquire(timeout=PATIENCE_S):
                signal.pthread_kill(main, signal.SIGINT)

        threading.Thread(target=interrupt).start()
        client = Client(
            "apiyi",
            api_key="k",
            base_url=server.url,
            sleep=VirtualClock().sleep,
            # A signal that comes a moment before recv() blocks is noticed only when it returns.
            timeouts=Timeouts(read_s=5),
        )
        with pytest.raises(KeyboardInterrupt):
            client.submit("画小猫").download(tmp_path / "cat.mp4")
        # Not by closing the client: the flow itself has to let go.
        assert server.hung_up.acquire(timeout=PATIENCE_S)
        client.close()
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_sleep_ends_the_wait() -> None:
    async def main(server: Wire) -> None:
        slept = asyncio.Event()

        async def sleep(seconds: float) -> None:
            slept.set()
            await asyncio.Future()

        async with AsyncClient("apiyi", api_key="k", base_url=server.url, sleep=sleep) as client:
            job = await client.submit("画小猫")
            waiting = asyncio.ensure_future(job.wait())
            await slept.wait()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting

    with wire(lambda seen: created("apiyi")) as server:
        asyncio.run(main(server))


def test_an_interrupt_while_bytes_are_written_leaves_no_file(tmp_path: Path) -> None:
    def interrupt(transfer: Transfer) -> None:
        raise KeyboardInterrupt

    with (
        wire(lambda seen: reply(200, MP4)) as server,
        Client("apiyi", api_key="k", base_url=server.url) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        client.download(f"{server.url}/a.mp4", tmp_path / "cat.mp4", on_transfer=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_many_jobs_at_once_do_not_disturb_one_another(tmp_path: Path) -> None:
    async def main(server: Wire) -> None:
        async with AsyncClient("apiyi", api_key="k", base_url=server.url) as client:
            await asyncio.gather(
                *(client.download(f"{server.url}/a.mp4", tmp_path / "same.mp4") for _ in range(20))
            )

    with wire(lambda seen: reply(200, MP4)) as server:
        asyncio.run(main(server))
    assert [path.name for path in tmp_path.iterdir()] == ["same.mp4"]
    assert (tmp_path / "same.mp4").read_bytes() == MP4
