"""The client said that all went well, but its stream broke off before the end."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Evidence, Finding, NotJudged, Sighting, arrived


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.client is None:
        return NotJudged("only a campaign knows how the client ended")
    return _cut(evidence) if evidence.client.says_success else iter(())


def _cut(evidence: Evidence) -> Iterator[Sighting]:
    sent = evidence.sent()
    streams = [
        (entry, sent[entry.seq])
        for entry in evidence.exchanges("stream")
        if entry.seq in sent and entry.status == 200 and _is_stream(entry.reply_headers)
    ]
    if streams and not any(sent.done for _, sent in streams):
        last, ended = streams[-1]
        if any(video.is_whole for video in arrived(evidence)):
            return  # what the stream did not say was found out all the same
        what = f"exit code 0, but the stream ended after {ended.performed.sent_bytes} bytes, "
        yield Sighting(what + "without [DONE]", (last.seq, ended.seq), last.task_id)


def _is_stream(headers: tuple[tuple[bytes, bytes], ...]) -> bool:
    return any(k == b"content-type" and v.startswith(b"text/event-stream") for k, v in headers)


FINDING = Finding(
    "took_cut_stream_for_success",
    "error",
    "took a stream without its end for success",
    "A connection that breaks looks like the end of the stream to most parsers. What came until then "
    "is part of an answer, without the video.",
    "Treat a stream as done only after `finish_reason` and `data: [DONE]`; everything else is an "
    "error that carries what was received.",
    "The client's exit code 0, and that no stream of it was sent to its `[DONE]`, in however "
    "many pieces.",
    "A stream to its end, a video that came whole all the same, or another exit code.",
    _look,
)
