"""A client whose provider has faults: sets rules, makes jobs, turns the clock while it waits."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control
from tests.support.patience import awaiting

T = TypeVar("T")
JOB = {"model": "veo-3.1", "prompt": "a cat"}
VIDEOS = "/apiyi/v1/videos"
TURN_REAL_S = 0.02
HELD_REAL_S = 10
"""How long a test waits for a reply that is due, or that has to be held."""


@dataclass(frozen=True)
class Wire:
    """Every byte that came of a reply, and how the connection ended: "close" or "reset"."""

    came: bytes
    ending: str

    @property
    def head(self) -> str:
        """Status line and headers, in lower case."""
        return self.came.partition(b"\r\n\r\n")[0].decode("latin-1").lower()

    @property
    def body(self) -> bytes:
        return self.came.partition(b"\r\n\r\n")[2]


class Struck:
    """One sandbox under faults. Its clock stands until it is advanced."""

    def __init__(self, server: Running, key: str) -> None:
        self.server = server
        self.key = key
        self.control = Control(server.base_url, key=key)
        self.http = self.client()
        self.http.get("/apiyi/v1/models")  # opens the sandbox

    def client(self, **options: Any) -> httpx.Client:
        """A further HTTP client of the same key."""
        headers = {"authorization": f"Bearer {self.key}"}
        options = {"timeout": 20, "trust_env": False, "verify": False} | options
        return httpx.Client(base_url=self.server.base_url, headers=headers, **options)

    def close(self) -> None:
        self.http.close()
        self.control.close()

    def set(self, rule: dict[str, Any], **more: Any) -> None:
        """Sets a rule, with some of its fields replaced."""
        self.control.add_fault(rule | more)

    def rule(self) -> dict[str, Any]:
        """The only rule that is set, with how it fared."""
        (rule,) = self.control.faults()
        return rule

    def now_ms(self) -> int:
        return self.control.clock().now_ms

    def create(self, prompt: str = "a cat", **headers: str) -> httpx.Response:
        return self.http.post(VIDEOS, json=JOB | {"prompt": prompt}, headers=headers)

    def job(self, prompt: str = "a cat") -> str:
        """The id of a new job."""
        created = self.create(prompt)
        assert created.status_code == 200, created.text
        return str(created.json()["id"])

    def status(self, task_id: str) -> httpx.Response:
        return self.http.get(f"{VIDEOS}/{task_id}")

    def video(self) -> str:
        """The URL of a finished video."""
        task_id = self.job("a cat [mock:instant]")
        return str(self.http.get(f"{VIDEOS}/{task_id}/content").json()["url"])

    def kie_job(self, url: str, prompt: str = "a cat [mock:instant]") -> str:
        """A Kie job that calls back; the id is the one of its reply."""
        body = {"prompt": prompt, "callBackUrl": url}
        return str(self.http.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"])

    def events(self, prompt: str = "a cat [mock:instant]", n: int = 1) -> list[bytes]:
        """What a stream brought, write by write."""
        with self.stream(prompt, n) as reply:
            return list(reply.iter_raw())

    @contextmanager
    def stream(self, prompt: str = "a cat [mock:instant]", n: int = 1) -> Iterator[httpx.Response]:
        body = {
            "model": "veo-3.1",
            "stream": True,
            "n": n,
            "messages": [{"role": "user", "content": prompt}],
        }
        with self.http.stream("POST", "/apiyi/v1/chat/completions", json=body) as reply:
            yield reply

    def status_url(self, task_id: str) -> str:
        return f"{self.server.base_url}{VIDEOS}/{task_id}"

    def held(self, call: Callable[[], T], *spans_ms: int) -> T:
        """What a call gives that is held for just these spans of virtual time, one after the other.

        Fails where the server holds it for less, or for more.
        """
        assert spans_ms, "nothing to be held for"
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(call)
            for span_ms in spans_ms:
                self._until_held(future)
                self.control.advance(f"{span_ms - 1}ms")
                self._until_held(future)
                self.control.advance("1ms")
            try:
                return future.result(HELD_REAL_S)
            except TimeoutError:
                self.control.advance("10d")  # lets it go
                raise AssertionError(f"held for longer than {sum(spans_ms)} ms") from None

    def _until_held(self, future: Future[Any]) -> None:
        """Returns once an exchange of the sandbox waits for a virtual time."""
        sandbox_id = self.control.sandbox().id  # whoever was woken has looked at the clock by now
        waiting = self.server.app.core.notifier._waiting
        with awaiting("a reply to be held"):
            while sandbox_id not in waiting:
                assert not future.done(), f"it was not held: {future.result()!r}"
                wait([future], 0.005)

    def turning(self, call: Callable[[], T], step: str = "1s") -> tuple[T, int]:
        """What a call gives while the clock is turned in steps, and how far it was turned (ms)."""
        before_ms = self.now_ms()
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(call)
            with awaiting("a reply while the clock is turned"):
                while wait([future], TURN_REAL_S).not_done:
                    self.control.advance(step)
            return future.result(), self.now_ms() - before_ms


def on_the_wire(url: str, key: str = "", method: str = "GET", **headers: str) -> Wire:
    """What a request without a body brings, byte by byte, until the server ends the connection."""
    where = urlsplit(url)
    lines = [f"{method} {where.path} HTTP/1.1", f"host: {where.netloc}", "connection: close"]
    lines += [f"authorization: Bearer {key}"] if key else []
    lines += [f"{name}: {value}" for name, value in headers.items()]
    came = b""
    with socket.create_connection((where.hostname or "", where.port or 80), HELD_REAL_S) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        try:
            while piece := wire.recv(65536):
                came += piece
        except ConnectionResetError:
            return Wire(came, "reset")
    return Wire(came, "close")


def chunks(raw: list[bytes]) -> list[dict[str, Any]]:
    """The JSON events of a stream, comments and [DONE] left out."""
    lines = b"".join(raw).replace(b"\r\n", b"\n").split(b"\n\n")
    data = [line.partition(b"data: ")[2] for line in lines if b"data: " in line]
    return [json.loads(text) for text in data if text != b"[DONE]"]


def said(raw: list[bytes]) -> list[str]:
    """The content of every chunk."""
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks(raw) if "choices" in chunk]
    return [delta["content"] for delta in deltas if "content" in delta]


@pytest.fixture
def struck(server: Running, key: str) -> Iterator[Struck]:
    """A client in a sandbox of its own, whose clock stands."""
    struck = Struck(server, key)
    yield struck
    struck.close()


@pytest.fixture
def auto(struck: Struck) -> Struck:
    """The same in mode auto."""
    struck.control.set_clock("auto")
    return struck
