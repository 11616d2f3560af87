"""What is in the folder is what the catalogue says: real, whole, playable videos."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.media import assets
from tests.unit.media import mp4_boxes
from tests.unit.media.mp4_boxes import Box

FOLDER = Path(assets.__file__).parent
ENTRIES: list[dict[str, Any]] = json.loads((FOLDER / "catalogue.json").read_bytes())
MP4S = [entry for entry in ENTRIES if entry["content_type"] == "video/mp4"]
GIFS = [entry for entry in ENTRIES if entry["content_type"] == "image/gif"]

each_video = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
each_mp4 = pytest.mark.parametrize("entry", MP4S, ids=lambda entry: entry["name"])
each_gif = pytest.mark.parametrize("entry", GIFS, ids=lambda entry: entry["name"])


def content(entry: dict[str, Any]) -> bytes:
    return Path(FOLDER, entry["name"]).read_bytes()


def boxes_of(entry: dict[str, Any], path: str = "") -> list[Box]:
    every = mp4_boxes.boxes(content(entry))
    return [box for box in every if not path or box.path == path]


def sample_entries(entry: dict[str, Any]) -> dict[bytes, Box]:
    descriptions = boxes_of(entry, "moov/trak/mdia/minf/stbl/stsd")
    return {found.kind: found for found in map(mp4_boxes.sample_entry, descriptions)}


def test_the_catalogue_lists_exactly_the_videos_of_the_folder() -> None:
    on_disk = {file.name for file in FOLDER.iterdir() if file.suffix in {".mp4", ".gif"}}
    assert [entry["name"] for entry in ENTRIES] == list(dict.fromkeys(e["name"] for e in ENTRIES))
    assert {entry["name"] for entry in ENTRIES} == on_disk


def test_all_videos_together_stay_below_3_mb() -> None:
    assert sum(len(content(entry)) for entry in ENTRIES) < 3_000_000


@each_video
def test_size_and_hash_are_those_of_the_catalogue(entry: dict[str, Any]) -> None:
    data = content(entry)
    assert len(data) == entry["size_bytes"]
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]


@each_video
def test_the_recipe_makes_the_video_in_its_size(entry: dict[str, Any]) -> None:
    recipe = (FOLDER / "make.sh").read_text(encoding="utf-8")
    shape = (entry["width"], entry["height"], entry["duration_s"])
    assert " ".join(map(str, (entry["name"], *shape))) in recipe


@each_mp4
def test_an_mp4_is_whole_and_can_play_while_it_loads(entry: dict[str, Any]) -> None:
    top = [box.kind for box in boxes_of(entry) if "/" not in box.path]
    assert top[:2] == [b"ftyp", b"moov"]  # the index precedes the samples: "fast start"
    assert top.count(b"mdat") == 1


@each_mp4
def test_the_index_of_an_mp4_points_into_its_samples(entry: dict[str, Any]) -> None:
    data = content(entry)
    (mdat,) = boxes_of(entry, "mdat")
    start = data.index(mdat.payload)
    tables = boxes_of(entry, "moov/trak/mdia/minf/stbl/stco")
    offsets = [offset for table in tables for offset in mp4_boxes.chunk_offsets(table)]
    assert len(tables) == 2
    assert min(offsets) == start
    assert max(offsets) < start + len(mdat.payload)


@each_mp4
def test_an_mp4_has_one_picture_track_of_the_listed_size(entry: dict[str, Any]) -> None:
    sizes = [mp4_boxes.track_size(box) for box in boxes_of(entry, "moov/trak/tkhd")]
    assert sizes == [(entry["width"], entry["height"]), (0, 0)]
    assert mp4_boxes.coded_size(sample_entries(entry)[b"avc1"]) == sizes[0]


@each_mp4
def test_an_mp4_lasts_as_long_as_its_name_says(entry: dict[str, Any]) -> None:
    (mvhd,) = boxes_of(entry, "moov/mvhd")
    shorter = {"4s.mp4": 4, "6s.mp4": 6}
    assert entry["duration_s"] == shorter.get(entry["name"].split("-")[-1], 8)
    assert mp4_boxes.duration_s(mvhd) == pytest.approx(entry["duration_s"], abs=0.1)


@each_mp4
def test_an_mp4_has_24_frames_a_second(entry: dict[str, Any]) -> None:
    counts = [
        mp4_boxes.sample_count(box) for box in boxes_of(entry, "moov/trak/mdia/minf/stbl/stsz")
    ]
    assert counts[0] == 24 * entry["duration_s"]


@each_mp4
def test_an_mp4_is_h264_high_and_aac_at_a_level_that_players_know(entry: dict[str, Any]) -> None:
    found = sample_entries(entry)
    assert list(found) == [b"avc1", b"mp4a"]
    profile, level = mp4_boxes.avc_profile_and_level(found[b"avc1"])
    assert profile == 100
    assert level <= 51


@each_mp4
def test_a_cut_mp4_is_noticed(entry: dict[str, Any]) -> None:
    with pytest.raises(mp4_boxes.TruncatedBoxError):
        list(mp4_boxes.boxes(content(entry)[:-1]))


@each_gif
def test_a_gif_has_the_listed_size_and_its_trailer(entry: dict[str, Any]) -> None:
    data = content(entry)
    assert data[:6] == b"GIF89a"
    assert int.from_bytes(data[6:8], "little") == entry["width"]
    assert int.from_bytes(data[8:10], "little") == entry["height"]
    assert data.endswith(b"\x3b")


@each_gif
def test_a_gif_lasts_eight_seconds_and_repeats(entry: dict[str, Any]) -> None:
    data = content(entry)
    control = b"\x21\xf9\x04"  # graphic control extension: flags, then the delay in 1/100 s
    delays = [
        int.from_bytes(part[1:3], "little")
        for part in data.split(control)[1:]
        if part[3:6].endswith(b"\x00\x2c")
    ]
    assert sum(delays) == entry["duration_s"] * 100
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in data
