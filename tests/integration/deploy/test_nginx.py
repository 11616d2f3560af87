"""Two replicas on one Redis behind a real nginx, with the configuration that the docs ship."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support import needs
from tests.support.replicas import Replica, replicas

CONFIG = Path(__file__).parents[3] / "docs/deploy/nginx.conf"
CHAT = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a cat"}]}


@pytest.fixture(scope="module")
def balanced(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of nginx in front of two replicas."""
    folder = tmp_path_factory.mktemp("nginx")
    options = ("--store", redis_url, "--store-prefix", "nginx", "--clock", "manual")
    binary = needs.program("nginx")
    with replicas(2, *options, "--speed", "1") as running:
        port = _free_port()
        config = folder / "nginx.conf"
        config.write_text(_local(CONFIG.read_text("utf-8"), running, port, folder), "utf-8")
        command = [binary, "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")]
        nginx = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            base_url = f"http://127.0.0.1:{port}"
            _wait_for(base_url)
            yield base_url
        finally:
            nginx.terminate()
            nginx.wait(10)


def _local(text: str, running: list[Replica], port: int, folder: Path) -> str:
    """The shipped configuration with this machine's addresses and folders."""
    servers = "".join(f"server {r.base_url.removeprefix('http://')};\n" for r in running)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("server reelmock:8080;", servers)
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("http {", f"http {{\naccess_log off;\n{paths}", 1)
    return f"pid {folder}/nginx.pid;\n{text}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(base_url: str) -> None:
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(transport=transport, trust_env=False) as client:
        client.get(f"{base_url}/_mock/v1/version").raise_for_status()


def _client(base_url: str, key: str) -> httpx.Client:
    headers = {"authorization": f"Bearer {key}"}
    return httpx.Client(base_url=base_url, headers=headers, trust_env=False, timeout=20)


def test_any_replica_serves_any_sandbox(balanced: str, key: str) -> None:
    with _client(balanced, key) as client:
        body = {"model": "veo-3.1", "prompt": "a cat"}
        task = client.post("/apiyi/v1/videos", json=body).json()
        reads = [client.get(f"/apiyi/v1/videos/{task['id']}").json() for _ in range(6)]
    assert reads == [task] * 6


def test_a_stream_passes_chunk_by_chunk(balanced: str, key: str) -> None:
    with (
        _client(balanced, key) as client,
        client.stream("POST", "/apiyi/v1/chat/completions", json=CHAT) as reply,
    ):
        chunks = reply.iter_raw()
        seen = next(chunks)
        assert b"[DONE]" not in seen
        with _client(balanced, key) as other:
            path = "/_mock/v1/sandboxes/current/clock/advance"
            other.post(path, json={"by": "1h"}).raise_for_status()
        assert (seen + b"".join(chunks)).endswith(b"data: [DONE]\n\n")


def test_handed_out_links_lead_through_the_balancer(balanced: str, key: str) -> None:
    with _client(balanced, key) as client:
        body = {"model": "veo-3.1", "prompt": "a cat [mock:instant]"}
        task = client.post("/apiyi/v1/videos", json=body).json()
        url = client.get(f"/apiyi/v1/videos/{task['id']}/content").json()["url"]
        assert url.startswith(f"{balanced}/media/")
        assert httpx.get(url, trust_env=False).content[4:8] == b"ftyp"
