"""Other mock servers beside ours and the floor, where they are installed.

    python -m tests.benchmarks.peers [--seconds S] [--only prism json-server …]

    pip install 'moto[server]'; npm install -g @stoplight/prism-cli @mockoon/cli json-server
    mountebank

Each answers a status read from a fixed document or its own store; what a peer cannot do is left
out. The figures are requests per second as a share of the floor's in the same minute.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from tests.benchmarks.load import drive, fetch, request
from tests.benchmarks.servers import floor, free_port, reelmock, wait_for

KEY = "sk-peers"
VIDEO = {
    "id": "video_abc123",
    "object": "video",
    "created": 1762181811,
    "status": "queued",
    "model": "veo-3.1",
}
OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "video", "version": "1"},
    "paths": {
        "/v1/videos/{id}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "a video",
                        "content": {"application/json": {"example": VIDEO}},
                    }
                },
            }
        }
    },
}
IMPOSTER = {
    "protocol": "http",
    "stubs": [{"responses": [{"is": {"statusCode": 200, "body": json.dumps(VIDEO)}}]}],
}


@dataclass(frozen=True)
class Peer:
    """How to start one: `command` may name {port} and {folder}; `files` are written there first."""

    program: str
    command: tuple[str, ...]
    path: str
    files: dict[str, Any]


PEERS: dict[str, Peer] = {
    "prism": Peer(
        "prism",
        ("prism", "mock", "--port", "{port}", "{folder}/openapi.json"),
        "/v1/videos/video_abc123",
        {"openapi.json": OPENAPI},
    ),
    "mockoon": Peer(
        "mockoon-cli",
        ("mockoon-cli", "start", "--data", "{folder}/openapi.json", "--port", "{port}"),
        "/v1/videos/video_abc123",
        {"openapi.json": OPENAPI},
    ),
    "json-server": Peer(
        "json-server",
        ("json-server", "--port", "{port}", "{folder}/db.json"),
        "/videos/video_abc123",
        {"db.json": {"videos": [VIDEO]}},
    ),
    "mountebank": Peer(
        "mb",
        ("mb", "start", "--configfile", "{folder}/imposters.json", "--pidfile", "{folder}/pid"),
        "/v1/videos/video_abc123",
        {"imposters.json": {"imposters": [{**IMPOSTER, "port": "{port}"}]}},
    ),
    "moto": Peer("moto_server", ("moto_server", "-p", "{port}"), "/moto-api/data.json", {}),
}


@contextmanager
def _started(peer: Peer) -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in peer.files.items():
            text = json.dumps(content).replace('"{port}"', str(port))
            (folder / file).write_text(text, "utf-8")
        words = [word.format(port=port, folder=folder) for word in peer.command]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port, 30)
            yield port
        finally:
            process.terminate()
            process.wait(10)


async def _beside_the_floor(port: int, path: str, floor_port: int, seconds: float) -> float:
    """Requests per second as a share of the floor's, the better of two rounds."""
    poll, bare = request("GET", path, KEY), request("GET", "/", KEY)
    status, _ = await fetch(port, poll)
    if status != 200:
        raise RuntimeError(f"{path} is answered with {status}")
    shares = []
    for _ in range(2):
        base = await drive(floor_port, [bare], seconds)
        shares.append((await drive(port, [poll], seconds)).per_s / base.per_s)
    return max(shares)


async def compare(names: list[str], seconds: float) -> dict[str, float | str]:
    """The share of each peer, or why there is none."""
    found: dict[str, float | str] = {}
    bodies = {"*": {"type": "application/json", "chunks": [json.dumps(VIDEO)]}}
    with floor(bodies) as bare:
        with reelmock("--speed", "1") as ours:
            body = json.dumps({"model": "veo-3.1", "prompt": "a cat"}).encode()
            _, made = await fetch(ours.port, request("POST", "/apiyi/v1/videos", KEY, body))
            path = f"/apiyi/v1/videos/{json.loads(made)['id']}"
            found["reelmock"] = round(
                await _beside_the_floor(ours.port, path, bare.port, seconds), 2
            )
        for name in names:
            peer = PEERS[name]
            if shutil.which(peer.program) is None:
                found[name] = "not installed"
                continue
            with _started(peer) as port:
                share = await _beside_the_floor(port, peer.path, bare.port, seconds)
                found[name] = round(share, 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", nargs="*", choices=PEERS, default=list(PEERS))
    options = parser.parse_args()
    table = Table("server", "status read, share of the floor")
    for name, share in uvloop.run(compare(options.only, options.seconds)).items():
        table.add_row(name, str(share))
    Console().print(table)


if __name__ == "__main__":
    main()
