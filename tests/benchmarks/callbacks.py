"""Callbacks: how many per second, a virtual day of them, and what those that wait cost the others."""

from __future__ import annotations

import asyncio
import json
import time

from tests.benchmarks.load import connected, fetch, request
from tests.benchmarks.scale import Report
from tests.benchmarks.servers import Served, receiver, reelmock

KEY = "sk-callbacks"
KIE_ADMITS = 20  # creations in ten seconds
CREATORS = 8


async def virtual_day(tasks: int = 10_000) -> Report:
    """A day of virtual time with tasks and their callbacks, in a manual clock."""
    with receiver() as hooks, reelmock("--clock", "manual", "--speed", "1") as server:
        create = _kie_job("a cat", hooks, KEY)
        step_s = 86_400 * KIE_ADMITS / tasks
        before_s, started = server.cpu_s(), time.perf_counter()
        async with connected(server.port) as client:
            for _ in range(tasks // KIE_ADMITS):
                for _ in range(KIE_ADMITS):
                    await client.fetch(create)
                await client.fetch(_advance(f"{step_s}s"))
            await client.fetch(_advance("1h"))
        took_s = time.perf_counter() - started
        _, delivered = await fetch(hooks.port, request("GET", "/0", KEY))
        cpu_s, receiver_cpu_s = server.cpu_s() - before_s, hooks.cpu_s()
    return {
        "tasks": tasks,
        "callbacks": int(delivered),
        "real_s": round(took_s, 1),
        "server_cpu_s": round(cpu_s, 1),
        "receiver_cpu_s": round(receiver_cpu_s, 1),
    }


def _advance(by: str) -> bytes:
    path = "/_mock/v1/sandboxes/current/clock/advance"
    return request("POST", path, KEY, json.dumps({"by": by}).encode())


def _kie_job(prompt: str, hooks: Served, key: str) -> bytes:
    body = {"prompt": prompt, "callBackUrl": f"http://127.0.0.1:{hooks.port}/callback"}
    return request("POST", "/kie/api/v1/veo/generate", key, json.dumps(body).encode())


async def callbacks(count: int = 2000) -> Report:
    """Callbacks per second to one receiver on this machine, from the first job to the last call."""
    with receiver() as hooks, reelmock() as server:
        jobs = [
            _kie_job("a cat [mock:instant]", hooks, f"sk-{n // KIE_ADMITS}") for n in range(count)
        ]

        async def create(share: list[bytes]) -> None:
            async with connected(server.port) as client:
                for job in share:
                    await client.fetch(job)

        before_s, started = server.cpu_s(), time.perf_counter()
        await asyncio.gather(*(create(jobs[n::CREATORS]) for n in range(CREATORS)))
        created_s = time.perf_counter() - started
        await fetch(hooks.port, request("GET", f"/{count}", KEY))
        took_s = time.perf_counter() - started
        cpu_us = (server.cpu_s() - before_s) / count * 1e6
    return {
        "callbacks": count,
        "per_s": round(count / took_s),
        "created_after_s": round(created_s, 2),
        "cpu_us": round(cpu_us),
    }


async def waiting(sandboxes: int = 3000) -> Report:
    """CPU time of a creation while so many other sandboxes wait for a callback, and without."""
    with receiver() as hooks, reelmock("--speed", "1") as server:
        async with connected(server.port) as client:

            async def create(first: int, count: int) -> float:
                before_s = server.cpu_s()
                for n in range(first, first + count):
                    await client.fetch(_kie_job("a cat", hooks, f"sk-{n}"))
                return (server.cpu_s() - before_s) / count * 1e6

            few = sandboxes // 6
            alone_us = await create(0, few)
            await create(few, sandboxes - 2 * few)
            crowded_us = await create(sandboxes - few, few)
    return {
        "sandboxes": sandboxes,
        "first_sixth_us": round(alone_us),
        "last_sixth_us": round(crowded_us),
    }
