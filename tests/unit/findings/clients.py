"""Two scripted clients for every finding: one that makes the mistake, one that does it right.

A function `does_<finding>` or `avoids_<finding>` tells one client's whole story.
"""

from __future__ import annotations

from mockserver.domain.finding.evidence import Evidence
from mockserver.domain.job.ids import key_hash
from tests.unit.findings.story import SSE, Story, struck

A, B = "1" * 32, "2" * 32


def does_submitted_twice() -> Evidence:
    story = Story()
    lost = story.create(A)
    story.sent(lost, 0, whole=False)
    story.wait(2000).create(B)
    return story.evidence()


def avoids_submitted_twice() -> Evidence:
    story = Story()
    story.create(status=429, reply={"code": 429})  # refused for certain: it may be repeated
    story.wait(10_000).create(A)
    story.create(B)  # the same prompt once more, after a clear answer, is a wish
    return story.evidence()


def does_submitted_rephrased() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(10_000).poll(A)
    story.wait(10_000).create(B, {"prompt": "a cat, in the rain"})
    return story.evidence()


def avoids_submitted_rephrased() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    story.download(A)
    story.create(B, {"prompt": "a cat, in the rain"})
    return story.evidence()


def does_retried_in_vain() -> Evidence:
    story = Story()
    for _ in range(3):
        story.create(reply={"code": 402, "msg": "Insufficient credits"})
        story.wait(5000)
    return story.evidence()


def avoids_retried_in_vain() -> Evidence:
    story = Story()
    story.create(reply={"code": 402, "msg": "Insufficient credits"})
    story.create(A, {"prompt": "a cheaper cat"})
    story.poll("gone", reply={"code": 422})  # a new task may be unknown for a moment
    story.poll("gone", reply={"code": 422})
    return story.evidence()


def does_ignored_retry_after() -> Evidence:
    story = Story()
    story.create(status=429, reply_headers=((b"retry-after", b"10"),))
    story.wait(1000).create(A)
    return story.evidence()


def avoids_ignored_retry_after() -> Evidence:
    story = Story()
    story.create(status=429, reply_headers=((b"retry-after", b"10"),))
    story.wait(10_000).create(A)
    return story.evidence()


def does_retried_without_backoff() -> Evidence:
    story = Story()
    for _ in range(5):
        story.poll(A, status=503)
        story.wait(1000)
    return story.evidence()


def avoids_retried_without_backoff() -> Evidence:
    story = Story()
    for pause_ms in (500, 1000, 2000, 4000):
        story.poll(A, status=503)
        story.wait(pause_ms)
    story.poll(A)
    return story.evidence()


def does_polled_too_fast() -> Evidence:
    story = Story()
    story.create(A)
    for _ in range(4):
        story.wait(1000).poll(A)
    return story.evidence()


def avoids_polled_too_fast() -> Evidence:
    story = Story()
    story.create(A)
    for _ in range(4):
        story.wait(30_000).poll(A)
    return story.evidence()


def does_polled_after_the_end() -> Evidence:
    story = Story()
    story.create(A)
    for _ in range(5):
        story.wait(30_000).poll(A)
    return story.evidence()


def avoids_polled_after_the_end() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(30_000).poll(A)
    story.wait(30_000).poll(A)
    story.download(A, 403)  # two dead links: each is reason enough to ask again
    story.poll(A)
    story.download(A, 403)
    story.poll(A)
    return story.evidence()


def does_polled_without_deadline() -> Evidence:
    story = Story()
    story.create(A)
    for _ in range(40):
        story.wait(30_000).poll(A)
    return story.evidence()


def avoids_polled_without_deadline() -> Evidence:
    story = Story()
    story.create(A)
    for _ in range(20):
        story.wait(30_000).poll(A)
    return story.evidence()


def does_never_fetched_result() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    return story.evidence()


def avoids_never_fetched_result() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(90_000).poll(A)
    story.fetch(A)
    story.create(B)  # still under way: nothing to fetch
    return story.evidence()


def does_used_expired_url() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(90_000_000).download(A, 403, reason="the link has expired")
    return story.evidence()


def avoids_used_expired_url() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(90_000_000).download(A, 403, reason="the link has expired")
    story.poll(A)
    story.download(A)
    return story.evidence()


def does_key_to_media_host() -> Evidence:
    story = Story()
    story.download(A, key="k1")
    return story.evidence()


def avoids_key_to_media_host() -> Evidence:
    story = Story()
    story.poll(A)
    story.download(A)
    return story.evidence()


def does_key_in_url() -> Evidence:
    story = Story()
    story.call("poll", query=f"taskId={A}&api_key=[redacted 0123456789ab]")
    return story.evidence()


def avoids_key_in_url() -> Evidence:
    story = Story()
    story.poll(A)
    story.call("poll", query=f"taskId={A}&token=[redacted 0123456789ab]")  # of somebody else's
    return story.evidence()


def does_sent_unset_key() -> Evidence:
    story = Story()
    story.create(status=401, key=key_hash("undefined"))
    return story.evidence()


def avoids_sent_unset_key() -> Evidence:
    story = Story()
    story.create(A, key=key_hash("sk-undefined"))
    return story.evidence()


def does_accepted_truncated_media() -> Evidence:
    story = Story()
    story.create(A)
    cut = story.download(A)
    story.sent(cut, 500, whole=False)
    return story.evidence(exit_code=0)


def avoids_accepted_truncated_media() -> Evidence:
    story = Story()
    story.create(A)
    story.call("content", task_id=A, reply={"url": "http://127.0.0.1/a.mp4"})
    story.fetch(A, size_bytes=500)
    story.fetch(A, "500-999/1000")
    return story.evidence(exit_code=0)


def does_took_cut_stream_for_success() -> Evidence:
    story = Story()
    stream = story.call("stream", task_id=A, reply_headers=SSE, reply="")
    story.sent(stream, whole=False)
    return story.evidence(exit_code=0)


def avoids_took_cut_stream_for_success() -> Evidence:
    story = Story()
    stream = story.call("stream", task_id=A, reply_headers=SSE, reply="")
    story.sent(stream, whole=False)
    return story.evidence(exit_code=1)


def does_ignored_envelope_code() -> Evidence:
    story = Story()
    story.create(reply={"code": 402, "msg": "Insufficient credits"})
    story.poll("undefined", reply={"code": 422})
    return story.evidence()


def avoids_ignored_envelope_code() -> Evidence:
    story = Story()
    story.create(reply={"code": 402, "msg": "Insufficient credits"})
    story.create(A, {"prompt": "undefined, None and null walk into a bar"})
    story.poll(A)
    return story.evidence()


def does_acknowledged_bad_signature() -> Evidence:
    story = Story()
    story.callback(A, faults=struck("callback_bad_signature"))
    return story.evidence()


def avoids_acknowledged_bad_signature() -> Evidence:
    story = Story()
    story.callback(A, 401, faults=struck("callback_bad_signature"))
    story.callback(A)
    return story.evidence()


def does_acknowledged_too_late() -> Evidence:
    story = Story()
    story.callback(A, 0, reason="no answer within 15000 ms")
    return story.evidence()


def avoids_acknowledged_too_late() -> Evidence:
    story = Story()
    story.callback(A, 0, reason="ConnectError: nobody listens")
    story.callback(A)
    return story.evidence()


def does_refused_duplicate_callback() -> Evidence:
    story = Story()
    story.callback(A)
    story.callback(A, 409)
    return story.evidence()


def avoids_refused_duplicate_callback() -> Evidence:
    story = Story()
    story.callback(A, 500)
    story.callback(A)
    story.callback(A)
    return story.evidence()


def does_trusted_foreign_callback() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(60_000).callback(A, body={"code": 200, "data": {"taskId": B}})
    return story.evidence(exit_code=0)


def avoids_trusted_foreign_callback() -> Evidence:
    story = Story()
    story.create(A)
    story.wait(60_000).callback(A, body={"code": 200, "data": {"taskId": B}})
    story.poll(A)
    return story.evidence(exit_code=0)


def does_left_stream_open() -> Evidence:
    story = Story()
    story.call("stream", task_id=A, reply_headers=SSE, reply="")
    return story.evidence(over=True)


def avoids_left_stream_open() -> Evidence:
    story = Story()
    stream = story.call("stream", task_id=A, reply_headers=SSE, reply="")
    story.sent(stream, gone=True)
    return story.evidence(over=True)


def does_sent_ignored_parameter() -> Evidence:
    story = Story()
    story.create(A, {"prompt": "a cat", "callbackUrl": "http://127.0.0.1/"})
    return story.evidence()


def avoids_sent_ignored_parameter() -> Evidence:
    story = Story()
    story.create(A, {"prompt": "a cat", "callBackUrl": "http://127.0.0.1/", "aspectRatio": "16:9"})
    return story.evidence()


def does_downloaded_repeatedly() -> Evidence:
    story = Story()
    for _ in range(5):
        story.sent(story.download(A))
    return story.evidence()


def avoids_downloaded_repeatedly() -> Evidence:
    story = Story()
    for _ in range(5):
        story.sent(story.download(A), 500, whole=False)  # a bad line is no waste
    story.sent(story.download(A))
    return story.evidence()
