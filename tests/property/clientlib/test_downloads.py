"""However a media host behaves, the file is exactly the video, or there is no file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clientlib import Request, RetryPolicy, VideoError
from clientlib._download import save
from clientlib._locate import find_url
from tests.support.client_clock import VirtualClock
from tests.support.client_mp4 import video
from tests.support.client_play import NO_CONNECTION, NO_REPLY, Played, context, play

MP4 = video(b"frames" * 20)


@st.composite
def behaviours(draw: st.DrawFn) -> dict[str, Any]:
    """What a host does to one request."""
    return {
        "fault": draw(st.sampled_from([*[""] * 9, "refuse", "reset", "503", "429", "404", "302"])),
        "cut": draw(st.none() | st.integers(0, len(MP4))),
        "ranges": draw(st.sampled_from([True, True, False])),
        "length": draw(st.booleans()),
        "tag": draw(st.sampled_from(["", '"a"', '"a"', 'W/"a"'])),
        "piece": draw(st.integers(1, 200)),
        "lie": draw(
            st.sampled_from(
                ["", "", "shifted range", "shifted range", "wrong total", "tail missing"]
            )
        ),
    }


def played(request: Request, does: dict[str, Any]) -> Any:
    """Serve `MP4` that way."""
    match does["fault"]:
        case "refuse":
            return NO_CONNECTION
        case "reset":
            return NO_REPLY
        case "302":
            return Played(302, {"location": "https://elsewhere.example/a.mp4"})
        case "503" | "429" | "404":
            return Played(int(does["fault"]), {"retry-after": "1"})
    start = int(request.headers.get("range", "bytes=0-")[6:-1]) if does["ranges"] else 0
    # A range that starts too late, offered as such: appended blindly, it would leave a gap.
    shift = 3 if start and does["lie"] == "shifted range" else 0
    content = MP4[start + shift :]
    headers = {"etag": does["tag"]} if does["tag"] else {}
    if start:
        total = len(MP4) + (7 if does["lie"] == "wrong total" else 0)
        headers["content-range"] = f"bytes {start + shift}-{len(MP4) - 1}/{total}"
    if does["length"]:
        headers["content-length"] = str(len(content))
    if does["lie"] == "tail missing" and not does["length"]:
        content = content[:-5]
    cut = does["cut"]
    sent = content if cut is None else content[:cut]
    pieces = tuple(sent[at : at + does["piece"]] for at in range(0, len(sent), does["piece"]))
    return Played(206 if start else 200, headers, pieces, breaks=cut is not None)


@given(st.lists(behaviours(), min_size=1, max_size=12), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_file_is_exactly_the_video_or_there_is_none(
    behaviour: list[dict[str, Any]], existed: bool
) -> None:
    left = list(behaviour)
    clock = VirtualClock()

    def host(request: Request) -> Any:
        assert not request.to_provider
        return played(request, left.pop(0) if len(left) > 1 else left[0])

    with TemporaryDirectory() as folder:
        path = Path(folder) / "cat.mp4"
        if existed:
            path.write_bytes(b"old")
        policy = RetryPolicy(attempts=4, base_s=5)
        flow = save(context("kie", clock, retry=policy), find_url("https://h.example/a"), path)
        try:
            assert play(flow, host, clock) == path
            assert path.read_bytes() == MP4
        except VideoError:
            assert not existed or path.read_bytes() == b"old"
            assert existed or not path.exists()
        assert [p.name for p in Path(folder).iterdir()] == ["cat.mp4"] * path.exists()
