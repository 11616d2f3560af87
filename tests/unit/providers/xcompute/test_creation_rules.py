"""What a creation may hold: every rule of the source document, each from both sides."""

import pytest

from mockserver.domain.input.errors import Refusal
from tests.unit.providers.xcompute.calls import submitted

IMAGE = "https://example.com/a.png"
FAST, QUALITY, LITE = "veo3.1-fast", "veo3.1-quality", "veo3.1-lite"


def refused(dialect: dict[str, str] | None = None, **fields: object) -> str:
    """The reason for which a creation is refused as a wrong field."""
    with pytest.raises(Refusal) as caught:
        submitted(dialect, **fields)
    assert caught.value.kind == "invalid_field"
    assert caught.value.message is None, "the documented text stands"
    return caught.value.reason


def test_model_and_prompt_are_all_that_is_needed() -> None:
    submit = submitted()
    assert (submit.model, submit.prompt, submit.images) == (FAST, "a dolphin", ())
    assert (submit.orientation, submit.resolution, submit.gif) == ("landscape", "720p", False)


def test_the_documented_sample_is_taken_whole() -> None:
    submit = submitted(duration=8, aspect_ratio="16:9", image_urls=[IMAGE])
    assert submit.images == (IMAGE,)
    assert submit.params == {"generation_type": "frame"}


@pytest.mark.parametrize("model", ["veo3.1", "VEO3.1-fast", "", 3, ["veo3.1-fast"]])
def test_an_unknown_model_is_refused(model: object) -> None:
    assert refused(model=model).startswith("model: ")


def test_an_absent_model_is_refused_or_the_default_by_dialect() -> None:
    assert refused(model=None).startswith("model: ")
    assert submitted({"model_absent": "default"}, model=None).model == FAST


@pytest.mark.parametrize("prompt", [None, "", "  \n", 5, ["a"]])
def test_a_prompt_is_a_text_that_is_not_empty(prompt: object) -> None:
    assert refused(prompt=prompt).startswith("prompt: ")


@pytest.mark.parametrize("duration", [0, 4, 9, "8", 8.5, True, [8]])
def test_a_duration_is_eight(duration: object) -> None:
    assert refused(duration=duration).startswith("duration: ")


def test_the_aspect_ratio_turns_the_picture() -> None:
    assert submitted(aspect_ratio="9:16").orientation == "portrait"
    assert submitted(aspect_ratio="16:9").orientation == "landscape"
    assert refused(aspect_ratio="4:3").startswith("aspect_ratio: ")
    assert refused(aspect_ratio=169).startswith("aspect_ratio: ")


@pytest.mark.parametrize(("resolution", "micros"), [("720p", 140), ("1080p", 140), ("4k", 640)])
def test_4k_costs_more(resolution: str, micros: int) -> None:
    submit = submitted(resolution=resolution)
    assert (submit.resolution, submit.price_micros) == (resolution, micros * 1000)


@pytest.mark.parametrize("resolution", ["4K", "720", 1080, ""])
def test_an_unknown_resolution_is_refused(resolution: object) -> None:
    assert refused(resolution=resolution).startswith("resolution: ")


@pytest.mark.parametrize("resolution", ["1080p", "4k"])
def test_a_gif_is_720p(resolution: str) -> None:
    assert submitted(enable_gif=True).gif
    assert not submitted(enable_gif=False, resolution=resolution).gif
    assert refused(enable_gif=True, resolution=resolution).startswith("enable_gif: ")


@pytest.mark.parametrize("field", ["enable_gif", "official_fallback"])
@pytest.mark.parametrize("value", ["true", 1, 0, []])
def test_a_flag_is_true_or_false(field: str, value: object) -> None:
    assert refused(**{field: value}).startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("count", "kind"), [(0, None), (1, "frame"), (2, "frame"), (3, "reference")]
)
def test_the_number_of_images_tells_the_generation_type(count: int, kind: str | None) -> None:
    assert submitted(image_urls=[IMAGE] * count).params.get("generation_type") == kind


def test_a_generation_type_that_is_sent_counts() -> None:
    submit = submitted(generation_type="reference", image_urls=[IMAGE])
    assert submit.params == {"generation_type": "reference"}
    assert refused(generation_type="frames").startswith("generation_type: ")
    assert refused(generation_type=["frame"]).startswith("generation_type: ")


def test_frames_are_two_at_most_and_references_three() -> None:
    assert refused(generation_type="frame", image_urls=[IMAGE] * 3).startswith("image_urls: ")
    assert len(submitted(generation_type="reference", image_urls=[IMAGE] * 3).images) == 3
    assert refused(image_urls=[IMAGE] * 4).startswith("image_urls: ")


def test_quality_has_no_reference_mode() -> None:
    assert submitted(model=QUALITY, image_urls=[IMAGE] * 2).params == {"generation_type": "frame"}
    assert refused(model=QUALITY, generation_type="reference").startswith("generation_type: ")
    assert refused(model=QUALITY, image_urls=[IMAGE] * 3).startswith("generation_type: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image_urls", [IMAGE]),
        ("generation_type", "frame"),
        ("official_fallback", True),
    ],
)
def test_lite_takes_no_images_no_generation_type_and_no_fallback(field: str, value: object) -> None:
    assert refused(model=LITE, **{field: value}).startswith(f"{field}: ")
    assert submitted(model=LITE, **{field: None}).model == LITE


@pytest.mark.parametrize(("field", "value"), [("image_urls", []), ("official_fallback", False)])
def test_lite_takes_a_field_that_asks_for_nothing_unless_the_dialect_forbids(
    field: str, value: object
) -> None:
    assert submitted(model=LITE, **{field: value}).model == LITE
    strict = {"lite_fields": "sent"}
    assert refused(strict, model=LITE, **{field: value}).startswith(f"{field}: ")


def test_a_prompt_has_any_length_unless_the_dialect_bounds_it() -> None:
    assert len(submitted(prompt="a" * 20_000).prompt) == 20_000
    bounded = {"prompt_limit": "1000"}
    assert len(submitted(bounded, prompt="画" * 1000).prompt) == 1000
    assert refused(bounded, prompt="a" * 1001) == (
        "prompt: got '1001 characters', expected at most 1000"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/b.jpeg",
        "http://a.example/b.JPG",
        "https://a.example/b.webp?size=2",
        "https://a.example/no-suffix",
        "https://a.example",
        "https://a.example/v1.2/image",
    ],
)
def test_an_image_url_has_a_known_suffix_or_none(url: str) -> None:
    assert submitted(image_urls=[url]).images == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/b.gif",
        "https://a.example/b.png.bmp#top",
        "ftp://a.example/b.png",
        "data:image/png;base64,AAAA",
        "a.png",
        "",
        "https://",
        "https://a.example/a b.png",
        "https://[broken/b.png",
        7,
        None,
    ],
)
def test_what_is_no_image_url_is_refused(url: object) -> None:
    assert refused(image_urls=[url]).startswith("image_urls: ")


def test_a_plain_string_counts_as_one_image() -> None:
    assert submitted(image_urls=IMAGE).images == (IMAGE,)
    assert refused(image_urls={"0": IMAGE}).startswith("image_urls: ")


def test_a_webhook_is_called_at_its_callback_with_one_slash() -> None:
    assert submitted(webhook="http://h.example/x").callback_url == "http://h.example/x/callback"
    assert submitted(webhook="http://h.example/x/").callback_url == "http://h.example/x/callback"
    queried = submitted(webhook="http://h.example/x?token=a")
    assert queried.callback_url == "http://h.example/x/callback?token=a"
    assert submitted(webhook=None).callback_url is None
    assert refused(webhook="h.example").startswith("webhook: ")
    assert refused(webhook=1).startswith("webhook: ")


def test_unknown_fields_are_ignored() -> None:
    assert submitted(seed=4, watermark={"text": "x"}).model == FAST


def test_a_reason_names_the_value_and_what_would_be_right() -> None:
    assert refused(resolution="2k") == "resolution: got '2k', expected one of 720p, 1080p, 4k"
