"""Before servers that nobody here wrote: nginx, and the http.server of Python."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from contracts.verifier.main import Options, run
from mockserver.web.tls import issue
from tests.integration.recorder.conftest import Record, Replay
from tests.support import needs
from tests.support.patience import joined
from tests.support.quiet_server import QuietServer
from tests.support.serving import client_of

CREDIT = "/api/v1/chat/credit"
SAID = '{"code":200,"msg":"success","data":7}'
SERVER = """listen 127.0.0.1:%d %s; default_type application/json;
gzip on; gzip_types application/json; gzip_min_length 1; location / { return 200 '%s'; }"""


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The base URLs of one nginx: plain, behind TLS, and one that speaks HTTP/2 only."""
    binary, folder = needs.program("nginx"), tmp_path_factory.mktemp("nginx")
    certificate, ports = issue(folder, ()), free_ports(3)
    chain = f"ssl_certificate {certificate.chain}; ssl_certificate_key {certificate.chain};"
    servers = (
        SERVER % (ports[0], "", SAID),
        SERVER % (ports[1], "ssl", SAID) + chain,
        SERVER % (ports[2], "http2", SAID),
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    blocks = "".join(f"server {{ {server} }}" for server in servers)
    config = folder / "nginx.conf"
    text = f"pid {folder}/pid; events {{}} http {{ access_log off; {folders} {blocks} }}"
    config.write_text(text, "utf-8")
    command = [binary, "-c", str(config), "-p", str(folder), "-e", str(folder / "log")]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        transport = httpx.HTTPTransport(retries=20)
        with httpx.Client(transport=transport, trust_env=False) as client:
            client.get(f"http://127.0.0.1:{ports[0]}/")
        urls = [f"{'https' if n == 1 else 'http'}://127.0.0.1:{p}" for n, p in enumerate(ports)]
        yield dict(zip(("plain", "tls", "http2"), urls, strict=True)) | {"ca": str(certificate.ca)}
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("which", ["plain", "tls"])
def test_nginx_is_taped_and_its_packed_reply_can_be_read(
    nginx: dict[str, Any], record: Record, replay: Replay, key: str, which: str
) -> None:
    taped = record("kie", nginx[which], upstream_ca=nginx["ca"])
    reply = taped.client(key).get(CREDIT)
    assert (reply.text, reply.headers["content-encoding"]) == (SAID, "gzip")
    [entry] = taped.entries()
    assert entry["response"]["content"]["text"] == SAID
    said: list[str] = []
    assert run(Options("kie", har=taped.path, write=said.append)) == 0, said
    with client_of(replay(taped.path), key) as client:
        again = client.get(f"/kie{CREDIT}")
    assert again.text == SAID
    assert "content-encoding" not in again.headers


def test_an_nginx_that_speaks_http2_only_is_told_to(
    nginx: dict[str, Any], record: Record, key: str
) -> None:
    taped = record("kie", nginx["http2"])
    reply = taped.client(key).get(CREDIT)
    assert reply.status_code == 502
    assert "it may speak HTTP/2 only" in reply.json()["detail"]
    [entry] = taped.entries()
    assert entry["_reelmock"]["ended"] == "no answer"


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.0, without a length: the end of the connection is the end of the body."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        made = {
            "code": 200,
            "msg": "success",
            "data": {"taskId": "dffa4c10a0099b4d5df5efa7b6774914"},
        }
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(SAID.encode() if self.command == "GET" else json.dumps(made).encode())

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def test_the_server_of_python_is_taped(record: Record, key: str) -> None:
    server = QuietServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        taped = record("kie", f"http://127.0.0.1:{server.server_address[1]}")
        client = taped.client(key)
        assert client.get(CREDIT).text == SAID
        job = {"model": "veo3_fast", "prompt": "a cat"}
        assert client.post("/api/v1/veo/generate", json=job).json()["code"] == 200
        entries = taped.entries()
    finally:
        server.shutdown()
        server.server_close()
        joined(thread)
    assert [e["_reelmock"]["ended"] for e in entries] == ["whole", "whole"]
    said: list[str] = []
    assert run(Options("kie", har=Path(taped.path), write=said.append)) == 0, said
