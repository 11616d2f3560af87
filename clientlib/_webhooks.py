"""Callbacks: `verify` says whether to believe one, `CallbackReceiver` hears them.

Kie signs `task id + "." + timestamp`, not the body (docs: docs.kie.ai/common-api/
webhook-verification). So even a well signed callback is only a hint that something happened to a
task; what happened is asked from the provider.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clientlib import _system
from clientlib._context import Context
from clientlib._errors import BadSignature, CallbackError, MalformedCallback, StaleCallback
from clientlib._models import Callback, Snapshot
from clientlib._polling import Later, read_once, succeeded, until_ready
from clientlib._steps import Do, Flow
from clientlib._submit import Track
from clientlib.providers import load

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request

log = logging.getLogger("clientlib")

TOLERANCE_S = 300.0
BODY_LIMIT_BYTES = 1024 * 1024
REMEMBERED = 10_000
QUIET_PACES = 6
"""Without a callback, a waiting job is looked at this many times less often than by polling."""


def verify(
    headers: Mapping[str, str],
    body: bytes,
    key: str | bytes,
    now: float,
    tolerance_s: float = TOLERANCE_S,
) -> Callback:
    """The callback in `body`, if it is signed with `key` and its timestamp is within
    `tolerance_s` of `now` (unix seconds); else a `CallbackError`. Pure."""
    lower = {name.lower(): value for name, value in headers.items()}
    callback = parse("kie", body)
    stamp = lower.get("x-webhook-timestamp", "")
    signed = lower.get("x-webhook-signature", "")
    if not stamp or not signed:
        raise BadSignature("the callback is not signed")
    secret = key.encode() if isinstance(key, str) else key
    digest = hmac.new(secret, f"{callback.task_id}.{stamp}".encode(), hashlib.sha256).digest()
    # Compared as bytes: compare_digest takes no text beyond ASCII.
    if not hmac.compare_digest(base64.b64encode(digest), signed.encode()):
        raise BadSignature("the signature does not match")
    if not stamp.isdecimal() or not stamp.isascii() or len(stamp) > 12:
        raise StaleCallback(f"{stamp!r} is no unix time")
    if abs(now - int(stamp)) > tolerance_s:
        raise StaleCallback(f"signed {now - int(stamp):.0f} s ago, {tolerance_s:.0f} s are allowed")
    return callback


def parse(provider: str, body: bytes) -> Callback:
    """What a provider's callback says; `MalformedCallback` when it says nothing."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedCallback("the body is no JSON") from error
    if not isinstance(told, dict):
        raise MalformedCallback("the body is no JSON object")
    return load(provider).read_callback(told)


class CallbackReceiver:
    """Hears the callbacks of one provider and wakes everybody who waits for their tasks.

    With a `key`, unsigned and badly signed callbacks are refused with 401. A delivery is
    acknowledged before anything else is done with it, and a repeated one is acknowledged and
    dropped. `on_callback` is called once for each, after the acknowledgement, in a thread.
    """

    def __init__(
        self,
        provider: str,
        *,
        key: str | None = None,
        path: str = "/callback",
        tolerance_s: float = TOLERANCE_S,
        now: Callable[[], float] = _system.wall,
        on_callback: Callable[[Callback], None] | None = None,
    ) -> None:
        if key is not None and not load(provider).signs_callbacks:
            raise ValueError(f"{provider} does not sign its callbacks")
        self._provider = provider
        self._key = key
        self._path = path
        self._tolerance_s = tolerance_s
        self._now = now
        self._on_callback = on_callback
        self._changed = threading.Condition()
        self._heard: OrderedDict[str, int] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def accept(self, headers: Mapping[str, str], body: bytes) -> Callback | None:
        """Take in one delivery: the callback, or None for a repeated one."""
        if self._key is None:
            callback = parse(self._provider, body)
        else:
            callback = verify(headers, body, self._key, self._now(), self._tolerance_s)
        # The task id is not enough: a task's upgrade calls back under the same id.
        mark = hashlib.sha256(body).digest()
        with self._changed:
            if mark in self._known:
                return None
            self._known[mark] = None
            self._heard[callback.task_id] = self._heard.get(callback.task_id, 0) + 1
            for memory in (self._known, self._heard):
                while len(memory) > REMEMBERED:
                    memory.popitem(last=False)
            self._changed.notify_all()
        return callback

    def hint(self, task_id: str, seconds: float) -> bool:
        """Block until something is heard of a task, at most `seconds`; each hint counts once."""
        with self._changed:
            heard = self._changed.wait_for(lambda: task_id in self._heard, seconds)
            self._heard.pop(task_id, None)
        return heard

    def confirmed(self, context: Context, track: Track, deadline_s: float | None) -> Flow[Snapshot]:
        """Wait for hints, ask the provider after each, return when it says that the job is done.

        The waiting for hints is real time: it is ended by a callback, not by a clock.
        """
        pace = context.pace
        limit_s = pace.deadline_s if deadline_s is None else deadline_s
        quiet_s = min(QUIET_PACES * pace.every_s, limit_s)

        def ask() -> Flow[Snapshot | Later]:
            yield Do(lambda: self.hint(track.task_id, quiet_s), abandon=True)
            snapshot = yield from read_once(context, track)
            return snapshot if snapshot.status.terminal else Later()

        what = f"Task {track.task_id}"
        return succeeded(
            (yield from until_ready(context, ask, what=what, every_s=0.0, deadline_s=limit_s))
        )

    @property
    def app(self) -> Starlette:
        """The receiver as an ASGI application, to be mounted or served."""
        from starlette.applications import Starlette
        from starlette.routing import Route

        return Starlette(routes=[Route(self._path, self._receive, methods=["POST"])])

    async def _receive(self, request: Request) -> Any:
        from starlette.background import BackgroundTask
        from starlette.responses import JSONResponse

        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_LIMIT_BYTES:
                return JSONResponse({"status": "too large"}, 413)
        try:
            callback = self.accept(request.headers, bytes(body))
        except MalformedCallback as error:
            log.warning("callback refused: %s", error)
            return JSONResponse({"status": "malformed"}, 400)
        except CallbackError as error:
            log.warning("callback refused: %s", error)
            return JSONResponse({"status": "refused"}, 401)
        after = None
        if callback is not None and self._on_callback is not None:
            after = BackgroundTask(self._on_callback, callback)
        return JSONResponse({"status": "received"}, background=after)

    @contextmanager
    def listen(self, host: str = "127.0.0.1", port: int = 0) -> Generator[str]:
        """Serve on a thread of its own; yields the URL to pass as `callback_url`."""
        from clientlib._listener import serving

        with serving(self.app, host, port) as bound_port:
            yield f"http://{host}:{bound_port}{self._path}"
