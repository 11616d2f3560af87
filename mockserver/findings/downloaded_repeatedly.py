"""The client downloaded the same video far more than once."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Arrived, Evidence, Finding, Sighting, arrived

ENOUGH = 3  # a preview, the download, and one more


def _look(evidence: Evidence) -> Iterator[Sighting]:
    for video in arrived(evidence):
        if _times(video) > ENOUGH:
            seqs = tuple(part.entry.seq for part in video.parts if part.whole)
            what = f"{video.path} was downloaded whole {_times(video)} times"
            yield Sighting(what, seqs, video.task_id)


def _times(video: Arrived) -> int:
    """How often the whole video came.

    Ranges count by their bytes, broken downloads do not count.
    """
    came = sum(part.stop - part.start for part in video.parts if part.whole)
    return came // video.size_bytes if video.size_bytes else 0


FINDING = Finding(
    "downloaded_repeatedly",
    "warning",
    "downloaded far more than once",
    "The provider's host is not made for many users: links expire, and downloads are slowed down. "
    "Every user waits for a file that you could have near.",
    "Download once, store the file, and serve it from your own storage.",
    "The bytes of whole downloads, divided by the size of the video: more than three times the "
    "video.",
    "Fewer downloads. The ranges of one download count as one, and downloads that broke off do "
    "not count.",
    _look,
)
