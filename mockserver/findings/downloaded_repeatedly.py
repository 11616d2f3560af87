"""The same video was downloaded far more often than once."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.sdk.finding import Arrived, Evidence, Finding, Sighting, arrived

ENOUGH = 3  # a preview, the download, and one for luck


def _look(evidence: Evidence) -> Iterator[Sighting]:
    for video in arrived(evidence):
        if _times(video) > ENOUGH:
            seqs = tuple(part.entry.seq for part in video.parts if part.whole)
            what = f"{video.path} was downloaded whole {_times(video)} times"
            yield Sighting(what, seqs, video.task_id)


def _times(video: Arrived) -> int:
    """How often all of it came; ranges count by what they hold, broken downloads not at all."""
    came = sum(part.stop - part.start for part in video.parts if part.whole)
    return came // video.size_bytes if video.size_bytes else 0


FINDING = Finding(
    "downloaded_repeatedly",
    "warning",
    "downloaded far more than once",
    "The provider's host is no content delivery network: links expire, downloads are throttled, and "
    "every user waits for a file that could lie next door.",
    "Download once, store the file, and serve it from your own storage.",
    "The bytes of the video that left whole, divided by its size: more than three times all of it.",
    "Fewer downloads. Ranges of one download count as one, and downloads that broke off do "
    "not count.",
    _look,
)
