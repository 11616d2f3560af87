"""What grows or must not: streams open at once, memory, cold start, delays, rules."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.benchmarks.load import drive, fetch, request
from tests.benchmarks.servers import Served, free_port, reelmock, wait_for

KEY = "sk-scale"
# An installed package is compiled once; where the environment forbids to keep that, every start
# would compile it anew, ours but not the packages that pip has compiled.
AS_INSTALLED = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
Report = dict[str, float]


async def many_streams(count: int = 2000) -> Report:
    """Streams that last about five seconds, all open at once."""
    body = json.dumps(
        {
            "model": "veo-3.1-fast",
            "stream": True,
            "messages": [{"role": "user", "content": "a cat"}],
        }
    ).encode()
    data = request("POST", "/apiyi/v1/chat/completions", KEY, body)
    with reelmock("--speed", "18") as server:
        await fetch(server.port, request("GET", "/apiyi/v1/models", KEY))
        return await streams_at_once(server, data, count)


async def streams_at_once(server: Served, data: bytes, count: int) -> Report:
    """The same chat completion over `count` connections at once: first chunk, memory for each."""
    first: list[float] = []
    whole = 0
    before_mb = server.resident_mb()

    async def one() -> None:
        nonlocal whole
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(data)
        text = await reader.readuntil(b"assistant")
        first.append(time.perf_counter() - started)
        while chunk := await reader.read(65536):
            text = (text + chunk)[-64:]
            if text.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n"):
                whole += 1
                break
        writer.close()

    started = time.perf_counter()
    streams = asyncio.gather(*(one() for _ in range(count)))
    while len(first) < count and not streams.done():
        await asyncio.wait([streams], timeout=0.1)
    open_mb = server.resident_mb()
    await streams
    return {
        "streams": count,
        "complete": whole,
        "whole_s": round(time.perf_counter() - started, 1),
        "first_chunk_p50_s": round(median(first), 3),
        "first_chunk_p99_s": round(sorted(first)[int(count * 0.99) - 1], 3),
        "kb_per_stream": round((open_mb - before_mb) * 1024 / count, 1),
    }


async def memory(seconds: float = 10) -> Report:
    """Resident memory at the start, and after endless polling."""
    with reelmock() as server:
        await fetch(server.port, request("GET", "/_mock/v1/version", KEY))
        start_mb = server.resident_mb()
        body = json.dumps({"model": "veo-3.1", "prompt": "a cat"}).encode()
        _, created = await fetch(server.port, request("POST", "/apiyi/v1/videos", KEY, body))
        poll = [request("GET", f"/apiyi/v1/videos/{json.loads(created)['id']}", KEY)]
        await drive(server.port, poll, seconds / 2)
        half_mb = server.resident_mb()
        load = await drive(server.port, poll, seconds / 2)
        return {
            "start_mb": round(start_mb, 1),
            "after_journal_is_full_mb": round(half_mb, 1),
            "after_as_many_polls_again_mb": round(server.resident_mb(), 1),
            "polls_in_the_second_half": load.requests,
        }


def _first_answer_s(start: Callable[[int], subprocess.Popen[str]], path: str) -> float:
    port = free_port()
    started = time.perf_counter()
    process = start(port)
    try:
        wait_for(port)
        asyncio.run(fetch(port, request("GET", path, KEY)))
        return time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(10)
        if process.stdin:
            process.stdin.close()


def cold_start(rounds: int = 7) -> Report:
    """From the start of the process to its first answer."""

    def ours(port: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mockserver", "serve", "--port", str(port)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True, env=AS_INSTALLED)

    def bare(port: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.benchmarks.floor", str(port)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, env=AS_INSTALLED)
        assert process.stdin is not None
        process.stdin.write('{"*": {"type": "text/plain", "chunks": ["x"]}}')
        process.stdin.close()
        return process

    pairs = [
        (_first_answer_s(bare, "/"), _first_answer_s(ours, "/apiyi/v1/models"))
        for _ in range(rounds)
    ]
    floor_s, ours_s = (median(times) for times in zip(*pairs, strict=True))
    return {
        "floor_s": round(floor_s, 3),
        "ours_s": round(ours_s, 3),
        "ratio": round(ours_s / floor_s, 2),
    }


async def latency_fidelity(delay_ms: int = 100, seconds: float = 5, per_s: int = 500) -> Report:
    """How exactly an injected delay arrives under a steady load."""
    with reelmock("--speed", "1") as server:
        rule = {"fault": "latency", "with": {"delay": f"{delay_ms}ms"}}
        made = request("POST", "/_mock/v1/sandboxes/current/faults", KEY, json.dumps(rule).encode())
        await fetch(server.port, made)
        poll = request("GET", "/apiyi/v1/models", KEY)
        off_ms: list[float] = []

        async def one(at_s: float) -> None:
            loop = asyncio.get_running_loop()
            due: asyncio.Future[None] = loop.create_future()
            loop.call_at(at_s, due.set_result, None)
            await due
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            started = time.perf_counter()
            writer.write(poll)
            await reader.readuntil(b"\r\n\r\n")
            off_ms.append((time.perf_counter() - started) * 1000 - delay_ms)
            writer.close()

        begin = asyncio.get_running_loop().time() + 0.1
        await asyncio.gather(*(one(begin + n / per_s) for n in range(int(seconds * per_s))))
    ordered = sorted(off_ms)
    return {
        "delay_ms": delay_ms,
        "off_p50_ms": round(median(ordered), 2),
        "off_p99_ms": round(ordered[int(len(ordered) * 0.99) - 1], 2),
    }


RULE_COUNT = 100
RULES = {  # by the key whose sandbox has them; {} is the rule's number
    "sk-another-provider": {"provider": "kie", "prompt": "nobody {}"},
    "sk-another-model": {"provider": "apiyi", "model": "veo-3.1-fast"},
    "sk-another-prompt": {"provider": "apiyi", "prompt": "nobody {}"},
}


def rules_for(key: str) -> list[dict[str, Any]]:
    """A hundred fault rules that never match a call of these benchmarks."""
    return [
        {
            "fault": "http_error",
            "when": {field: value.format(number) for field, value in RULES[key].items()},
        }
        for number in range(RULE_COUNT)
    ]


async def rules_that_do_not_match(seconds: float, rounds: int) -> list[dict[str, float | str]]:
    """CPU time of a status read and of a creation beside fault rules that never match."""
    video = json.dumps({"model": "veo-3.1", "prompt": "a cat"}).encode()

    async def cpu_us(server: Served, data: bytes) -> float:
        before_s = server.cpu_s()
        load = await drive(server.port, [data], seconds)
        return (server.cpu_s() - before_s) / load.requests * 1e6

    with reelmock("--speed", "1") as server:
        for key in RULES:
            for rule in rules_for(key):
                path, body = "/_mock/v1/sandboxes/current/faults", json.dumps(rule).encode()
                await fetch(server.port, request("POST", path, key, body))
        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(rounds):
            for key in ("sk-none", *RULES):
                create = request("POST", "/apiyi/v1/videos", key, video)
                _, created = await fetch(server.port, create)
                poll = request("GET", f"/apiyi/v1/videos/{json.loads(created)['id']}", key)
                times = (await cpu_us(server, poll), await cpu_us(server, create))
                found.setdefault(key, []).append(times)
    usual = _medians(found["sk-none"])
    return [
        {
            "rules": f"{RULE_COUNT} for {key.removeprefix('sk-').replace('-', ' ')}"
            if key in RULES
            else "none",
            "status_us": round(status_us, 1),
            "status_ratio": round(status_us / usual[0], 3),
            "create_us": round(create_us, 1),
            "create_ratio": round(create_us / usual[1], 3),
        }
        for key, (status_us, create_us) in ((key, _medians(times)) for key, times in found.items())
    ]


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    first, second = zip(*pairs, strict=True)
    return median(first), median(second)
