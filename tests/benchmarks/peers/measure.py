"""What is measured of a peer: single exchanges beside the floor, its start, many streams at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
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

CASES = ("status", "stream", "create")  # last what fills the store of some
# Java and JavaScript are compiled while they run: what is not warm yet would be misjudged.
WARMED = ("status", "stream", "status", "stream")
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
    rows = [await _floor_row(rounds)]
    with floor(FLOOR) as bare:
        for name, peer in peers.items():
            program = find(peer, folders)
            row: Row = {"peer": name, "version": "", "command": peer.command}
            if program is None:
                rows.append({**row, "problems": [f"{peer.command.split()[0]} is not installed"]})
                continue
            row |= {"version": version_of(peer, program), "canned": peer.canned}
            rows.append(row | await _measured(peer, program, bare, seconds, rounds, streams))
    return rows


async def _floor_row(rounds: int) -> Row:
    starts_s = []
    for _ in range(rounds):
        begun_s = time.perf_counter()
        with floor(FLOOR) as bare:
            await fetch(bare.port, request("GET", "/", ""))
            starts_s.append(time.perf_counter() - begun_s)
            resident_mb = round(bare.resident_mb(), 1)
    return {"peer": "floor", "cold_start_s": round(median(starts_s), 2), "resident_mb": resident_mb}


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
            trial = _Trial(peer, running, bare, seconds)
            able = [case for case in CASES if getattr(peer, case) is not None]
            for case in (case for case in WARMED if case in able):
                with suppress(UnfitError):  # said when the case is measured
                    await trial.round_of(case)
            for case in able:
                try:
                    row[case] = await trial.beside(case, rounds)
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


@dataclass(frozen=True)
class _Trial:
    """A peer that runs, next to the floor."""

    peer: Peer
    running: Running
    bare: Served
    seconds: float

    async def beside(self, case: str, rounds: int) -> Row:
        """Medians of rounds, each next to one of the floor. Raises UnfitError."""
        call: Call = getattr(self.peer, case)
        floor_data = Call(call.method, setups.CHAT if case == "stream" else "/", call.body).data()
        await self.round_of(case)
        pairs = [
            (
                await _figure(self.bare, floor_data, _is_ok, self.seconds),
                await self.round_of(case),
            )
            for _ in range(rounds)
        ]
        return {
            "per_s": round(median(peer.per_s for _, peer in pairs)),
            "floor_per_s": round(median(bare.per_s for bare, _ in pairs)),
            "ratio": round(median(peer.per_s / bare.per_s for bare, peer in pairs), 3),
            "cpu_us": round(median(peer.cpu_us for _, peer in pairs)),
            "floor_cpu_us": round(median(bare.cpu_us for bare, _ in pairs)),
            "cpu_ratio": round(median(bare.cpu_us / peer.cpu_us for bare, peer in pairs), 3),
        }

    async def round_of(self, case: str) -> Figure:
        """One round of the peer alone. Raises UnfitError when an answer is not what it must be."""
        call: Call = getattr(self.peer, case)
        data = call.data(self.running.job_id)
        accept = _accept(self.peer, case, self.running.job_id)
        status, body = await fetch(self.running.served.port, data)
        if not accept(status, body):
            raise UnfitError(f"answered with {status}, {body[:60]!r}")
        return await _figure(self.running.served, data, accept, self.seconds)


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
