"""The right video is found for each shape, and what is not shipped is refused in words."""

import json
import re
import subprocess
import sys
from itertools import product
from typing import Any, get_args

import pytest

from mockserver.media import assets
from mockserver.media.assets import DurationS, Orientation, Resolution
from tests.support.some import some

SHORT_SIDE = {"720p": 720, "1080p": 1080, "4k": 2160}
SHAPES = list(product(*map(get_args, (Orientation, Resolution, DurationS))))


@pytest.mark.parametrize(("orientation", "resolution", "duration_s"), SHAPES)
def test_every_shape_has_an_mp4_of_true_size(
    orientation: Orientation, resolution: Resolution, duration_s: DurationS
) -> None:
    asset = assets.pick(orientation, resolution, duration_s=duration_s)
    assert asset.name.endswith(f"-{duration_s}s.mp4") == (duration_s != 8)
    short, long = SHORT_SIDE[resolution], SHORT_SIDE[resolution] * 16 // 9
    wanted = (long, short) if orientation == "landscape" else (short, long)
    assert (asset.width, asset.height) == wanted
    assert asset.content_type == "video/mp4"


@pytest.mark.parametrize("orientation", get_args(Orientation))
def test_each_orientation_has_a_gif(orientation: Orientation) -> None:
    asset = assets.pick(orientation, "720p", gif=True)
    assert asset.name == f"{orientation}.gif"
    assert asset.content_type == "image/gif"
    assert (asset.width > asset.height) == (orientation == "landscape")


@pytest.mark.parametrize(
    ("orientation", "resolution", "gif", "name"),
    [
        ("square", "720p", False, "square-720p.mp4"),
        ("portrait", "8k", False, "portrait-8k.mp4"),
        ("landscape", "1080p", True, "landscape-1080p.gif"),
        ("landscape", "4k", True, "landscape-4k.gif"),
    ],
)
def test_a_shape_that_is_not_shipped_is_refused_by_name(
    orientation: Any, resolution: Any, gif: bool, name: str
) -> None:
    with pytest.raises(KeyError) as refusal:
        assets.pick(orientation, resolution, gif)
    assert isinstance(refusal.value, assets.UnknownAssetError)
    assert str(refusal.value).startswith(f"no video '{name}'; there are landscape-720p.mp4, ")


def test_the_etag_is_the_first_half_of_the_hash_in_quotes() -> None:
    entries = json.loads(
        (assets.path_of(assets.pick("portrait", "4k")).parent / "catalogue.json").read_bytes()
    )
    for entry in some(entries):
        etag = assets.catalogue()[entry["name"]].etag
        assert re.fullmatch(r'"[0-9a-f]{32}"', etag)
        assert entry["sha256"].startswith(etag.strip('"'))


def test_no_two_videos_share_an_etag() -> None:
    etags = {asset.etag for asset in assets.catalogue().values()}
    assert len(etags) == len(assets.catalogue())


def test_every_asset_lies_where_its_path_says() -> None:
    for asset in some(assets.catalogue().values()):
        assert assets.path_of(asset).stat().st_size == asset.size_bytes


def test_nobody_can_change_the_catalogue() -> None:
    shared: Any = assets.catalogue()
    asset: Any = assets.pick("portrait", "720p")
    with pytest.raises(TypeError):
        shared["new.mp4"] = asset
    with pytest.raises(AttributeError):
        asset.width = 1


def test_importing_reads_nothing_and_loads_no_server() -> None:
    script = (
        "import sys; from mockserver.media import assets;"
        "assert assets.catalogue.cache_info().currsize == 0;"
        "heavy = {'starlette', 'uvicorn', 'httpx', 'yaml', 'rich', 'asyncio'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
