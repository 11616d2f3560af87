"""What is measured of a peer: single exchanges beside the floor, its start, many streams at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.load import drive, fetch, request
from tests.benchmarks.peers import setups
from tests.benchmarks.peers.catalogue import Call, Peer
from tests.benchmarks.peers.running import Running, UnfitError, find, started, version_of
from tests.benchmarks.scale import streams_at_once
from tests.benchmarks.servers import Served, floor

CASES = ("status", "create", "stream")
WARM_ROUNDS = 2
PATIENCE_S = 30  # past the length of a round
FLOOR = {
    "*": {"type": setups.JSON, "chunks": [setups.ANSWERS[0][3]]},
    setups.CHAT: {"type": setups.SSE, "chunks": setups.EVENTS},
}
Accept = Callable[[int, bytes], bool]
Row = dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """Requests per second, and CPU time for each over all processes of the server."""

    per_s: float
    cpu_us: float


async def compare(
    peers: dict[str, Peer], folders: Sequence[Path], seconds: float, rounds: int, streams: int
) -> list[Row]:
    """One row for the floor and each peer; what is not installed says so."""
    begun_s = time.perf_counter()
    with floor(FLOOR) as bare:
        await fetch(bare.port, request("GET", "/", ""))
        start = {"cold_start_s": round(time.perf_counter() - begun_s, 2)}
        rows: list[Row] = [{"peer": "floor", **start, "resident_mb": round(bare.resident_mb(), 1)}]
        for name, peer in peers.items():
            program = find(peer, folders)
            row: Row = {"peer": name, "version": "", "command": peer.command}
            if program is None:
                rows.append({**row, "problems": [f"{peer.command.split()[0]} is not installed"]})
                continue
            row |= {"version": version_of(peer, program), "canned": peer.canned}
            rows.append(row | await _measured(peer, program, bare, seconds, rounds, streams))
    return rows


async def _measured(
    peer: Peer, program: Path, bare: Served, seconds: float, rounds: int, streams: int
) -> Row:
    """All that one installed peer can show, and what went wrong."""
    row: Row = {}
    problems: list[str] = []
    try:
        starts_s = []
        for _ in range(rounds):
            async with started(peer, program) as running:
                starts_s.append(running.first_answer_s)
                row["resident_mb"] = round(running.served.resident_mb(), 1)
        row["cold_start_s"] = round(median(starts_s), 2)
        async with started(peer, program) as running:
            for case in CASES:
                try:
                    row[case] = await _beside(peer, case, running, bare, seconds, rounds)
                except UnfitError as error:
                    problems.append(f"{case}: {error}")
            # Last: what thousands of streams leave behind must not weigh on the rest.
            if peer.paced is not None and streams:
                data = peer.paced.data()
                async with asyncio.timeout(PATIENCE_S + 5):
                    row["paced"] = await streams_at_once(running.served, data, streams)
    except (UnfitError, ConnectionError, TimeoutError, asyncio.IncompleteReadError) as error:
        problems.append(f"{type(error).__name__}: {error}")
    return {**row, "problems": problems}


async def _beside(
    peer: Peer, case: str, running: Running, bare: Served, seconds: float, rounds: int
) -> Row | None:
    """Medians of rounds, each next to one of the floor; None where the peer has no such call.

    Raises UnfitError when an answer is not what it must be.
    """
    call: Call | None = getattr(peer, case)
    if call is None:
        return None
    data, accept = call.data(running.job_id), _accept(peer, case, running.job_id)
    status, body = await fetch(running.served.port, data)
    if not accept(status, body):
        raise UnfitError(f"answered with {status}, {body[:60]!r}")
    floor_call = Call(call.method, setups.CHAT if case == "stream" else "/", call.body)
    # Java and JavaScript are compiled while they run: what is not warm yet would be misjudged.
    await _figure(running.served, data, accept, WARM_ROUNDS * seconds)
    figures = [
        (
            await _figure(bare, floor_call.data(), _is_ok, seconds),
            await _figure(running.served, data, accept, seconds),
        )
        for _ in range(rounds)
    ]
    return {
        "per_s": round(median(peers.per_s for _, peers in figures)),
        "floor_per_s": round(median(floors.per_s for floors, _ in figures)),
        "ratio": round(median(peers.per_s / floors.per_s for floors, peers in figures), 3),
        "cpu_us": round(median(peers.cpu_us for _, peers in figures)),
        "floor_cpu_us": round(median(floors.cpu_us for floors, _ in figures)),
        "cpu_ratio": round(median(floors.cpu_us / peers.cpu_us for floors, peers in figures), 3),
    }


async def _figure(server: Served, data: bytes, accept: Accept, seconds: float) -> Figure:
    """One round. Raises UnfitError when an answer is wrong or too few come to be measured."""
    before_s = server.cpu_s()
    async with asyncio.timeout(seconds + PATIENCE_S):
        load = await drive(server.port, [data], seconds, accept=accept)
    if load.failed or not load.requests:
        raise UnfitError(f"{load.failed} of {load.requests} answers are wrong")
    cpu_us = (server.cpu_s() - before_s) / load.requests * 1e6
    return Figure(load.per_s, max(cpu_us, 0.1))


def _is_ok(status: int, body: bytes) -> bool:
    return status == 200


def _accept(peer: Peer, case: str, job_id: str) -> Accept:
    """What a right answer is: the job's id, a new id, or a whole stream of 14 to 16 events."""
    if case == "stream":
        return lambda status, body: (
            status == 200 and 14 <= body.count(b"data: ") <= 16 and body.endswith(b"[DONE]\n\n")
        )
    wanted = job_id.encode() if case == "status" else f'"{peer.id_name}"'.encode()
    return lambda status, body: status in (200, 201) and wanted in body
