"""A small file with the structure of a video: what a structure check accepts, byte by byte."""

from __future__ import annotations


def box(kind: bytes, payload: bytes = b"") -> bytes:
    """One box with a 32-bit size."""
    return (8 + len(payload)).to_bytes(4) + kind + payload


def video(media: bytes = b"frames" * 50) -> bytes:
    """`ftyp`, `moov` with a movie header and a track, and the media."""
    moov = box(b"mvhd", bytes(100)) + box(b"trak", box(b"tkhd", bytes(84)))
    return box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", moov) + box(b"mdat", media)
