"""The video of one job: a video file with the job's name inside, where no player looks.

So two jobs never have the same bytes, and a file shows which job it belongs to. An MP4 has the name
in a `free` box after everything else (ISO/IEC 14496-12, 8.1.2). A GIF has it in a comment (GIF89a,
24) before its trailer.
"""

from __future__ import annotations

import hashlib
import struct
from functools import cache, lru_cache

from msgspec import Struct

from mockserver.media.assets import Asset, catalogue, path_of

GIF_TRAILER = b";"
_BLOCK_BYTES = 255  # the longest sub-block of a GIF
_KEPT = 1024  # videos whose hash is remembered: about 300 bytes each


class Video(Struct, frozen=True):
    """One job's video. `etag` is strong and quoted; `tail` comes after `shared_bytes` of `asset`."""

    asset: str
    content_type: str
    shared_bytes: int
    tail: bytes
    sha256: str

    @property
    def size_bytes(self) -> int:
        """The length of the whole file."""
        return self.shared_bytes + len(self.tail)

    @property
    def etag(self) -> str:
        """The first half of the hash."""
        return f'"{self.sha256[:32]}"'

    def read(self, start: int, stop: int) -> bytes:
        """The bytes [start, stop), both within the file."""
        shared = self.shared_bytes
        piece = _content(self.asset)[start : min(stop, shared)]
        return piece + self.tail[max(0, start - shared) : stop - shared] if stop > shared else piece


@lru_cache(_KEPT)
def own_video(asset: Asset, task_id: str, index: int) -> Video:
    """The video number `index` (from 0) of a job. The same arguments give the same bytes."""
    name = f"reelmock task={task_id} index={index}".encode()
    gif = asset.content_type == "image/gif"
    tail = _comment(name) + GIF_TRAILER if gif else _free_box(name)
    shared = asset.size_bytes - len(GIF_TRAILER) if gif else asset.size_bytes
    digest = _hash_of(asset.name, shared).copy()
    digest.update(tail)
    return Video(asset.name, asset.content_type, shared, tail, digest.hexdigest())


def _free_box(name: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(name), b"free") + name


def _comment(name: bytes) -> bytes:
    starts = range(0, len(name), _BLOCK_BYTES)
    blocks = (name[start : start + _BLOCK_BYTES] for start in starts)
    return b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"


@cache
def _hash_of(name: str, size_bytes: int) -> hashlib._Hash:
    """The hash of the first bytes of a video file, which callers copy and continue."""
    return hashlib.sha256(_content(name)[:size_bytes])


@cache
def _content(name: str) -> bytes:
    """The content of a video file; all files together have less than 3 MB."""
    return path_of(catalogue()[name]).read_bytes()
