"""Callbacks that pass through the recorder. It replaces the client's address by its own, and passes
on what comes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mockserver.domain.callback.delivery import Message
from mockserver.domain.input.quantity import whole_number
from mockserver.domain.provider.judging import json_of
from mockserver.domain.reply.reply import Headers
from mockserver.engine.ports import Answer, Forbidden
from mockserver.outbound.sender import HttpSender
from mockserver.outbound.upstream import HOP_BY_HOP

PREFIX = "/_reelmock/callback/"
TIMEOUT_MS = 15_000  # as long as providers wait: docs.kie.ai, webhook
_NAMED = re.compile(r"(?i)call_?back|web_?hook|notify_?url")


class Callbacks:
    """The addresses of clients, by number."""

    def __init__(self) -> None:
        self._urls: list[str] = []
        self._sender = HttpSender(allow_public=True)  # the client has chosen it, on its own machine

    def redirected(self, body: bytes, url: str, own_base: str) -> bytes:
        """A creation's JSON with our address instead of `url`. Nothing else changes."""
        self._urls.append(url)
        ours = json.dumps(f"{own_base}{PREFIX}{len(self._urls) - 1}").encode()
        for spelt in _spellings(url):
            if spelt in body:
                return body.replace(spelt, ours)
        return json.dumps(_replaced(json_of(body), url, json.loads(ours))).encode()

    def url_of(self, path: str) -> str:
        """The client's address behind one of ours; empty if it is not one of ours."""
        number = whole_number(path.removeprefix(PREFIX))
        return self._urls[number] if number is not None and number < len(self._urls) else ""

    async def pass_on(self, url: str, headers: Headers, body: bytes) -> Answer:
        """Delivers what came. An answer without a status says why it has no status."""
        kept = tuple((k, v) for k, v in headers if k not in HOP_BY_HOP and k != b"content-length")
        try:
            return await self._sender.send(url, Message(kept, body), TIMEOUT_MS)
        except Forbidden as error:
            return Answer(None, str(error))

    async def close(self) -> None:
        """Closes idle connections."""
        await self._sender.close()


def is_callback(name: str) -> bool:
    """Whether a field is named like the address of a callback."""
    return bool(_NAMED.search(name))


def undocumented(body: bytes, documented: str) -> tuple[str, ...]:
    """Fields of a request that have a callback's name and hold a URL, but that our codec does not
    read. They are not rewritten.
    """
    return tuple(where for where, url in _urls(json_of(body), "") if url != documented)


def _urls(content: Any, where: str) -> Iterator[tuple[str, str]]:
    pairs = content.items() if isinstance(content, dict) else ()
    for name, value in pairs:
        if isinstance(value, str) and is_callback(name) and value.startswith("http"):
            yield f"{where}/{name}", value
        else:
            yield from _urls(value, f"{where}/{name}")


def _spellings(url: str) -> tuple[bytes, ...]:
    plain = json.dumps(url, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return plain, json.dumps(url).encode(), plain.replace(b"/", b"\\/")


def _replaced(content: Any, old: str, new: str) -> Any:
    if isinstance(content, dict):
        return {name: _replaced(value, old, new) for name, value in content.items()}
    if isinstance(content, list):
        return [_replaced(item, old, new) for item in content]
    return new if content == old else content
