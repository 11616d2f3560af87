"""What a client sees of the faults of the families exchange and outage: one function a fault.

Each sets the catalogue's own example, calls the server over a real socket, and checks what the
catalogue promises.
"""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.patience import awaiting
from tests.support.struck import HELD_REAL_S, VIDEOS, Struck, Wire, on_the_wire

Rule = dict[str, Any]


def latency(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    plain = struck.status(task_id)
    struck.set(example)
    late = struck.held(lambda: struck.status(task_id), 2000)
    assert (late.status_code, late.json()["id"]) == (200, plain.json()["id"])
    for before in ("headers", "body"):
        struck.control.clear_faults()
        struck.set(example | {"with": {"delay": "2s", "before": before}})
        with struck.client(timeout=5) as client:
            asked = client.stream("GET", f"{VIDEOS}/{task_id}")
            reply = struck.held(asked.__enter__, 2000) if before == "headers" else asked.__enter__()
            text = reply.read() if before == "headers" else struck.held(reply.read, 2000)
            asked.__exit__(None, None, None)
        assert json.loads(text)["id"] == task_id


def http_error(struck: Struck, example: Rule) -> None:
    struck.set(example)
    refused = struck.create()
    assert refused.status_code == 500
    assert refused.json()["error"]["code"] == "server_error"
    assert struck.create().status_code == 200
    assert len(struck.control.tasks()) == 1


def error_as_success(struck: Struck, example: Rule) -> None:
    struck.set(example)
    with struck.stream() as reply:
        body = json.loads(reply.read())
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert body["error"]["code"] == "server_error"
    assert struck.control.tasks() == []
    assert struck.events()[-1].endswith(b"data: [DONE]\n\n")


def rate_limit(struck: Struck, example: Rule) -> None:
    struck.set(example)
    refused = struck.create()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert [struck.create().status_code for _ in range(2)] == [429, 200]
    struck.control.clear_faults()
    struck.set(example | {"with": {"retry_after": "20s", "retry_after_as": "date"}})
    until = parsedate_to_datetime(struck.create().headers["retry-after"])
    assert until.timestamp() == struck.now_ms() // 1000 + 20


def no_answer(struck: Struck, example: Rule) -> None:
    struck.set(example | {"times": 2})
    with struck.client(timeout=0.3) as hasty, pytest.raises(httpx.ReadTimeout):
        hasty.post(VIDEOS, json={"model": "veo-3.1", "prompt": "a cat"})
    url = f"{struck.server.base_url}{VIDEOS}"
    silence = struck.held(lambda: on_the_wire(url, struck.key, "POST"), 600_000)
    assert silence == Wire(b"", "close")
    assert struck.control.tasks() == []


def hang_up(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    whole = struck.status(task_id).content
    struck.set(example)
    cut = on_the_wire(struck.status_url(task_id), struck.key)
    assert f"content-length: {len(whole)}" in cut.head
    assert (cut.body, cut.ending) == (whole[: len(whole) // 2], "close")
    struck.control.clear_faults()
    for at, came in (("head", b""), ("in_head", b"HTTP/1.1 200 Cut\r\ncon")):
        headers = {"x-mock-fault": f"hang_up at={at}"}
        cut = on_the_wire(struck.status_url(task_id), struck.key, **headers)
        assert cut.came.lower() == came.lower()[: len(cut.came)]
        assert (len(cut.came), cut.ending) == (0 if at == "head" else 20, "close")
    assert len(struck.control.tasks()) == 1


def reset(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    assert on_the_wire(struck.status_url(task_id), struck.key) == Wire(b"", "reset")
    assert struck.status(task_id).status_code == 200


def connection_refused(struck: Struck, example: Rule) -> None:
    task_id, where = struck.job(), urlsplit(struck.server.base_url)
    struck.set(example)
    address = where.hostname or "", where.port or 0
    assert on_the_wire(struck.status_url(task_id), struck.key) == Wire(b"", "reset")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=10)
    assert struck.status(task_id).status_code == 200  # over a connection that was open
    with awaiting("the server to listen again"):
        while not listens(address):
            pass
    with struck.client() as anew:
        assert anew.get(f"{VIDEOS}/{task_id}").status_code == 200


def listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def not_http(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    with pytest.raises(httpx.RemoteProtocolError):
        struck.status(task_id)
    came = {}
    for what in ("bytes", "tls_alert", "ssh", "page", "status_line"):
        headers = {"x-mock-fault": f"not_http what={what}"}
        wire = on_the_wire(struck.status_url(task_id), struck.key, **headers)
        came[what] = (wire.came[:3], wire.ending)
    assert came == {
        "bytes": (b"\x80\x81\x82", "close"),
        "tls_alert": (b"\x15\x03\x03", "close"),
        "ssh": (b"SSH", "close"),
        "page": (b"<!d", "close"),
        "status_line": (b"HTT", "close"),
    }
    struck.control.clear_faults()
    with pytest.raises(httpx.RemoteProtocolError):
        struck.create(**{"x-mock-fault": "not_http"})
    assert len(struck.control.tasks()) == 1


def broken_chunks(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    whole = struck.status(task_id).content
    size, came = len(whole), {}
    for how in ("bad_size", "too_long", "too_short", "no_end"):
        struck.control.clear_faults()
        struck.set(example | {"with": {"how": how}})
        wire = on_the_wire(struck.status_url(task_id), struck.key)
        assert "transfer-encoding: chunked" in wire.head
        assert ("content-length" in wire.head, wire.ending) == (False, "close")
        came[how] = wire.body
        with pytest.raises(httpx.RemoteProtocolError):
            struck.status(task_id)
    ended = whole + b"\r\n0\r\n\r\n"
    assert came == {
        "bad_size": b"size\r\n" + ended,
        "too_long": b"%x\r\n" % (size + 16) + ended,
        "too_short": b"%x\r\n" % (size - 1) + ended,
        "no_end": b"%x\r\n" % size + whole + b"\r\n",
    }
    struck.control.clear_faults()
    struck.set(example | {"when": {"call_phase": "stream"}})
    told = b""
    with struck.stream() as reply, pytest.raises(httpx.RemoteProtocolError):
        for piece in reply.iter_raw():
            told += piece
    assert b".mp4" not in told  # it stands in the last chunk, with all that is due with it


def close_idle(struck: Struck, example: Rule) -> None:
    path = f"{VIDEOS}/{struck.job()}"
    whole = struck.http.get(path)
    struck.set(example)
    where = urlsplit(struck.server.base_url)
    client = HTTPConnection(where.hostname or "", where.port, timeout=HELD_REAL_S)
    client.request("GET", path, headers={"authorization": f"Bearer {struck.key}"})
    reply = client.getresponse()
    assert (reply.status, reply.getheader("connection")) == (200, None)
    assert reply.read() == whole.content
    assert struck.held(lambda: client.sock.recv(1), 100) == b""
    client.close()


def close_on_next(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    path = f"{VIDEOS}/{task_id}"
    whole = struck.http.get(path)
    struck.set(example | {"times": 1})
    where = urlsplit(struck.server.base_url)
    client = HTTPConnection(where.hostname or "", where.port, timeout=HELD_REAL_S)
    headers = {"authorization": f"Bearer {struck.key}"}
    client.request("GET", path, headers=headers)
    reply = client.getresponse()
    assert (reply.status, reply.getheader("connection")) == (200, None)
    assert reply.read() == whole.content
    struck.control.advance("1h")
    assert struck.rule()["struck"] == 0
    client.request("POST", VIDEOS, json.dumps({"model": "veo-3.1", "prompt": "a cat"}), headers)
    with pytest.raises(RemoteDisconnected):
        client.getresponse()
    client.close()
    assert struck.rule()["struck"] == 1
    assert [task.id for task in struck.control.tasks()] == [task_id]


def slow_body(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    whole = struck.status(task_id).content
    size = -(-len(whole) // 5)
    struck.set(example)
    with struck.client() as client:
        pieces = struck.held(lambda: _pieces(client, task_id), *[400] * 4)
    assert b"".join(pieces) == whole
    # A client that reads late gets two pieces in one, but never a part of one.
    ends = {sum(map(len, pieces[: n + 1])) for n in range(len(pieces))}
    assert ends <= {*range(size, len(whole), size), len(whole)}
    (sent,) = [entry.detail for entry in struck.control.entries() if entry.kind == "sent"]
    assert sent["chunks"] == 5


def _pieces(client: httpx.Client, task_id: str) -> list[bytes]:
    with client.stream("GET", f"{VIDEOS}/{task_id}") as reply:
        return list(reply.iter_raw())


def wrong_content_type(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert reply.headers["content-type"] == "text/html"
    assert reply.content == plain.content


def poll_other_job(struck: Struck, example: Rule) -> None:
    first = struck.job("a cat")
    struck.kie_job("http://127.0.0.1:9/", "a bird")
    second, third = struck.job("a dog [mock:instant]"), struck.job("a cow")
    plain = {task_id: struck.status(task_id).json() for task_id in (first, second, third)}
    struck.set(example)
    told = [struck.status(task_id).json() for task_id in (first, second, third)]
    assert told == [plain[second], plain[first], plain[second]]
    struck.control.reset_sandbox()
    alone = struck.job()
    struck.set(example)
    told = struck.status(alone).json()
    assert sum(a != b for a, b in zip(told["id"], alone, strict=True)) == 2
    assert told["status"] == "queued"


def poll_stale(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    queued = struck.status(task_id).json()
    struck.control.advance("10m")
    done = struck.status(task_id).json()
    struck.set(example | {"with": {"by": "1h"}})
    assert struck.status(task_id).json() == queued
    assert done["status"] == "completed"
    struck.control.clear_faults()
    struck.set(example)
    assert struck.status(task_id).json() == done
    assert struck.rule()["held_back"] == {"it would change nothing here": 1}


def success_status(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert (reply.status_code, reply.json()) == (202, plain.json())
    struck.control.clear_faults()
    url = struck.video()
    struck.set({"fault": "success_status"})
    assert struck.status("unknown").status_code == 404
    assert struck.rule()["held_back"] == {"the reply is no success": 1}
    assert httpx.get(url, trust_env=False).status_code == 201


def no_content(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    assert struck.status(task_id).status_code == 204
    reply = on_the_wire(struck.status_url(task_id), struck.key)
    assert reply.head.startswith("http/1.1 204")
    assert reply.body == b""
    assert [
        name for name in ("content-type", "content-length", "chunked") if name in reply.head
    ] == []
    struck.set(example | {"id": "stream", "when": {"call_phase": "stream"}})
    with struck.stream() as stream:
        assert (stream.status_code, stream.read()) == (204, b"")


def empty_body(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert (reply.status_code, reply.content) == (200, b"")
    assert _streamed(struck, example) == b""


def truncated_json(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert reply.content == plain.content[: int(len(plain.content) * 0.6)]
    assert int(reply.headers["content-length"]) == len(reply.content) > 0


def not_json(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert reply.text.lower().startswith(("<html", "<!doctype html"))
    assert _streamed(struck, example) == reply.content


def body_of(struck: Struck, example: Rule) -> None:
    body = example["with"]["body"]
    reply = _status(struck, example)
    assert (reply.status_code, reply.json()) == (200, body)
    assert json.loads(_streamed(struck, example)) == body
    struck.control.clear_faults()
    own = {"body": "bad gateway, 猫", "content_type": "text/plain; charset=utf-8"}
    reply = _status(struck, example | {"with": own})
    assert reply.text == "bad gateway, 猫"
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"


def wrong_type_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert isinstance(reply.json()["id"], dict)
    assert reply.json() | {"id": plain.json()["id"]} == plain.json()


def missing_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert reply.json() == {k: v for k, v in plain.json().items() if k != "status"}


def null_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert reply.json() == plain.json() | {"model": None} != plain.json()


def extra_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert reply.json() == plain.json() | {"billing": {"nobody": "expects this"}}
    struck.control.clear_faults()
    plain, reply = _both(struck, example | {"with": {"field": "status", "value": "completed"}})
    assert reply.json() == plain.json()
    assert struck.rule()["held_back"] == {
        "the reply has this field already: set_field changes it": 1
    }


def set_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert plain.json()["status"] == "queued"
    assert reply.json() == plain.json() | {"status": "in_review"}
    struck.control.clear_faults()
    reply = _status(struck, example | {"with": {"field": "a", "value": {"b": 1}}})
    assert reply.json()["a"] == {"b": 1}


def renamed_field(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    body = reply.json()
    assert body.pop("state") == "queued"
    assert body | {"status": "queued"} == plain.json()
    assert "status" not in body


def wrong_encoding(struck: Struck, example: Rule) -> None:
    with pytest.raises(UnicodeDecodeError):
        _status(struck, example).json()
    struck.control.clear_faults()
    with pytest.raises(httpx.DecodingError):
        _status(struck, example | {"with": {"encoding": "gzip"}})
    reply = on_the_wire(struck.status_url(struck.job()), struck.key)
    assert "content-encoding: gzip" in reply.head
    assert json.loads(reply.body)["status"] == "queued"


def compressed(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)  # httpx asks for gzip
    assert (reply.headers["content-encoding"], reply.json()) == ("gzip", plain.json())
    path = f"{VIDEOS}/{plain.json()['id']}"
    bare = struck.http.get(path, headers={"accept-encoding": "gzip;q=0, br"})
    assert "content-encoding" not in bare.headers
    assert struck.rule()["held_back"] == {"the client does not ask for gzip": 1}
    _, status, _ = struck.control.entries(operation="status")
    assert status.reply_body is not None
    assert json.loads(status.reply_body.text) == plain.json()
    struck.control.clear_faults()
    struck.set({"fault": "compressed", "when": {"call_phase": "stream"}})
    with struck.stream() as stream:
        text = stream.read()
    assert stream.headers["content-encoding"] == "gzip"
    assert text.endswith(b"data: [DONE]\n\n")


def compressed_unasked(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert "content-encoding" not in reply.headers
    assert struck.rule()["held_back"] == {"the client asks for gzip": 1}
    wire = on_the_wire(struck.status_url(plain.json()["id"]), struck.key)
    assert "content-encoding: gzip" in wire.head
    assert gzip.decompress(wire.body) == plain.content


def compressed_wrongly(struck: Struck, example: Rule) -> None:
    path = f"{VIDEOS}/{struck.job()}"
    whole, came = struck.http.get(path).content, dict[str, bytes]()
    for how in ("cut", "checksum", "other_coding"):
        struck.control.clear_faults()
        struck.set(example | {"with": {"how": how}})
        with struck.http.stream("GET", path) as reply:
            came[how] = b"".join(reply.iter_raw())
        assert reply.headers["content-encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(came["cut"])
    with pytest.raises(gzip.BadGzipFile, match="CRC"):
        gzip.decompress(came["checksum"])
    assert zlib.decompress(came["other_coding"]) == whole
    with pytest.raises(httpx.DecodingError):
        struck.http.get(path)


def duplicate_header(struck: Struck, example: Rule) -> None:
    reply = _status(struck, example)
    assert reply.headers.get_list("content-type") == ["application/json", "text/plain"]


def missing_header(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert dict(plain.headers) == {**reply.headers, "content-type": "application/json"}
    assert "content-type" not in reply.headers
    assert reply.content == plain.content


def rate_limit_headers(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    told = {name: reply.headers[name] for name in reply.headers if name not in plain.headers}
    assert told == {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "2s",
    }
    assert reply.content == plain.content
    struck.control.clear_faults()
    struck.set({"fault": "rate_limit", "when": {"operation": "status"}})
    refused = _status(struck, example | {"with": {"style": "plain", "reset": "10s"}})
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (429, "0")
    assert int(refused.headers["x-ratelimit-reset"]) == struck.now_ms() // 1000 + 10


def huge_body(struck: Struck, example: Rule) -> None:
    plain, reply = _both(struck, example)
    assert len(reply.content) == 5_000_000
    assert reply.json() == plain.json()


def redirect(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    moved = struck.status(task_id)
    assert moved.status_code == 307
    assert moved.headers["location"].startswith("http://localhost:")
    followed = struck.http.get(moved.headers["location"])
    assert followed.json()["id"] == task_id


def outage(struck: Struck, example: Rule) -> None:
    task_id = struck.job()
    struck.set(example)
    struck.control.advance("10s")  # nobody calls: it has not begun
    down = struck.status(task_id)
    assert down.status_code == 503
    assert "503 Service Temporarily Unavailable" in down.text
    struck.control.advance("1999ms")
    assert struck.status(task_id).status_code == 503
    assert struck.http.get("/kie/api/v1/chat/credit").json()["code"] == 200
    assert struck.rule()["state"] == "active"
    struck.control.advance("1ms")
    assert struck.status(task_id).status_code == 200
    assert (struck.rule()["state"], struck.rule()["lasts"]) == ("healed", "2s")
    assert (struck.rule()["struck"], struck.rule()["held_back"]) == (2, {"healed": 1})


def _streamed(struck: Struck, rule: Rule) -> bytes:
    """What comes in place of a stream under a rule; the job runs all the same."""
    struck.control.clear_faults()
    struck.set(rule | {"when": {"call_phase": "stream"}})
    before = len(struck.control.tasks())
    with struck.stream() as reply:
        body = reply.read()
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert len(struck.control.tasks()) == before + 1
    return body


def _status(struck: Struck, rule: Rule) -> httpx.Response:
    return _both(struck, rule)[1]


def _both(struck: Struck, rule: Rule) -> tuple[httpx.Response, httpx.Response]:
    """The reply to the same call without the rule, and with it."""
    task_id = struck.job()
    plain = struck.status(task_id)
    struck.set(rule)
    return plain, struck.status(task_id)
