"""The structure of a video file."""

from __future__ import annotations

from io import BytesIO

import pytest

from clientlib._mp4 import Verdict, inspect
from tests.support.client_mp4 import box, video

FTYP = box(b"ftyp", b"isom\0\0\2\0")
MOOV = box(b"moov", box(b"mvhd", bytes(10)) + box(b"trak"))


def verdict(content: bytes) -> Verdict:
    return inspect(BytesIO(content)).verdict


def test_a_video_is_complete() -> None:
    assert verdict(video()) is Verdict.COMPLETE


def test_the_media_may_come_before_its_description() -> None:
    assert verdict(FTYP + box(b"mdat", b"x") + MOOV) is Verdict.COMPLETE


def test_long_sizes_and_sizes_up_to_the_end_are_understood() -> None:
    long_box = (1).to_bytes(4) + b"mdat" + (20).to_bytes(8) + b"four"
    assert verdict(FTYP + long_box + MOOV) is Verdict.COMPLETE
    assert verdict(FTYP + MOOV + (0).to_bytes(4) + b"mdat" + b"to the end") is Verdict.COMPLETE


def test_no_beginning_of_a_video_is_complete() -> None:
    whole = video()
    complete = [n for n in range(len(whole)) if verdict(whole[:n]) is Verdict.COMPLETE]
    assert complete == []


@pytest.mark.parametrize("stray", range(1, 8))
def test_a_box_of_which_only_a_part_of_its_head_came_is_a_part(stray: int) -> None:
    assert verdict(video() + bytes(stray)) is Verdict.TRUNCATED


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><html></html>",
        b"<!doctyp",
        b'{"error": {"message": "gone"}}',
        bytes(100),
        box(b"free", b"x") + FTYP + MOOV + box(b"mdat"),
        FTYP + box(b"moov", bytes(40)) + box(b"mdat"),
        FTYP + box(b"moov", box(b"mvhd")) + box(b"mdat"),
        FTYP + MOOV + box(b"mdat") + b"\0\0\0\x03junk",
        FTYP + box(b"moov", box(b"mvhd") + b"\0\0\0\xfftrak") + box(b"mdat"),
    ],
)
def test_what_only_looks_like_one_is_broken(content: bytes) -> None:
    assert verdict(content) is Verdict.BROKEN


def test_a_gif_is_judged_by_its_trailer() -> None:
    assert verdict(b"GIF89a....;") is Verdict.COMPLETE
    assert verdict(b"GIF89a....") is Verdict.TRUNCATED
