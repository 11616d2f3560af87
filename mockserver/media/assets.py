"""Which video is used for which orientation and resolution; reads catalogue.json on first use."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

Orientation = Literal["portrait", "landscape"]
Resolution = Literal["720p", "1080p", "4k"]
DurationS = Literal[4, 6, 8]
USUAL_S: DurationS = 8

_FOLDER = Path(__file__).parent


class Asset(msgspec.Struct, frozen=True):
    """One video file. `width` and `height` are pixels; `etag` is a strong, quoted HTTP ETag."""

    name: str
    content_type: str
    size_bytes: int
    etag: str
    width: int
    height: int


class UnknownAssetError(KeyError):
    """No video file has the wanted orientation, resolution and format."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument, which would put the sentence in quotes.
        return str(self.args[0])


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of catalogue.json, as make.sh writes it."""

    name: str
    width: int
    height: int
    duration_s: int
    size_bytes: int
    sha256: str
    content_type: str


@cache
def catalogue() -> Mapping[str, Asset]:
    """Return every video file by file name; read-only, read from disk once."""
    entries = msgspec.json.decode((_FOLDER / "catalogue.json").read_bytes(), type=list[_Entry])
    return MappingProxyType({entry.name: _asset(entry) for entry in entries})


def path_of(asset: Asset) -> Path:
    """Return the path of the bytes of `asset` on disk."""
    return _FOLDER / asset.name


def pick(
    orientation: Orientation,
    resolution: Resolution,
    gif: bool = False,
    duration_s: DurationS = USUAL_S,
) -> Asset:
    """Return the video with this shape: MP4 in every resolution and length, GIF in 720p and 8 s.

    Raises UnknownAssetError (a KeyError) if there is no such file.
    """
    length = "" if duration_s == USUAL_S else f"-{duration_s}s"
    name = f"{orientation}-{resolution}{length}.mp4"
    if gif:
        # A GIF has one size: bigger ones would only make the wheel heavier.
        name = f"{orientation}.gif" if resolution == "720p" else f"{orientation}-{resolution}.gif"
    try:
        return catalogue()[name]
    except KeyError:
        shipped = ", ".join(catalogue())
        raise UnknownAssetError(f"no video {name!r}; there are {shipped}") from None


def _asset(entry: _Entry) -> Asset:
    return Asset(
        name=entry.name,
        content_type=entry.content_type,
        size_bytes=entry.size_bytes,
        etag=f'"{entry.sha256[:32]}"',
        width=entry.width,
        height=entry.height,
    )
