"""What a provider cannot do is refused before a call is made, and prices are known."""

from __future__ import annotations

from typing import Any

import pytest

from clientlib import (
    ApiyiOptions,
    Client,
    KieOptions,
    Price,
    UnsupportedRequest,
    XcomputeOptions,
)

NOWHERE = "http://127.0.0.1:9"
A, B, C, D = (f"https://images.example/{name}.png" for name in "abcd")
PNG = b"\x89PNG\r\n\x1a\n"
REFERENCE = KieOptions(generation_type="REFERENCE_2_VIDEO")
FRAMES = KieOptions(generation_type="FIRST_AND_LAST_FRAMES_2_VIDEO")
LITE, QUALITY = "veo3.1-lite", "veo3.1-quality"
AS_FRAME = XcomputeOptions(generation_type="frame")
AS_REFERENCE = XcomputeOptions(generation_type="reference")
GIF = XcomputeOptions(enable_gif=True)
FALLBACK = XcomputeOptions(official_fallback=True)

REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("apiyi", "model", {"model": "veo-3.2"}),
    ("apiyi", "aspect", {"model": "veo-3.1", "aspect": "16:9"}),
    ("apiyi", "aspect", {"model": "veo-3.1-landscape", "aspect": "9:16"}),
    ("apiyi", "aspect", {"aspect": "1:1"}),
    ("apiyi", "resolution", {"resolution": "1080p"}),
    ("apiyi", "duration_s", {"duration_s": 4}),
    ("apiyi", "callback_url", {"callback_url": "https://me.example/cb"}),
    ("apiyi", "images", {"model": "veo-3.1", "images": [PNG]}),
    ("apiyi", "images", {"model": "veo-3.1-fl"}),
    ("apiyi", "images", {"images": [PNG, PNG, PNG]}),
    ("apiyi", "images", {"images": [A]}),
    ("apiyi", "images", {"images": [b"GIF89a"]}),
    ("apiyi", "images", {"images": [PNG + bytes(10 * 1024 * 1024)]}),
    ("kie", "model", {"model": "veo4"}),
    ("kie", "aspect", {"aspect": "4:3"}),
    ("kie", "resolution", {"resolution": "8k"}),
    *(("kie", "duration_s", {"duration_s": odd}) for odd in (3, 5, 7, 9)),
    ("kie", "options.seeds", {"options": KieOptions(seeds=1)}),
    ("kie", "options.generation_type", {"options": KieOptions(generation_type="x")}),
    ("kie", "images", {"images": [A, B, C, D]}),
    ("kie", "images", {"images": [PNG]}),
    ("kie", "images", {"options": REFERENCE}),
    ("kie", "images", {"images": [A], "options": KieOptions(generation_type="TEXT_2_VIDEO")}),
    ("kie", "images", {"images": [A, B, C], "options": FRAMES}),
    ("kie", "model", {"model": "veo3", "images": [A], "options": REFERENCE}),
    ("kie", "duration_s", {"duration_s": 4, "images": [A], "options": REFERENCE}),
    ("xcompute", "model", {"model": "veo3"}),
    ("xcompute", "aspect", {"aspect": "Auto"}),
    ("xcompute", "resolution", {"resolution": "2k"}),
    ("xcompute", "duration_s", {"duration_s": 6}),
    ("xcompute", "options.enable_gif", {"resolution": "4k", "options": GIF}),
    ("xcompute", "options.generation_type", {"options": XcomputeOptions(generation_type="x")}),
    ("xcompute", "images", {"model": QUALITY, "images": [A, B, C]}),
    ("xcompute", "images", {"model": QUALITY, "images": [A], "options": AS_REFERENCE}),
    ("xcompute", "images", {"model": LITE, "images": [A]}),
    ("xcompute", "options.generation_type", {"model": LITE, "options": AS_FRAME}),
    ("xcompute", "options.official_fallback", {"model": LITE, "options": FALLBACK}),
    ("xcompute", "images", {"images": [A, B, C], "options": AS_FRAME}),
    ("xcompute", "images", {"images": [A, B, C, D]}),
    ("xcompute", "images", {"images": ["https://images.example/a.gif"]}),
    ("xcompute", "images", {"images": [PNG]}),
    ("xcompute", "callback_url", {"callback_url": "https://me.example/hook"}),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "parameter", "order"), REFUSED)
def test_the_impossible_is_refused_with_the_parameter_to_change(
    provider: str, parameter: str, order: dict[str, Any]
) -> None:
    # Nothing listens at that address: a call would end in another error.
    with (
        Client(provider, api_key="k", base_url=NOWHERE) as client,
        pytest.raises(UnsupportedRequest) as caught,
    ):
        client.submit("a cat", **order)
    assert caught.value.parameter == parameter
    assert caught.value.reason


ALLOWED: list[tuple[str, dict[str, Any], Price]] = [
    ("apiyi", {}, Price(0.15, "USD")),
    ("apiyi", {"aspect": "16:9"}, Price(0.15, "USD")),
    ("apiyi", {"model": "veo-3.1-landscape-fl", "images": [PNG, PNG]}, Price(0.25, "USD")),
    ("kie", {}, Price(60, "credits")),
    ("kie", {"model": "veo3", "resolution": "4k", "images": [A, B]}, Price(370, "credits")),
    ("kie", {"model": "veo3_lite", "images": [A, B, C], "options": REFERENCE}, Price(30, "credits")),
    *(("kie", {"duration_s": fine}, Price(60, "credits")) for fine in (4, 6, 8)),
    ("xcompute", {}, Price(0.14, "USD")),
    ("xcompute", {"model": QUALITY, "resolution": "1080p", "images": [A, B]}, Price(1.0, "USD")),
    ("xcompute", {"resolution": "4k"}, Price(0.64, "USD")),
    ("xcompute", {"model": QUALITY, "resolution": "4k"}, Price(1.5, "USD")),
    ("xcompute", {"images": ["https://images.example/picture"]}, Price(0.14, "USD")),
    ("xcompute", {"callback_url": "https://me.example/callback"}, Price(0.14, "USD")),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "order", "price"), ALLOWED)
def test_the_possible_has_a_price(provider: str, order: dict[str, Any], price: Price) -> None:
    with Client(provider, api_key="k", base_url=NOWHERE) as client:
        assert client.price("a cat", **order) == price


def test_an_empty_prompt_is_refused_everywhere() -> None:
    with (
        Client("kie", api_key="k", base_url=NOWHERE) as client,
        pytest.raises(UnsupportedRequest, match="prompt"),
    ):
        client.submit("  ")


def test_options_of_another_provider_and_unknown_arguments_are_type_errors() -> None:
    with Client("kie", api_key="k", base_url=NOWHERE) as client:
        with pytest.raises(TypeError, match="KieOptions"):
            client.submit("a cat", options=ApiyiOptions())
        with pytest.raises(TypeError, match="aspect_ratio"):
            client.submit("a cat", aspect_ratio="16:9")  # type: ignore[call-arg]


def test_one_image_that_is_not_in_a_list_is_pointed_out() -> None:
    with (
        Client("kie", api_key="k", base_url=NOWHERE) as client,
        pytest.raises(UnsupportedRequest, match="a list is wanted"),
    ):
        client.submit("a cat", images=A)


@pytest.mark.parametrize("provider", ["apiyi", "xcompute"])
def test_upgrades_are_kies_alone(provider: str) -> None:
    with Client(provider, api_key="k", base_url=NOWHERE) as client:
        job = client.resume("x")
        with pytest.raises(UnsupportedRequest):
            job.upgrade("1080p")
        with pytest.raises(UnsupportedRequest):
            job.download("nowhere.mp4", resolution="4k")


@pytest.mark.parametrize(
    ("provider", "more", "field"),
    [
        ("apiyi", {}, "extend"),
        ("xcompute", {}, "model"),
        ("xcompute", {"model": "veo3"}, "model"),
        ("xcompute", {"model": "veo3.1-fast", "seeds": 1}, "seeds"),
    ],
)
def test_what_cannot_be_extended_makes_no_call(
    provider: str, more: dict[str, Any], field: str
) -> None:
    with (
        Client(provider, api_key="k", base_url=NOWHERE) as client,
        pytest.raises(UnsupportedRequest, match=field),
    ):
        client.resume("x").extend("more", **more)
