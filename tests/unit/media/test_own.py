"""Every job has a video of its own: the shipped one with the job's name inside, still playable."""

import hashlib
import io
from itertools import combinations

import pytest

from clientlib._mp4 import Verdict, inspect
from mockserver.media.assets import Asset, catalogue, path_of
from mockserver.media.own import Video, own_video
from tests.support.some import some
from tests.unit.media.mp4_boxes import boxes

ASSETS = list(catalogue().values())
MP4S = [asset for asset in ASSETS if asset.content_type == "video/mp4"]
GIFS = [asset for asset in ASSETS if asset.content_type == "image/gif"]
TASK = "veo_0123456789abcdef"

each_asset = pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.name)
each_mp4 = pytest.mark.parametrize("asset", MP4S, ids=lambda asset: asset.name)
each_gif = pytest.mark.parametrize("asset", GIFS, ids=lambda asset: asset.name)


def whole(video: Video) -> bytes:
    return video.read(0, video.size_bytes)


def comment_of(gif: bytes) -> bytes:
    """The text of the comment block that ends a GIF, put together from its sub-blocks."""
    at = gif.rindex(b"\x21\xfe") + 2
    text = b""
    while gif[at]:
        text += gif[at + 1 : at + 1 + gif[at]]
        at += 1 + gif[at]
    assert gif[at:] == b"\x00;"
    return text


@each_mp4
def test_an_mp4_is_the_shipped_one_and_a_free_box_that_names_the_job(asset: Asset) -> None:
    shipped, mine = path_of(asset).read_bytes(), whole(own_video(asset, TASK, 3))
    assert mine.startswith(shipped)
    *before, last = boxes(mine)
    assert before == list(boxes(shipped))
    assert (last.kind, last.payload) == (b"free", b"reelmock task=%s index=3" % TASK.encode())


@each_gif
def test_a_gif_is_the_shipped_one_and_a_comment_that_names_the_job(asset: Asset) -> None:
    shipped, mine = path_of(asset).read_bytes(), whole(own_video(asset, TASK, 0))
    assert mine.startswith(shipped[:-1])
    assert comment_of(mine) == b"reelmock task=%s index=0" % TASK.encode()


@pytest.mark.parametrize("length", [200, 255, 256, 700])
def test_a_long_name_fills_several_blocks_of_a_gifs_comment(length: int) -> None:
    mine = whole(own_video(GIFS[0], "t" * length, 1))
    assert comment_of(mine) == b"reelmock task=%s index=1" % (b"t" * length)


@each_asset
def test_an_own_video_is_whole_for_a_client_that_looks_inside(asset: Asset) -> None:
    content = whole(own_video(asset, TASK, 0))
    assert inspect(io.BytesIO(content)).verdict is Verdict.COMPLETE
    assert inspect(io.BytesIO(content[:-1])).verdict is not Verdict.COMPLETE


@each_asset
def test_size_hash_and_tag_are_those_of_the_bytes(asset: Asset) -> None:
    video = own_video(asset, TASK, 0)
    digest = hashlib.sha256(whole(video)).hexdigest()
    assert video.size_bytes == len(whole(video)) > asset.size_bytes
    assert (video.sha256, video.etag) == (digest, f'"{digest[:32]}"')
    assert video.content_type == asset.content_type


def test_no_two_jobs_indices_or_shapes_share_a_byte_sequence_or_a_tag() -> None:
    named = [(TASK, 0), (TASK, 1), (TASK + "0", 0), ("other", 0)]
    videos = [own_video(asset, task_id, index) for asset in ASSETS for task_id, index in named]
    for one, other in some(combinations(videos, 2)):
        assert one.etag != other.etag
        assert whole(one) != whole(other)


@each_asset
def test_any_range_is_the_same_piece_of_the_whole(asset: Asset) -> None:
    video = own_video(asset, TASK, 0)
    content, end = whole(video), video.size_bytes
    seam = asset.size_bytes
    places = [0, 1, 5, seam - 2, seam - 1, seam, seam + 1, end - 1, end]
    for start, stop in some(combinations(places, 2)):
        assert video.read(start, stop) == content[start:stop]


def test_the_same_job_gives_the_same_bytes_again() -> None:
    assert whole(own_video(MP4S[0], TASK, 0)) == whole(own_video(MP4S[0], TASK, 0))
