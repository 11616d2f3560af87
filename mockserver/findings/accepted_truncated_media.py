"""The client said that all went well, but the video that it got is not whole."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.domain.evidence import Evidence, by_task, header
from mockserver.domain.finding import Finding, NotJudged, Sighting
from mockserver.domain.journal import Entry


def _look(evidence: Evidence) -> Iterator[Sighting] | NotJudged:
    if evidence.client is None:
        return NotJudged("only a campaign knows how the client ended")
    return _damaged(evidence) if evidence.client.says_success else iter(())


def _damaged(evidence: Evidence) -> Iterator[Sighting]:
    sent = evidence.sent()
    for task_id, calls in by_task(evidence.exchanges("download", "content")):
        media = [call for call in calls if _is_media(call)]
        if media and not any(_is_whole(sent.get(call.seq)) for call in media):
            last = sent.get(media[-1].seq, media[-1])
            what = (
                f"exit code 0, but no download of this video was whole and undamaged; "
                f"{last.reply_size_bytes} bytes came last"
            )
            yield Sighting(what, tuple(call.seq for call in media), task_id)


def _is_media(call: Entry) -> bool:
    if call.status not in (200, 206) or call.method == "HEAD":
        return False
    return call.call_phase == "download" or header(call, b"content-type").startswith("video/")


def _is_whole(performed: Entry | None) -> bool:
    """Whether a shipped video left to its end; a damaged one is sent as plain bytes instead."""
    return performed is not None and bool(
        performed.detail.get("whole") and performed.detail.get("asset")
    )


FINDING = Finding(
    "accepted_truncated_media",
    "error",
    "accepted truncated media",
    "A file that ends early or is garbled still has a name and a size. Your user finds out when it "
    "stops in the middle.",
    "Compare the length with Content-Length, check that the MP4's boxes are complete, and only then "
    "move the file to its final name. Resume with Range.",
    _look,
)
