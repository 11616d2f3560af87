"""The client ended with success, but its stream broke off before the end."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, NotJudged, Sighting, arrived, is_success


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.client is None:
        return NotJudged("the client's exit code is not known")
    return _cut(evidence) if evidence.client.says_success else iter(())


def _cut(evidence: Evidence) -> Iterator[Sighting]:
    sent = evidence.sent()
    streams = [
        (entry, sent[entry.seq])
        for entry in evidence.exchanges("stream")
        if entry.seq in sent and is_success(entry.status) and _is_stream(entry.reply_headers)
    ]
    if streams and not any(sent.done for _, sent in streams):
        last, ended = streams[-1]
        if any(video.is_whole for video in arrived(evidence)):
            return  # the client found out what the stream did not say
        sent_bytes = ended.performed.sent_bytes
        how = f"the stream ended after {sent_bytes} bytes, without [DONE]"
        if ended.performed.gone:
            how = f"the client left the stream after {sent_bytes} bytes, before [DONE]"
        yield Sighting(f"exit code 0, but {how}", (last.seq, ended.seq), last.task_id)


def _is_stream(headers: tuple[tuple[bytes, bytes], ...]) -> bool:
    return any(k == b"content-type" and v.startswith(b"text/event-stream") for k, v in headers)


FINDING = Finding(
    "took_cut_stream_for_success",
    "error",
    "took a stream without its end for success",
    "To most parsers, a connection that breaks looks like the end of the stream. What came before "
    "is only a part of the answer, without the video.",
    "Treat a stream as done only after `finish_reason` and `data: [DONE]`. Every other end is an "
    "error; keep in it what was received.",
    "The client's exit code 0, and no stream that was sent up to its `[DONE]`, in any number of "
    "pieces.",
    "A stream that was sent to its end, a video that came whole in another way, or another exit "
    "code.",
    _look,
)
