"""The receiver answered 2xx to a callback whose signature is wrong, missing or too old."""

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
    "Anybody who finds the URL of your receiver can tell it that a job has failed, or give it a "
    "video of their own.",
    "Compute base64(HMAC-SHA256(key, taskId + '.' + timestamp)) and compare it in constant time. "
    "Refuse timestamps older than five minutes. Answer 401 if something does not fit.",
    "A fault that changed the signature of a callback, and the receiver's answer of 2xx to this "
    "delivery.",
    "An answer of 401 to a callback with a wrong signature, no signature, or an old timestamp.",
    _look,
)
