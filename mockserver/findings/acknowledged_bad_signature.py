"""A callback whose signature is wrong, missing or stale was answered with a yes."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, Sighting, is_success

FAULTS = {
    "callback_bad_signature": "a wrong signature",
    "callback_missing_signature": "no signature",
    "callback_stale_signature": "an old timestamp",
}


def _look(evidence: Evidence) -> Iterator[Sighting]:
    for entry in evidence.callbacks():
        fault = next((f.fault for f in entry.faults if f.struck and f.fault in FAULTS), None)
        if fault is not None and is_success(entry.status):
            what = f"a callback with {FAULTS[fault]} was acknowledged with {entry.status}"
            yield Sighting(what, (entry.seq,), entry.task_id)


FINDING = Finding(
    "acknowledged_bad_signature",
    "error",
    "acknowledged a callback with a bad, missing or stale signature",
    "Whoever finds the URL of your receiver can tell it that any job has failed, or hand it a video "
    "of their own.",
    "Compute base64(HMAC-SHA256(key, taskId + '.' + timestamp)), compare in constant time, refuse "
    "timestamps older than five minutes, and answer 401 to what does not fit.",
    "A fault that changed the signature of a callback, and the receiver's answer of 2xx to "
    "that very delivery.",
    "An answer of 401 to what is signed wrongly, not signed, or signed too long ago.",
    _look,
)
