"""What the journal keeps of an exchange until somebody reads it.

Most of a journal is never read, so that an exchange leaves only its parts here and the entry is
made of them on demand. Keys are taken out then, too: before, they are in memory alone.
"""

from __future__ import annotations

from msgspec import Struct

from mockserver.domain.journal import BODY_CAP_BYTES, Entry, Matched, kept
from mockserver.domain.performed import Performed
from mockserver.domain.provider import Inbound, Operation
from mockserver.domain.reply import Headers, Reply, leaves_at_once


class Called(Struct, frozen=True, gc=False):
    """A call that is no provider's operation, by its name and phase."""

    name: str
    call_phase: str

    def task_id(self, inbound: Inbound) -> str:
        """None that its request names: who knows of one says it beside."""
        return ""


class ExchangeDraft(Struct, frozen=True, gc=False):
    """One call and its reply. `reply_body` is empty for a stream and for media."""

    provider: str
    operation: Operation | Called
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

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""
        inbound = self.inbound
        return 400 + len(inbound.body) + len(self.reply_body) + len(inbound.path) + len(self.reason)

    def entry(self) -> Entry:
        """The entry, bodies capped and keys taken out."""
        inbound, operation = self.inbound, self.operation
        entry = Entry(
            kind="exchange",
            real_ms=self.real_ms,
            virtual_ms=self.virtual_ms,
            provider=self.provider,
            operation=operation.name,
            call_phase=operation.call_phase,
            method=inbound.method,
            path=inbound.path,
            query=inbound.query_string,
            key=self.key,
            model=self.model,
            task_id=self.task_id or operation.task_id(inbound),
            status=self.status,
            reason=self.reason,
            request_headers=tuple(inbound.headers),
            request_body=inbound.body,
            request_size_bytes=len(inbound.body),
            reply_headers=self.reply_headers,
            reply_body=self.reply_body,
            reply_size_bytes=len(self.reply_body),
            faults=self.faults,
            pending=self.pending,
            scenario=self.scenario,
            scenario_struck=self.scenario_struck,
        )
        return kept(entry)

    @property
    def is_big(self) -> bool:
        """Whether keeping it whole would keep much more than its entry does."""
        inbound = self.inbound
        return (
            len(inbound.body) > BODY_CAP_BYTES
            or len(self.reply_body) > BODY_CAP_BYTES
            or inbound.form is not None
        )


def draft_of(
    provider: str,
    operation: Operation | Called,
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
) -> ExchangeDraft:
    """What the journal keeps of a call and its reply, from wherever they come.

    Of a reply whose head is never sent whole there is nothing to keep.
    """
    pending = not leaves_at_once(reply)
    status, headers, body = reply.status, reply.headers, reply.body
    if pending and reply.effects.cut_in_head_bytes is not None:
        status, headers, body = 0, (), b""
    return ExchangeDraft(
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
        body if type(body) is bytes else b"",
        matched,
        pending,
        scenario,
        scenario_struck,
    )


class SentDraft(Struct, frozen=True, gc=False):
    """What left of a reply that took time or was damaged.

    `of` is the number of its exchange in the journal, `struck` the ids of the rules that struck it.
    """

    of: int
    provider: str
    method: str
    path: str
    real_ms: int
    virtual_ms: int
    performed: Performed
    done: bool
    asset: str
    struck: tuple[str, ...] = ()
    scenario_struck: bool = False

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""
        return 400 + len(self.path)

    def entry(self) -> Entry:
        """The entry."""
        performed = self.performed
        return Entry(
            kind="sent",
            real_ms=self.real_ms,
            virtual_ms=self.virtual_ms,
            provider=self.provider,
            method=self.method,
            path=self.path,
            status=performed.status,
            reply_size_bytes=performed.sent_bytes,
            scenario_struck=self.scenario_struck,
            detail={
                "of": self.of,
                "client_left": performed.gone,
                "whole": performed.whole,
                "done": self.done,
                "asset": self.asset,
                "chunks": performed.chunks,
                "outlasted": performed.outlasted,
                "struck": list(self.struck),
            },
        )
