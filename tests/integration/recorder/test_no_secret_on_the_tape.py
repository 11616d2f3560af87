"""Whatever a client or a provider sends as a secret, in whatever place, is nowhere on the tape."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote

import pytest

from tests.integration.recorder.conftest import Record
from tests.integration.test_secrets import FIELDS, HEADERS, spellings
from tests.support.patience import joined
from tests.support.quiet_server import QuietServer
from tests.support.some import some

KEY = "sk-OWN/key+0123456789"  # with signs that are spelt in several ways
SIGNED = "sIgNaTuRe-{:04}-of-a-link"
NAMED = "what-the-user-names-{:04}"
QUERIES = (
    "X-Amz-Signature={}&X-Amz-Expires=60",
    "Expires=1790000000&Signature={}&Key-Pair-Id=K",
    "X-Goog-Signature={}",
    "se=2026&sp=r&sig={}",
    "auth_key={}",
    "token={}",
    "Policy={}",
    "OSSAccessKeyId=a&Expires=1&Signature={}",
    "q-sign-algorithm=sha1&q-signature={}",
)


class Upstream:
    """A provider that says secrets: in headers, cookies, links, JSON, events, packed and plain."""

    def __init__(self) -> None:
        upstream = self
        self.secrets: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, kind = upstream.body(self.path)
                is_packed = "gzip" in self.headers.get("accept-encoding", "")
                body = gzip.compress(body) if is_packed else body
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                if is_packed:
                    self.send_header("content-encoding", "gzip")
                self.send_header("set-cookie", f"JSESSIONID={upstream.fresh()}; Path=/")
                self.send_header("location", f"https://a.example/x.mp4?{upstream.query(0)}")
                self.send_header("x-api-key", upstream.fresh())
                self.send_header("x-named", upstream.fresh(NAMED))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                self.do_GET()

            def log_message(self, format: str, *args: Any) -> None:
                """Says nothing."""

        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def fresh(self, form: str = SIGNED) -> str:
        """A secret that nobody else has."""
        self.secrets.append(form.format(len(self.secrets)))
        return self.secrets[-1]

    def query(self, number: int) -> str:
        return QUERIES[number % len(QUERIES)].format(self.fresh())

    def body(self, path: str) -> tuple[bytes, str]:
        links = [f"http://127.0.0.1:9/{n}.mp4?{self.query(n)}" for n in range(len(QUERIES))]
        nested = f"https://a.example/go?to={quote(links[0], safe='')}"
        content = {
            "links": links,
            "nested": nested,
            "token": self.fresh(),
            "echo": f"you are {KEY}",
            "named": {"deep": [self.fresh(NAMED)]},
            "text": json.dumps({"named": self.fresh(NAMED), "url": links[1]}),
        }
        plain = json.dumps(content)
        if "escaped" in path:
            return plain.replace("/", "\\/").replace("&", "\\u0026").encode(), "application/json"
        if "events" in path:
            return f"data: {plain}\n\ndata: [DONE]\n\n".encode(), "text/event-stream"
        return plain.encode(), "application/json"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        joined(self._thread)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A server that nobody taught to keep a secret."""
    made = Upstream()
    yield made
    made.close()


def test_no_secret_reaches_the_disk(record: Record, upstream: Upstream) -> None:
    taped = record("kie", upstream.url, fields=("x-named", "named"))
    client = taped.client(KEY)
    basic = base64.b64encode(f"user:{KEY}".encode()).decode()
    job = {"prompt": "a cat", "model": "veo3_fast"}
    create, poll = "/api/v1/veo/generate", "/api/v1/veo/record-info"
    for path in (poll, f"{poll}/escaped", "/events", create):
        for encoding in ("gzip", "identity", "br"):
            client.get(path, headers={"accept-encoding": encoding})
            client.post(path, json=job, headers={"accept-encoding": encoding})
    for name in HEADERS:
        client.get(poll, headers={name: upstream.fresh()})
    client.get(poll, headers={"authorization": f"Basic {basic}"})
    client.get(poll, headers={"x-note": f"I am {KEY}", "x-named": upstream.fresh(NAMED)})
    client.get(poll, headers={"referer": f"https://a.example/?{upstream.query(3)}"})
    for name in (*FIELDS, "named"):
        client.get(poll, params={name: upstream.fresh()})
        client.post(create, json=job | {name: upstream.fresh()})
        client.post("/form", data={name: upstream.fresh()})
        client.post("/form", files={name: (None, upstream.fresh())})
        packed = gzip.compress(json.dumps({name: upstream.fresh()}).encode())
        client.post(create, content=packed, headers={"content-encoding": "gzip"})
    for spelt in (KEY, quote(KEY, safe=""), f"Bearer {KEY}"):
        client.post(create, json=job | {"prompt": spelt})
        client.get(f"{poll}/{quote(spelt, safe='')}")
        client.get(poll, params={"who": spelt})
    for number in range(len(QUERIES)):
        link = f"https://pictures.example/a.png?{upstream.query(number)}"
        client.post(create, json=job | {"imageUrls": [link]})
        client.post(
            create, json=job | {"callBackUrl": f"http://127.0.0.1:9/hook?{upstream.query(number)}"}
        )
    client.post(create, json=job | {"callBackUrl": f"http://user:{upstream.fresh()}@127.0.0.1:9/"})
    entries = taped.entries()
    text = taped.path.read_text("utf-8")
    assert len(entries) > 80
    assert text.count("[redacted ") > 100
    # As it stands there, as a reader of JSON has it, and with links decoded.
    whole = f"{text}\n{json.loads(text)}\n{unquote(text)}\n{unquote(unquote(text))}"
    found = {
        secret: whole[max(0, whole.index(spelt) - 150) : whole.index(spelt) + 60]
        for secret in some((KEY, *upstream.secrets))
        for spelt in spellings(secret)
        if spelt in whole
    }
    assert found == {}
    assert len(upstream.secrets) > 300
