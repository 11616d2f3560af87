"""A call of the journal as a text that makes it again: for a shell, as HAR, as a test.

Nobody keeps the key. The text reads it from the variable REELMOCK_KEY.
"""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.domain.input import variables
from mockserver.domain.provider.judging import at, json_of
from mockserver.domain.provider.key_place import BEARER
from mockserver.recorder.har import CLOSING, Taped, entry_of, opening
from mockserver.recorder.washing import Washer

if TYPE_CHECKING:
    from mockserver.domain.journal.journal import Exchange
    from mockserver.domain.provider.key_place import KeyPlace

UNSAID = (
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "user-agent",
)
OF_BROWSERS = "sec-"
PASTED_KEY = "sk-pasted"
PATIENCE_S = 60


class Asked(Struct, frozen=True):
    """A call, and what came of it. `code` is the status that the envelope says."""

    call: Exchange
    code: int
    base_url: str
    key_place: KeyPlace = BEARER

    @property
    def url(self) -> str:
        """Where it was sent, with the key where the provider reads it from the query."""
        query = self.call.query
        if self._lacks_key and self.key_place.where == "query":
            query = "&".join(filter(None, (query, f"{self.key_place.name}={self.mark}")))
        return f"{self.base_url}{self.call.path}" + (f"?{query}" if query else "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Its headers, without those that the sender sets."""
        kept = [
            (name, value.decode("latin-1"))
            for name, value in ((k.decode("latin-1"), v) for k, v in self.call.request_headers)
            if name not in UNSAID and not name.startswith(OF_BROWSERS)
        ]
        if self._lacks_key and self.key_place.where == "header":
            kept.append(
                (self.key_place.name.lower(), f"{self.key_place.scheme} {self.mark}".strip())
            )
        return kept

    @property
    def mark(self) -> str:
        """What stands in place of the key, until a text has its own word for it."""
        return f"[redacted {self.call.key}]"

    @property
    def _lacks_key(self) -> bool:
        """Whether a key was sent that the journal does not show where the provider reads it."""
        names = {name for name, _ in self.call.request_headers}
        shown = self.key_place.header in names or f"{self.key_place.name}=" in self.call.query
        return bool(self.call.key) and not shown

    @property
    def is_cut(self) -> bool:
        """Whether the journal kept only the beginning of what was sent."""
        return self.call.request_size_bytes > len(self.call.request_body)

    def shell(self, word: str) -> str:
        """A word that a shell reads as it is, except the key."""
        parts = (part and shlex.quote(part) for part in word.split(self.mark))
        return f'"${variables.KEY}"'.join(parts) or "''"

    def python(self, text: str) -> str:
        """The same for Python."""
        parts = [repr(part) for part in text.split(self.mark)]
        return " + KEY + ".join(parts).removesuffix(" + ''")


def curl(asked: Asked) -> str:
    """A line for a shell."""
    words = ["curl", "-X", asked.call.method, asked.url]
    for name, value in asked.headers:
        words += ["-H", f"{name}: {value}"]
    body, before = asked.call.request_body, ""
    if _text(body) is None:
        words += ["--data-binary", "@-"]
        before = f"printf %s {b64encode(body).decode()} | base64 -d | "
    elif body:
        words += ["--data-raw", body.decode()]
    return before + " ".join(asked.shell(word) for word in words)


def har(asked: Asked) -> str:
    """The call with its reply as HAR 1.2."""
    call = asked.call
    taped = Taped(
        kind="call",
        method=call.method,
        url=f"{asked.base_url}{call.path}" + (f"?{call.query}" if call.query else ""),
        started_ms=call.real_ms,
        request_headers=call.request_headers,
        request_body=call.request_body,
        request_bytes=call.request_size_bytes,
        status=call.status,
        headers=call.reply_headers,
        body=call.reply_body,
        size_bytes=call.reply_size_bytes,
        provider=call.provider,
        operation=call.operation,
        note=call.reason,
        keeps_bytes=True,
    )
    entry = json.dumps(entry_of(taped, Washer()), ensure_ascii=False)
    return f"{opening({}).decode()}\n{entry}{CLOSING.decode()}"


def pytest_test(asked: Asked) -> str:
    """A test that sends the request, and asserts its status."""
    return "\n".join(_test_lines(asked)) + "\n"


def _test_lines(asked: Asked) -> Iterator[str]:
    call = asked.call
    yield f'"""Call {call.seq} of a journal, sent again. {variables.KEY} is the API key."""\n'
    yield from ("import json",) if _envelope_differs(asked) else ()
    yield from ("import os\n", "import httpx")
    yield from () if call.status else ("import pytest",)
    yield f'\nKEY = os.environ.get("{variables.KEY}", "{PASTED_KEY}")\n\n'
    came = f"is_answered_with_{call.status}" if call.status else "gets_no_answer"
    named = re.sub(r"\W+", "_", f"{call.provider}_{call.operation or 'call'}")
    yield f"def test_{named}_{came}():"
    yield from (f"    # {_one_line(call.reason)}",) if call.reason else ()
    yield from ("    # The journal kept only the beginning of the body.",) if asked.is_cut else ()
    raises = "" if call.status else "pytest.raises(httpx.TransportError), "
    yield f"    with {raises}httpx.stream("
    yield from (f"        {line}," for line in _arguments(asked))
    yield "    ) as reply:"
    yield (
        f"        assert reply.status_code == {call.status}"
        if call.status
        else "        reply.read()"
    )
    if _envelope_differs(asked):
        yield f'        assert json.loads(reply.read())["code"] == {asked.code}'


def _arguments(asked: Asked) -> Iterator[str]:
    yield from (asked.python(asked.call.method), asked.python(asked.url))
    pairs = [f"({asked.python(name)}, {asked.python(value)})" for name, value in asked.headers]
    yield f"headers=[{', '.join(pairs)}]"
    body = asked.call.request_body
    text = _text(body)
    if body:
        yield f"content={body!r}" if text is None else f"content={asked.python(text)}"
    yield from (f"timeout={PATIENCE_S}", "trust_env=False")


def _envelope_differs(asked: Asked) -> bool:
    """Whether the envelope says another status than HTTP does, where everybody can read it."""
    if not asked.call.status or asked.code == asked.call.status:
        return False
    return bool(at(json_of(asked.call.reply_body), "code") == asked.code)


def _one_line(text: str) -> str:
    """A text that fits behind a comment sign."""
    return "".join(char if char.isprintable() else " " for char in text)


def _text(body: bytes) -> str | None:
    """A body in UTF-8 as text; None for any other."""
    with suppress(UnicodeDecodeError):
        return body.decode()
    return None


FORMS: dict[str, Callable[[Asked], str]] = {"curl": curl, "har": har, "pytest": pytest_test}
