"""What can go wrong behind a recorder: one clear line, and the tape so far stays whole."""

from __future__ import annotations

import re
import resource
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mockserver.app import Running
from mockserver.domain.input.errors import BadInput
from mockserver.web.tls import issue
from tests.integration.recorder.conftest import Record
from tests.support.patience import joined
from tests.support.serving import settings

CREDIT = "/api/v1/chat/credit"
# A server's first frame of HTTP/2, which is SETTINGS, and a farewell behind it.
HTTP2 = bytes.fromhex("000000040000000000" + "0000080700000000000000000000000001")


@contextmanager
def raw_server(
    answer: Callable[[socket.socket], None], context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """A server that does what `answer` does with each connection; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def serve() -> None:
        while not ending.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    if context is not None:
                        connection = context.wrap_socket(connection, server_side=True)
                    answer(connection)
                except OSError:
                    pass  # the client went away first
                finally:
                    connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ending.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        joined(thread)


def http2(connection: socket.socket) -> None:
    """What a server that knows nothing else says to a request of HTTP/1.1."""
    connection.recv(65536)
    connection.sendall(HTTP2)


def told(reply: httpx.Response) -> str:
    assert reply.status_code == 502
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-mock-reason"]
    return str(reply.json()["detail"])


def test_an_upstream_that_is_down_is_named_and_stands_on_the_tape(
    key: str, record: Record, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    taped = record("kie", f"http://127.0.0.1:{port}")
    assert f"cannot reach 127.0.0.1:{port}" in told(taped.client(key).get(CREDIT))
    [entry] = taped.entries()
    assert (entry["response"]["status"], entry["_reelmock"]["ended"]) == (0, "no answer")
    assert "cannot reach" in entry["_reelmock"]["note"]
    assert capfd.readouterr().err.count("cannot reach") == 1


def test_an_upstream_that_speaks_http2_only_is_told_to(key: str, record: Record) -> None:
    with raw_server(http2) as port:
        reply = record("kie", f"http://127.0.0.1:{port}").client(key).get(CREDIT)
    assert "it may speak HTTP/2 only" in told(reply)


def test_an_upstream_that_refuses_http1_in_its_handshake_is_told_to(
    key: str, record: Record, tmp_path: Path
) -> None:
    certificate = issue(tmp_path, ())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain)
    context.set_alpn_protocols(["h2"])

    with raw_server(http2, context) as port:
        taped = record("kie", f"https://127.0.0.1:{port}", upstream_ca=str(certificate.ca))
        assert "it may speak HTTP/2 only" in told(taped.client(key).get(CREDIT))


def test_a_certificate_that_nobody_trusts_is_named_and_can_be_trusted(
    key: str, record: Record, tmp_path: Path
) -> None:
    certificate = issue(tmp_path, ())
    running = Running(settings(tls=True), certificate)
    try:
        wary = record("kie", f"{running.base_url}/kie")
        said = told(wary.client(key).get(CREDIT))
        assert "is not trusted" in said
        assert "--upstream-ca" in said
        ca = str(certificate.ca)
        trusting = record("kie", f"{running.base_url}/kie", "b.har", upstream_ca=ca)
        assert trusting.client(key).get(CREDIT).json()["code"] == 200
        trusting.end()
    finally:
        running.stop()


def test_a_plain_server_behind_https_is_named(key: str, record: Record, server: Running) -> None:
    upstream = server.base_url.replace("http://", "https://")
    assert "no TLS with" in told(record("kie", f"{upstream}/kie").client(key).get(CREDIT))


def test_a_reply_that_breaks_off_breaks_off_at_the_client_and_is_marked(
    key: str, record: Record
) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head + b'{"code":200')

    with raw_server(answer) as port:
        taped = record("kie", f"http://127.0.0.1:{port}")
        with pytest.raises(httpx.RemoteProtocolError):
            taped.client(key).get(CREDIT)
    [entry] = taped.entries()
    assert entry["_reelmock"]["ended"] == "upstream broke off"
    assert entry["response"]["content"]["text"] == '{"code":200'


def test_a_server_that_somebody_else_wrote_is_taped(key: str, record: Record) -> None:
    body = b'{"code":200,"msg":"success","data":7}'
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))

    with raw_server(answer) as port:
        taped = record("kie", f"http://127.0.0.1:{port}")
        assert taped.client(key).get(CREDIT).content == body
    [entry] = taped.entries()
    assert entry["response"]["content"]["text"].encode() == body


def test_only_encodings_that_a_tape_can_be_read_in_are_asked_for(key: str, record: Record) -> None:
    asked: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with raw_server(answer) as port:
        client = record("kie", f"http://127.0.0.1:{port}").client(key)
        for offer in ("br, gzip;q=0.9, zstd", "br"):
            client.get(CREDIT, headers={"accept-encoding": offer})
    offers = [re.findall(rb"(?im)^accept-encoding: (.*?)\r$", head) for head in asked]
    assert offers == [[b"gzip;q=0.9"], [b"identity"]]


def test_a_creation_that_is_too_long_to_read_is_refused(key: str, record: Record) -> None:
    taped = record("kie", "http://127.0.0.1:9")
    prompt = "a cat " * (6 << 20)
    reply = taped.client(key).post("/api/v1/veo/generate", json={"prompt": prompt})
    assert reply.status_code == 413
    assert "expected at most 33554432 bytes" in reply.json()["detail"]
    assert taped.entries() == []


def test_on_a_full_disk_the_tape_stays_whole_and_nothing_more_is_created(
    server: Running, key: str, record: Record, capfd: pytest.CaptureFixture[str]
) -> None:
    taped = record("kie", f"{server.base_url}/kie")
    client = taped.client(key)
    assert client.get(CREDIT).json()["code"] == 200
    assert client.get(CREDIT).json()["code"] == 200  # the first one is on the tape by now
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (taped.path.stat().st_size, usual[1]))
    try:
        for _ in range(2):
            assert client.get(CREDIT).json()["code"] == 200  # what costs nothing goes on
        reply = client.post("/api/v1/veo/generate", json={"model": "veo3_fast", "prompt": "a cat"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert reply.status_code == 507
    assert "cannot write" in reply.json()["detail"]
    assert 1 <= len(taped.entries()) <= 2
    assert capfd.readouterr().err.count("creations are refused from now on") == 1


def test_a_folder_that_is_not_there_is_named(record: Record, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"out: .*a file that can be written"):
        record("kie", "http://127.0.0.1:9", "nowhere/job.har")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"upstream": "kie"}, "upstream"),
        ({"upstream": "ftp://kie"}, "upstream"),
        ({"upstream": "http://127.0.0.1:9", "budget": -1.0}, "budget"),
        ({"upstream": "http://127.0.0.1:9", "budget": float("nan")}, "budget"),
        ({"upstream": "https://127.0.0.1:9", "upstream_ca": "/nowhere.pem"}, "upstream_ca"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_taped(
    record: Record, tmp_path: Path, asked: dict[str, object], named: str
) -> None:
    with pytest.raises(BadInput, match=f"^{named}: "):
        record("kie", **asked)
    assert not (tmp_path / "job.har").exists()
