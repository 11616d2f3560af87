"""Compresses a body: as the client asks for it, without being asked, or in a way that is wrong."""

from __future__ import annotations

import zlib

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit, needs_bytes, with_headers

GZIP, ZLIB = zlib.MAX_WBITS | 16, zlib.MAX_WBITS
TRAILER_BYTES = 8  # of gzip: checksum and length (RFC 1952, 2.3.1)


def _strike(reply: Reply, hit: Hit) -> Reply:
    how = hit.options["how"]
    if _asks_for_gzip(hit) == (how == "unasked"):
        raise Unfit(f"the client {'asks' if how == 'unasked' else 'does not ask'} for gzip")
    frames = reply.body if isinstance(reply.body, tuple) else None
    parts = [frame.data for frame in frames] if frames is not None else [needs_bytes(reply)]
    if not any(parts):
        raise Unfit("the body is empty")
    packed = _damaged(_compressed(parts, ZLIB if how == "other_coding" else GZIP), how)
    coded = with_headers(reply, (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding"))
    if frames is None:
        return replace(coded, body=packed[0])
    written = [replace(frame, data=data) for frame, data in zip(frames, packed, strict=True)]
    return replace(coded, body=tuple(written))


def _asks_for_gzip(hit: Hit) -> bool:
    request = hit.context.request
    sent = [v for k, v in request.headers if k == b"accept-encoding"] if request else []
    words = [word.strip().lower() for word in b",".join(sent).split(b",")]
    return any(
        word.partition(b";")[0].strip() in (b"gzip", b"*") and not _none(word) for word in words
    )


def _none(word: bytes) -> bool:
    """Whether a coding is named as one that is not wanted: `gzip;q=0`."""
    weight = word.replace(b" ", b"").partition(b";q=")[2]
    return weight != b"" and not weight.strip(b"0.")


def _compressed(parts: list[bytes], window: int) -> list[bytes]:
    """The parts of one body, each such that a reader has all of it once it has come."""
    packer = zlib.compressobj(wbits=window)
    packed = [packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) for part in parts[:-1]]
    return [*packed, packer.compress(parts[-1]) + packer.flush()]


def _damaged(packed: list[bytes], how: str) -> list[bytes]:
    if how == "cut":
        left, kept = sum(map(len, packed)) // 2, list[bytes]()
        for part in packed:
            kept.append(part[:left])
            left -= len(kept[-1])
        return kept
    if how == "checksum":
        last = packed[-1]
        wrong = bytes(byte ^ 0xFF for byte in last[-TRAILER_BYTES:-4])
        return [*packed[:-1], last[:-TRAILER_BYTES] + wrong + last[-4:]]
    return packed


FAULT = Fault(
    "compress",
    "compresses the body",
    "after",
    {
        "how": Parameter(
            "choice",
            "right; unasked: right, but the client did not ask for it; cut: the second half is "
            "missing; checksum: gzip's checksum is wrong; other_coding: zlib's format under the name "
            "of gzip",
            "right",
            ("right", "unasked", "cut", "checksum", "other_coding"),
        )
    },
    reply=_strike,
)
