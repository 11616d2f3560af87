"""What the journal keeps of an exchange until somebody reads it.

Most of a journal is never read. So an exchange leaves only its parts here, and the entry is made of
them when it is read. Keys are taken out then too; before that, they are only in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from mockserver.domain.callback.delivery import Delivery
from mockserver.domain.journal.fields import without_boundary
from mockserver.domain.journal.journal import (
    BODY_CAP_BYTES,
    ENTRY_BYTES,
    DeliveryTried,
    Draft,
    Exchange,
    Matched,
    headers_bytes,
)
from mockserver.domain.journal.redaction import (
    clean_body,
    clean_form,
    clean_headers,
    clean_path,
    clean_query,
    credentials,
)
from mockserver.domain.provider.provider import Inbound, Operation
from mockserver.domain.reply.coding import uncoded
from mockserver.domain.reply.performed import Performed
from mockserver.domain.reply.reply import Headers, Reply, leaves_at_once
from mockserver.domain.scenario.scenario import Undecided

# longer than any spelling of a secret, so that a secret at the cap is found whole
SLACK_BYTES = 2048
REMEMBERED_BYTES = 4096  # weight of an entry whose clean texts are remembered
FORM = b"application/x-www-form-urlencoded"


class Called(Struct, frozen=True, gc=False):
    """A call that is not an operation of a provider, by its name and phase."""

    name: str
    call_phase: str

    def task_id(self, inbound: Inbound) -> str:
        """Empty: its request names no task. A caller that knows the task gives it separately."""
        return ""


class ExchangeDraft(Struct, frozen=True, gc=False):
    """One call and its reply. `reply_body` is empty for a stream and for media."""

    provider: str
    operation: Operation[Any] | Called
    inbound: Inbound
    key: str
    real_ms: int
    virtual_ms: int
    model: str
    task_id: str
    status: int
    reason: str
    reply_headers: Headers
    reply_body: bytes
    faults: tuple[Matched, ...]
    pending: bool = False
    scenario: str = ""
    scenario_struck: bool = False
    undecided: tuple[Undecided, ...] = ()

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""
        inbound = self.inbound
        texts = len(inbound.path) + len(inbound.query_string) + len(self.reason)
        bodies = len(inbound.body) + len(self.reply_body)
        heads = inbound.headers_bytes or headers_bytes(inbound.headers)
        return ENTRY_BYTES + bodies + texts + heads

    def entry(self) -> Exchange:
        """The entry, with bodies cut at the limit and keys taken out."""
        inbound, operation = self.inbound, self.operation
        headers = tuple(inbound.headers)
        secrets = credentials(headers)
        is_form = (b"content-type", FORM) in headers
        return Exchange(
            self.real_ms,
            self.virtual_ms,
            provider=self.provider,
            operation=operation.name,
            call_phase=operation.call_phase,
            method=inbound.method,
            path=clean_path(inbound.path, secrets),
            query=clean_query(inbound.query_string, secrets),
            key=self.key,
            model=self.model,
            task_id=clean_path(self.task_id or operation.task_id(inbound), secrets),
            status=self.status,
            reason=clean_path(self.reason, secrets),
            request_headers=clean_headers(headers, secrets),
            request_body=_kept(inbound.body, secrets, clean_form if is_form else clean_body),
            request_size_bytes=len(inbound.body),
            request_digest=_digest(headers, inbound.body),
            connection=inbound.connection,
            reply_headers=clean_headers(self.reply_headers, secrets),
            reply_body=_kept(self.reply_body, secrets),
            reply_size_bytes=len(self.reply_body),
            faults=self.faults,
            pending=self.pending,
            scenario=self.scenario,
            scenario_struck=self.scenario_struck,
            undecided=self.undecided,
        )

    def brief(self, seq: int) -> Exchange:
        """The entry with its number, but without headers and request.

        The reply's body is as it was sent: it may be asked for its status, and is not shown.
        """
        inbound, operation = self.inbound, self.operation
        named = self.task_id or operation.task_id(inbound)
        texts = (inbound.path, inbound.query_string, named, self.reason)
        clean = _known_clean if self.weight_bytes() <= REMEMBERED_BYTES else _cleaned
        path, query, task_id, reason = clean(texts, tuple(inbound.headers))
        return Exchange(
            self.real_ms,
            self.virtual_ms,
            seq,
            provider=self.provider,
            operation=operation.name,
            call_phase=operation.call_phase,
            method=inbound.method,
            path=path,
            query=query,
            model=self.model,
            task_id=task_id,
            status=self.status,
            reason=reason,
            reply_body=self.reply_body,
            faults=self.faults,
            pending=self.pending,
            scenario=self.scenario,
        )


def _cleaned(texts: tuple[str, str, str, str], headers: Headers) -> tuple[str, str, str, str]:
    """Path, query, id of the task and reason without secrets."""
    path, query, task_id, reason = texts
    secrets = credentials(headers)
    return (
        clean_path(path, secrets),
        clean_query(query, secrets),
        clean_path(task_id, secrets),
        clean_path(reason, secrets),
    )


_known_clean = lru_cache(1024)(_cleaned)  # clients that poll ask for the same again and again


def draft_of(
    provider: str,
    operation: Operation[Any] | Called,
    inbound: Inbound,
    key: str,
    real_ms: int,
    virtual_ms: int,
    model: str,
    task_id: str,
    reply: Reply,
    reason: str,
    matched: tuple[Matched, ...] = (),
    scenario: str = "",
    scenario_struck: bool = False,
    undecided: tuple[Undecided, ...] = (),
) -> Draft:
    """What the journal keeps of a call and its reply, from any source.

    If the head of a reply is never sent whole, nothing of it is kept. For something big the entry
    is made at once, because keeping the whole of it until then would cost much more.
    """
    pending = not leaves_at_once(reply)
    status, headers, body = reply.status, reply.headers, reply.body
    if pending and reply.effects.cut_in_head_bytes is not None:
        status, headers, body = 0, (), b""
    draft = ExchangeDraft(
        provider,
        operation,
        inbound,
        key,
        real_ms,
        virtual_ms,
        model,
        task_id,
        status,
        reason,
        headers,
        _readable(headers, body, matched) if type(body) is bytes else b"",
        matched,
        pending,
        scenario,
        scenario_struck,
        undecided,
    )
    big = len(inbound.body) > BODY_CAP_BYTES or len(draft.reply_body) > BODY_CAP_BYTES
    return draft.entry() if big or inbound.form is not None else draft


def _readable(headers: Headers, body: bytes, matched: tuple[Matched, ...]) -> bytes:
    """The body as it can be read: only a fault compresses one."""
    return uncoded(headers, body) if matched else body


def tried(
    before: Delivery,
    after: Delivery,
    body: bytes,
    real_ms: int,
    virtual_ms: int,
    done: Performed,
    matched: tuple[Matched, ...] = (),
    scenario: str = "",
    scenario_struck: bool = False,
) -> DeliveryTried:
    """What the journal keeps of an attempt to deliver a callback; without an attempt, the reason."""
    made = len(after.attempts) > len(before.attempts)
    last = after.attempts[-1] if made else None
    body = body if done.status else b""
    return DeliveryTried(
        real_ms,
        virtual_ms,
        provider=after.provider,
        url=clean_path(after.url, ()),
        task_id=after.task_id,
        delivery=after.id,
        attempt=len(after.attempts) if made else 0,
        state=after.state,
        status=(last.status or 0) if last else 0,
        reason=clean_path(last.problem if last else after.note or "delayed by a fault", ()),
        request_body=_kept(body, ()),
        request_size_bytes=len(body),
        faults=matched,
        scenario=scenario,
        scenario_struck=scenario_struck,
    )


def _digest(headers: Headers, body: bytes) -> str:
    if len(body) <= BODY_CAP_BYTES:
        return ""
    return blake2b(without_boundary(headers, body), digest_size=16).hexdigest()


def _kept(
    body: bytes,
    secrets: Iterable[str],
    clean: Callable[[bytes, Iterable[str]], bytes] = clean_body,
) -> bytes:
    """A body as it is written down: without secrets, and cut at the limit."""
    return clean(body[: BODY_CAP_BYTES + SLACK_BYTES], secrets)[:BODY_CAP_BYTES]
