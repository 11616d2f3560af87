"""A replay with a recorder beside it: what the tape does not have goes to the provider, and is taped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mockserver.domain.provider.command import Submit, UpgradeVideo
from mockserver.domain.provider.judging import json_of, text_at
from mockserver.domain.provider.provider import Inbound, Provider
from mockserver.recorder.callbacks import PREFIX
from mockserver.recorder.har import unpacked
from mockserver.recorder.jobs import Reel, identity_of, unread
from mockserver.recorder.matching import Known, inbound_of, known_call
from mockserver.recorder.passing import Send
from mockserver.recorder.record import (
    PAID_BYTES,
    Gone,
    Message,
    Receive,
    Recorder,
    Scope,
    TooLong,
    problem,
    send_whole,
    whole_body,
)
from mockserver.recorder.spending import PAID, asked_of

Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Beside:
    """An ASGI application: the replay, and for one provider what is new to its tape.

    A job that was made here belongs to the provider: every call about it goes there too.
    """

    def __init__(self, replay: Asgi, recorder: Recorder, provider: Provider, reel: Reel) -> None:
        self._replay = replay
        self._recorder = recorder
        self._provider = provider
        self._reel = reel

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._replay(scope, receive, send)
            return await self._recorder.close()
        path = scope.get("path", "")
        if path.startswith(PREFIX):
            return await self._recorder(scope, receive, send)
        known = None
        if path.startswith(f"/{self._provider.name}/"):
            known = known_call((self._provider,), scope["method"], path)
        if known is None:
            return await self._replay(scope, receive, send)
        try:
            body = await whole_body(receive, PAID_BYTES)
        except Gone:
            return None
        except TooLong as error:
            return await send_whole(send, problem(413, str(error)))
        where: Asgi = self._recorder if self._is_new(known, scope, body) else self._replay
        return await where(dict(scope), _first(body, receive), send)

    def _is_new(self, known: Known, scope: Scope, body: bytes) -> bool:
        headers = tuple((name.lower(), value) for name, value in scope["headers"])
        url = f"http://tape{scope['path']}?{scope['query_string'].decode('latin-1')}"
        inbound = inbound_of(known, url, headers, unpacked(body, headers) or b"")
        if known.operation.call_phase in PAID:
            return self._is_new_job(known, inbound)
        named = self._task_id(known, inbound)
        if named:
            return named in self._recorder.task_ids
        return known.operation.name not in self._reel.others

    def _is_new_job(self, known: Known, inbound: Inbound) -> bool:
        asked, name = asked_of(known, inbound), known.operation.name
        about = asked.task_id if isinstance(asked, UpgradeVideo) else None
        if isinstance(asked, Submit):
            about = asked.parent_id
        if about:
            return about in self._recorder.task_ids
        read = asked if isinstance(asked, Submit) else None
        wish = read or unread(inbound.body)
        if wish is not None and self._reel.same(identity_of(self._provider, name, wish)):
            return False
        identity = identity_of(self._provider, name, read) if read else None
        return self._reel.refusal_of(name, identity, inbound.body) is None

    def _task_id(self, known: Known, inbound: Inbound) -> str:
        field = self._provider.judging.id_field
        return known.operation.task_id(inbound) or (
            text_at(json_of(inbound.body), field) if field else ""
        )

    def stop(self) -> None:
        """Ends what is under way to the provider; the tape says so of each."""
        self._recorder.stop()


def _first(body: bytes, receive: Receive) -> Receive:
    """Gives a body that has come already, and then what comes."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return pending.pop() if pending else await receive()

    return next_message
