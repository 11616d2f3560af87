"""A peer as a process: found, started, asked for its first job, ended."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.load import fetch
from tests.benchmarks.peers.catalogue import Call, Peer
from tests.benchmarks.scale import AS_INSTALLED
from tests.benchmarks.servers import Served, free_port

START_S = 60
LOOK_S = 0.005


class UnfitError(Exception):
    """The peer does not start, or answers wrongly; the text says how."""


@dataclass(frozen=True)
class Running:
    """A peer that has answered: the job it made, seconds from its start to that answer."""

    served: Served
    job_id: str
    first_answer_s: float


def find(peer: Peer, folders: Sequence[Path]) -> Path | None:
    """The peer's program: in the folders, beside this Python, or on PATH."""
    places = [*map(str, folders), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    found = shutil.which(peer.command.split()[0], path=os.pathsep.join(places))
    return Path(found).absolute() if found else None


def version_of(peer: Peer, program: Path) -> str:
    """The version of the package that the program came with; empty when nothing tells."""
    for folder in program.resolve().parents:
        about = folder / "package.json"
        if about.is_file() and (told := json.loads(about.read_text("utf-8"))).get("name") == (
            peer.package
        ):
            return str(told["version"])
    site = program.parent.parent.glob(f"lib/python*/site-packages/{peer.package}-*.dist-info")
    return next((folder.name.removesuffix(".dist-info").split("-")[1] for folder in site), "")


@asynccontextmanager
async def started(peer: Peer, program: Path) -> AsyncIterator[Running]:
    """The peer in a folder and process group of its own, once it has made a job.

    Raises UnfitError when it does not come to that.
    """
    port, spare = free_port(), free_port()
    with TemporaryDirectory() as name:
        for file, content in peer.setup.items():
            path = Path(name, file)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(content).replace('"{port}"', str(port)), "utf-8")
        words = peer.command.format(port=port, spare=spare, folder=name).split()
        begun_s = time.perf_counter()
        process = subprocess.Popen(
            [program, *words[1:]],
            cwd=name,
            env=AS_INSTALLED,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        try:
            job_id = await _first_job(peer, process, port)
            yield Running(Served(process, port), job_id, time.perf_counter() - begun_s)
        finally:
            _end(process)


async def _first_job(peer: Peer, process: subprocess.Popen[str], port: int) -> str:
    """The id of a job, asked for over and over until the peer listens and answers."""
    end_s = time.perf_counter() + START_S
    problem = "nobody listens"
    while time.perf_counter() < end_s:
        try:
            for call in peer.before:
                await _answer(port, call)
            return id_of(peer, await _answer(port, peer.create))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except UnfitError as error:  # some listen before they know what to answer
            problem = str(error)
        with suppress(subprocess.TimeoutExpired):
            raise UnfitError(f"ended with exit code {process.wait(LOOK_S)}")
    raise UnfitError(f"no job within {START_S} s: {problem}")


def id_of(peer: Peer, created: bytes) -> str:
    """The id of the job that an answer is about."""
    return str(json.loads(created)[peer.id_name])


async def _answer(port: int, call: Call) -> bytes:
    status, body = await fetch(port, call.data())
    if status not in (200, 201):
        raise UnfitError(f"{call.method} {call.path} is answered with {status}")
    return body


def _end(process: subprocess.Popen[str]) -> None:
    """Ends the whole group: a wrapper's own child would live on."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
            break
