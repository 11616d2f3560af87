"""Whatever a journal holds, findings judge it without failing, and the same way each time."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.finding.evidence import ClientRun, Evidence
from mockserver.domain.finding.finding import examine
from mockserver.domain.journal.journal import (
    ClockMoved,
    ClockSet,
    Closed,
    Controlled,
    DeliveryTried,
    Entry,
    Exchange,
    Matched,
    Sent,
)
from mockserver.domain.provider.provider import CALL_PHASES
from mockserver.domain.reply.performed import Performed
from mockserver.domain.time.clock import MODES
from mockserver.engine.plugins import plugins_in
from tests.unit.findings.story import PROVIDERS, START_MS, moments_of, task

TASKS = ("1" * 32, "2" * 32, "undefined", "")
BODIES = (b"", b"{}", b"[1]", b"null", b'{"code":402}', b'{"code":true}', b"\xff", b'{"data":{}}')
HEADERS = (
    (),
    ((b"retry-after", b"5"),),
    ((b"retry-after", b"Wed, 21 Oct 2015 07:28:00 GMT"),),
    ((b"retry-after", b"Wed, 99 Oct"),),
    ((b"openai-poll-after-ms", b"-1"),),
    ((b"content-type", b"video/mp4"),),
    ((b"content-type", b"text/event-stream"),),
)

FINDINGS = plugins_in(()).findings


@st.composite
def entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    count = draw(st.integers(0, 12))
    return tuple(draw(entry(seq)) for seq in range(1, count + 1))


STRUCK = (Matched("r", "callback_bad_signature", True, True, ""),)
MISSED = (Matched("r", "callback_bad_signature", True, False, ""),)
CONTACT: dict[str, Any] = {
    "provider": st.sampled_from(["kie", "apiyi", ""]),
    "task_id": st.sampled_from(TASKS),
    "status": st.sampled_from([0, 200, 206, 400, 403, 429, 500, 503]),
    "reason": st.sampled_from(["", "the link has expired", "no answer within 5 ms"]),
    "request_body": st.sampled_from(BODIES),
    "faults": st.sampled_from([(), STRUCK, MISSED]),
}
PERFORMED = st.builds(
    Performed,
    st.integers(0, 2000),
    status=st.sampled_from([0, 200]),
    **{name: st.booleans() for name in ("gone", "whole", "outlasted")},
)
# Each kind of entry with what may be in it.
KINDS: dict[type[Entry], dict[str, Any]] = {
    Exchange: {
        **CONTACT,
        "operation": st.just("any"),
        "call_phase": st.sampled_from(CALL_PHASES),
        "method": st.sampled_from(["GET", "POST", "HEAD"]),
        "path": st.sampled_from(["/v1/videos/None", "/api/v1/veo/generate", "/media/a"]),
        "query": st.sampled_from(["", "taskId=", "key=[redacted 0123456789ab]"]),
        "key": st.sampled_from(["", "k1"]),
        "reply_headers": st.sampled_from(HEADERS),
        "reply_body": st.sampled_from(BODIES),
    },
    DeliveryTried: {
        **CONTACT,
        "url": st.just("http://h/c"),
        "delivery": st.just("d"),
        "attempt": st.integers(0, 2),
        "state": st.just("pending"),
    },
    Sent: {
        "of": st.integers(0, 12),
        "performed": PERFORMED,
        "done": st.booleans(),
        "asset": st.sampled_from(["", "v"]),
    },
    Closed: {"of": st.integers(0, 12), "struck": st.sampled_from([(), ("r",)])},
    ClockMoved: {"from_ms": st.integers(0, START_MS)},
    ClockSet: {"mode": st.sampled_from(MODES), "rate": st.sampled_from([0.0, 2.0])},
    Controlled: {"what": st.just("keys: k1")},
}


def test_every_kind_of_entry_is_drawn() -> None:
    assert set(KINDS) == set(get_args(Entry))


@st.composite
def entry(draw: st.DrawFn, seq: int) -> Entry:
    at_ms = START_MS + draw(st.integers(0, 10**7))
    kind = draw(st.sampled_from(sorted(KINDS, key=str)))
    fields = draw(st.fixed_dictionaries(KINDS[kind]))
    return kind(at_ms, at_ms + draw(st.integers(0, 10**6)), seq, **fields)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    return Evidence(
        entries=draw(entries()),
        now_ms=START_MS + draw(st.integers(0, 10**8)),
        tasks=tuple(task(name, START_MS) for name in draw(st.sets(st.sampled_from(TASKS[:2])))),
        clock=draw(st.sampled_from(MODES)),
        rate=draw(st.sampled_from([1.0, 1000.0])),
        speed=draw(st.sampled_from([1.0, 60.0])),
        providers=PROVIDERS,
        over=draw(st.booleans()),
        client=draw(st.sampled_from([None, ClientRun(None), ClientRun(0), ClientRun(1)])),
    )


@given(evidences())
def test_any_journal_can_be_judged_and_every_finding_rests_on_it(evidence: Evidence) -> None:
    report = examine(FINDINGS.all(), evidence)
    numbers = {entry.seq for entry in evidence.entries}
    for found in report.found:
        assert set(found.entries) <= numbers
        assert found.what
    assert report == examine(FINDINGS.all(), evidence)


@given(evidences())
def test_any_journal_has_a_time_line_that_only_goes_forward(evidence: Evidence) -> None:
    moments, _ = moments_of(evidence)
    spans = [moment.after_ms for moment in moments]
    assert spans == sorted(spans)
    assert spans[:1] == [0] * bool(spans)


@given(evidences())
def test_what_only_a_campaign_knows_is_judged_in_campaigns_alone(evidence: Evidence) -> None:
    report = examine(FINDINGS.all(), evidence)
    told = "the client's exit code is not known" in report.not_judged.values()
    assert told == (evidence.client is None)
