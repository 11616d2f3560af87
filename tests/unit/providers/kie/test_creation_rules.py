"""What a creation and an extension may hold, what they cost, and what the record repeats of them."""

from typing import Any

import pytest

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import MICROS, Submit
from tests.unit.providers.kie.calls import OPERATIONS, context, posted, submitted

IMAGE = "https://a.example/1.png"


def refused(fields: dict[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        submitted(**fields)
    return caught.value


def extended(dialect: dict[str, str] | None = None, **fields: Any) -> Submit:
    request = posted("extend", {"taskId": "t1", "prompt": "it runs on"} | fields)
    command = OPERATIONS["extend"].decode(request, context(**(dialect or {})))
    assert isinstance(command, Submit)
    return command


def test_a_prompt_is_all_that_a_creation_needs() -> None:
    command = submitted()
    assert (command.model, command.orientation, command.resolution) == (
        "veo3_fast",
        "landscape",
        "720p",
    )
    assert command.price_micros == 60 * MICROS
    assert command.callback_url is None


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_creation_without_a_prompt_lacks_a_field(value: object) -> None:
    assert refused({"prompt": value}).kind == "missing_field"


@pytest.mark.parametrize(
    ("model", "credits"), [("veo3", 250), ("veo3_fast", 60), ("veo3_lite", 30)]
)
def test_each_model_has_its_price(model: str, credits: int) -> None:
    assert submitted(model=model).price_micros == credits * MICROS


@pytest.mark.parametrize(("resolution", "surcharge"), [("720p", 0), ("1080p", 5), ("4k", 120)])
def test_a_resolution_costs_extra(resolution: str, surcharge: int) -> None:
    command = submitted(resolution=resolution)
    assert command.resolution == resolution
    assert command.price_micros == (60 + surcharge) * MICROS


def test_the_default_model_is_a_dialect() -> None:
    assert submitted({"default_model": "veo3"}).model == "veo3"
    assert submitted({"default_model": "veo3"}, model="veo3_lite").model == "veo3_lite"


@pytest.mark.parametrize("name", ["aspectRatio", "aspect_ratio"])
@pytest.mark.parametrize(
    ("ratio", "orientation"), [("16:9", "landscape"), ("9:16", "portrait"), ("Auto", "landscape")]
)
def test_either_name_of_the_ratio_is_read(name: str, ratio: str, orientation: str) -> None:
    assert submitted(**{name: ratio}).orientation == orientation


def test_the_ratio_of_the_first_document_counts_before_the_newer_one() -> None:
    assert submitted(aspectRatio="9:16", aspect_ratio="16:9").orientation == "portrait"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"prompt": 5}, "prompt"),
        ({"model": "veo9"}, "model"),
        ({"aspectRatio": "1:1"}, "aspectRatio"),
        ({"aspect_ratio": ["16:9"]}, "aspect_ratio"),
        ({"generationType": "IMAGE"}, "generationType"),
        ({"imageUrls": IMAGE}, "imageUrls"),
        ({"imageUrls": [IMAGE] * 4}, "imageUrls"),
        ({"imageUrls": ["1.png"]}, "imageUrls[]"),
        ({"imageUrls": ["data:image/png;base64,AAAA"]}, "imageUrls[]"),
        (
            {"imageUrls": [IMAGE] * 3, "generationType": "FIRST_AND_LAST_FRAMES_2_VIDEO"},
            "imageUrls",
        ),
        (
            {"imageUrls": [IMAGE], "generationType": "REFERENCE_2_VIDEO", "model": "veo3"},
            "model",
        ),
        ({"imageUrls": [IMAGE], "generationType": "REFERENCE_2_VIDEO", "duration": 4}, "duration"),
        ({"callBackUrl": "callback"}, "callBackUrl"),
        ({"callBackUrl": 5}, "callBackUrl"),
        ({"enableFallback": "yes"}, "enableFallback"),
        ({"enableTranslation": 1}, "enableTranslation"),
        ({"watermark": {}}, "watermark"),
        ({"resolution": "8k"}, "resolution"),
        ({"duration": 5}, "duration"),
        ({"duration": "8"}, "duration"),
        ({"seeds": 9_999}, "seeds"),
        ({"seeds": 10_000.5}, "seeds"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(fields: dict[str, Any], named: str) -> None:
    refusal = refused(fields)
    assert refusal.kind == "invalid_field"
    assert refusal.reason.startswith(f"{named}: got ")
    assert ", expected " in refusal.reason


@pytest.mark.parametrize("kind", ["FIRST_AND_LAST_FRAMES_2_VIDEO", "REFERENCE_2_VIDEO"])
def test_a_kind_that_lives_on_images_needs_one(kind: str) -> None:
    assert refused({"generationType": kind}).kind == "missing_field"
    assert submitted(generationType=kind, imageUrls=[IMAGE]).images == (IMAGE,)


def test_unknown_fields_are_ignored() -> None:
    command = submitted(replyRef="x", seeds=12345, watermark="K", nested={"a": [1]})
    assert "replyRef" not in command.params


def test_an_empty_callback_url_is_none() -> None:
    assert submitted(callBackUrl="").callback_url is None


def test_the_record_repeats_a_request_normalised() -> None:
    params = submitted(
        aspect_ratio="9:16", model="veo3", callBackUrl="https://a.example/cb", watermark="K"
    ).params
    assert list(params.items()) == [
        ("aspectRatio", "9:16"),
        ("callBackUrl", "https://a.example/cb"),
        ("enableFallback", False),
        ("enableTranslation", True),
        ("model", "veo3"),
        ("prompt", "A cat"),
        ("waterMark", "K"),
    ]


def test_an_extension_names_models_in_its_own_way() -> None:
    assert extended().model == "veo3_fast"
    assert extended(model="quality").model == "veo3"
    assert extended(model="lite").model == "veo3_lite"
    assert extended(model="quality").price_micros == 250 * MICROS
    with pytest.raises(Refusal, match="model"):
        extended(model="veo3")
    with pytest.raises(Refusal, match="model"):
        extended({"extend_lite": "off"}, model="lite")


def test_an_extension_needs_its_original() -> None:
    assert extended().parent_id == "t1"
    with pytest.raises(Refusal) as caught:
        extended(taskId=None)
    assert caught.value.kind == "missing_field"


def test_one_image_may_stand_without_the_array_by_dialect() -> None:
    image = "https://pictures.example/cat.png"
    assert submitted({"image_urls": "text"}, imageUrls=image).images == (image,)
    with pytest.raises(Refusal, match="an array of URLs"):
        submitted(imageUrls=image)
