"""The journal's entry is one thing, whether it is made at once or when it is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.journal.event import event_of
from mockserver.domain.journal.journal import BODY_CAP_BYTES
from mockserver.domain.journal.lazy_entry import Called, draft_of
from mockserver.domain.provider.provider import Inbound
from mockserver.domain.reply.reply import Effects, MediaRef, Reply
from mockserver.stores.ring import Ring

BODIES = st.binary(max_size=40) | st.sampled_from([b"x" * BODY_CAP_BYTES, b"x" * 40_000])
EFFECTS = st.sampled_from(
    [Effects(), Effects(head_delay_ms=5), Effects(cut_in_head_bytes=0, ending="hang")]
)
REPLIES = st.builds(
    Reply,
    st.sampled_from([200, 404]),
    st.just(((b"content-type", b"text/plain"),)),
    BODIES | st.just(MediaRef("landscape-720p.mp4", "t", 0, 0, 9, 9)),
    st.just(0),
    EFFECTS,
)


@given(BODIES, REPLIES)
def test_the_lazy_entry_and_the_one_made_at_once_agree(body: bytes, reply: Reply) -> None:
    inbound = Inbound("POST", "/v1/x", "a=b", [(b"x-a", b"1")], body)
    called = Called("create", "create")
    draft = draft_of("kie", called, inbound, "k", 1, 2, "m", "t", reply, "why")
    assert draft.weight_bytes() == draft.entry().weight_bytes()
    lazy, plain = Ring(), Ring()
    lazy.append(draft)
    plain.append(draft.entry())
    (first,), (second,) = lazy.page(0, 9).entries, plain.page(0, 9).entries
    assert first == second
    assert first.request_size_bytes == len(body)
    assert len(first.request_body) <= BODY_CAP_BYTES


@given(BODIES, REPLIES)
def test_what_is_told_of_an_exchange_is_the_same_whether_it_is_read_in_brief_or_whole(
    body: bytes, reply: Reply
) -> None:
    headers = [(b"authorization", b"Bearer sk-of-somebody-123")]
    inbound = Inbound("POST", "/v1/sk-of-somebody-123", "key=sk-2", headers, body)
    called = Called("create", "create")
    ring = Ring()
    ring.append(draft_of("kie", called, inbound, "k", 1, 2, "m", "t", reply, "sk-of-somebody-123"))
    (brief,), (whole,) = ring.page(0, 9, brief=True).entries, ring.page(0, 9).entries
    told = event_of(brief, "s")
    assert told == event_of(whole, "s")
    assert "sk-" not in f"{told.path}{told.query}{told.reason}"


@given(REPLIES)
def test_of_a_reply_whose_head_is_never_sent_nothing_is_kept(reply: Reply) -> None:
    inbound = Inbound("GET", "/v1/x")
    entry = draft_of("kie", Called("x", "poll"), inbound, "k", 1, 2, "", "", reply, "").entry()
    if reply.effects.cut_in_head_bytes is not None:
        assert (entry.status, entry.reply_headers, entry.reply_body) == (0, (), b"")
        assert entry.pending
    else:
        assert entry.status == reply.status
