"""The headers of a head are added up once, however often the head comes."""

from __future__ import annotations

from typing import Any

from mockserver.domain.journal.journal import ENTRY_BYTES, headers_bytes
from mockserver.domain.journal.lazy_entry import Called, draft_of
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import Reply
from mockserver.providers.kie import PROVIDER
from mockserver.web.addressing import Address
from mockserver.web.head_cache import Head
from mockserver.web.protocol import HEAD
from mockserver.web.reading import inbound_of
from mockserver.web.router import Route

HEADERS = [(b"host", b"h"), (b"x-a", b"123")]
NOBODY = Address("/x", Route(PROVIDER, None, {}), "sk-me", "hash", "http://h")


def read(**scope: Any) -> Inbound:
    asked = {"method": "GET", "client": None, **scope}
    inbound, _ = inbound_of(asked, NOBODY, {}, HEADERS, "", b"", ())
    return inbound


def test_a_request_takes_the_sum_from_its_head() -> None:
    head = Head("GET", b"/x", "/x", b"", "1.1", HEADERS, keep_alive=True)
    assert read(**{HEAD: head}).headers_bytes == headers_bytes(HEADERS) == 11


def test_a_draft_weighs_what_its_request_says_or_else_adds_it_up() -> None:
    called, reply = Called("create", "create"), Reply(200, (), b"")

    def weight_bytes(inbound: Inbound) -> int:
        draft = draft_of("kie", called, inbound, "k", 1, 2, "m", "t", reply, "")
        return draft.weight_bytes() - ENTRY_BYTES

    assert weight_bytes(read()) == len("/x") + 11
    assert weight_bytes(Inbound("GET", "/x", "", HEADERS, headers_bytes=700)) == len("/x") + 700
