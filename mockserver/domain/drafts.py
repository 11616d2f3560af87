"""What the journal keeps of an exchange until somebody reads it.

Most of a journal is never read, so that an exchange leaves only its parts here and the entry is
made of them on demand. Keys are taken out then, too: before, they are in memory alone.
"""

from __future__ import annotations

from msgspec import Struct

from mockserver.domain.journal import BODY_CAP_BYTES, Entry, Matched, redacted, redacted_query
from mockserver.domain.provider import Inbound, Operation
from mockserver.domain.reply import Headers


class ExchangeDraft(Struct, frozen=True, gc=False):
    """One call and its reply. `reply_body` is empty for a stream and for media."""

    provider: str
    operation: Operation
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

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""
        inbound = self.inbound
        return 400 + len(inbound.body) + len(self.reply_body) + len(inbound.path) + len(self.reason)

    def entry(self) -> Entry:
        """The entry, bodies capped and keys taken out."""
        inbound, operation = self.inbound, self.operation
        return Entry(
            kind="exchange",
            real_ms=self.real_ms,
            virtual_ms=self.virtual_ms,
            provider=self.provider,
            operation=operation.name,
            call_phase=operation.call_phase,
            method=inbound.method,
            path=inbound.path,
            query=redacted_query(inbound.query_string, inbound.headers),
            key=self.key,
            model=self.model,
            task_id=self.task_id or operation.task_id(inbound),
            status=self.status,
            reason=self.reason,
            request_headers=redacted(inbound.headers),
            request_body=inbound.body[:BODY_CAP_BYTES],
            request_size_bytes=len(inbound.body),
            reply_headers=self.reply_headers,
            reply_body=self.reply_body[:BODY_CAP_BYTES],
            reply_size_bytes=len(self.reply_body),
            faults=self.faults,
        )

    @property
    def is_big(self) -> bool:
        """Whether keeping it whole would keep much more than its entry does."""
        inbound = self.inbound
        return (
            len(inbound.body) > BODY_CAP_BYTES
            or len(self.reply_body) > BODY_CAP_BYTES
            or inbound.form is not None
        )


class SentDraft(Struct, frozen=True, gc=False):
    """What left of a reply that took time: `of` is the number of its exchange in the journal."""

    of: int
    provider: str
    method: str
    path: str
    real_ms: int
    virtual_ms: int
    status: int
    sent_bytes: int
    client_left: bool
    whole: bool
    done: bool
    asset: str

    def weight_bytes(self) -> int:
        """Roughly what it costs to keep."""
        return 400 + len(self.path)

    def entry(self) -> Entry:
        """The entry."""
        return Entry(
            kind="sent",
            real_ms=self.real_ms,
            virtual_ms=self.virtual_ms,
            provider=self.provider,
            method=self.method,
            path=self.path,
            status=self.status,
            reply_size_bytes=self.sent_bytes,
            detail={
                "of": self.of,
                "client_left": self.client_left,
                "whole": self.whole,
                "done": self.done,
                "asset": self.asset,
            },
        )
