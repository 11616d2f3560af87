"""Reads the boxes of an MP4 (ISO/IEC 14496-12) in plain Python, so that no test needs ffprobe."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})


class TruncatedBoxError(ValueError):
    """A box promises more bytes than there are, or fewer than its own header."""


@dataclass(frozen=True)
class Box:
    """One box: its four-letter kind, its path from the root (`moov/trak/tkhd`), its payload."""

    kind: bytes
    path: str
    payload: bytes


def boxes(data: bytes, parent: str = "") -> Iterator[Box]:
    """Yield every box in file order, containers before their children.

    Raises TruncatedBoxError if the boxes do not fill `data` exactly.
    """
    at = 0
    while at < len(data):
        header = data[at : at + 8]
        if len(header) < 8:
            raise TruncatedBoxError(f"{len(header)} stray bytes at the end of {parent or 'file'}")
        size, kind = struct.unpack(">I4s", header)
        if size < 8 or at + size > len(data):
            raise TruncatedBoxError(f"{kind!r} at {at} wants {size} of {len(data) - at} bytes")
        box = Box(kind, f"{parent}{kind.decode('latin-1')}", data[at + 8 : at + size])
        yield box
        if kind in CONTAINERS:
            yield from boxes(box.payload, f"{box.path}/")
        at += size


def duration_s(mvhd: Box) -> float:
    """Return the presentation's duration from a version 0 movie header."""
    timescale, duration = struct.unpack_from(">II", mvhd.payload, 12)
    return float(duration / timescale)


def track_size(tkhd: Box) -> tuple[int, int]:
    """Return width and height in pixels from a track header; (0, 0) for sound."""
    width, height = struct.unpack(">II", tkhd.payload[-8:])
    return width >> 16, height >> 16  # 16.16 fixed point


def sample_entry(stsd: Box) -> Box:
    """Return the first sample entry of a sample description: `avc1`, `mp4a`, ..."""
    return next(boxes(stsd.payload[8:], f"{stsd.path}/"))


def coded_size(avc1: Box) -> tuple[int, int]:
    """Return width and height in pixels from a visual sample entry."""
    width, height = struct.unpack_from(">HH", avc1.payload, 24)
    return width, height


def avc_profile_and_level(avc1: Box) -> tuple[int, int]:
    """Return profile_idc (100 is High) and level_idc (51 is level 5.1)."""
    # A visual sample entry is 78 bytes of fields, then boxes; avcC is among these.
    avcc = next(box for box in boxes(avc1.payload[78:]) if box.kind == b"avcC")
    return avcc.payload[1], avcc.payload[3]


def sample_count(stsz: Box) -> int:
    """Return how many frames (or audio packets) the track has."""
    return int(struct.unpack_from(">I", stsz.payload, 8)[0])


def chunk_offsets(stco: Box) -> tuple[int, ...]:
    """Return where in the file each chunk of samples starts."""
    (count,) = struct.unpack_from(">I", stco.payload, 4)
    return struct.unpack_from(f">{count}I", stco.payload, 8)
