"""What `createTask` takes and refuses, and in which words."""

from typing import Any

import pytest

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import Submit
from mockserver.providers.kie import PROVIDER
from mockserver.providers.kie.java_order import in_hash_map_order
from tests.unit.providers.kie.calls import OPERATIONS, body_of, context, posted

IMAGE = "https://a.example/1.png"
FRAMES, REFERENCE = "FIRST_AND_LAST_FRAMES_2_VIDEO", "REFERENCE_2_VIDEO"


def read(body: dict[str, Any]) -> Submit:
    command = OPERATIONS["create_task"].decode(posted("create_task", body), context())
    assert isinstance(command, Submit)
    return command


def taken(**given: Any) -> Submit:
    """What is read from a job; the prompt is there unless it is given."""
    return read({"model": "veo-3-1", "input": {"prompt": "a cat"} | given})


def refused(body: dict[str, Any], **dialect: str) -> Any:
    """The body of a refusal."""
    with pytest.raises(Refusal) as caught:
        read(body)
    return body_of(PROVIDER.refuse(caught.value, context(posted("create_task", body), **dialect)))


def refused_input(**given: Any) -> Any:
    return refused({"model": "veo-3-1", "input": {"prompt": "a cat"} | given})


def test_a_prompt_is_all_that_a_job_needs() -> None:
    command = taken()
    assert (command.model, command.resolution, command.orientation) == (
        "veo3_fast",
        "720p",
        "landscape",
    )
    assert command.params == {"prompt": "a cat", "model": "veo3_fast"}


def test_a_job_holds_what_its_fields_say() -> None:
    command = taken(
        model="veo3_lite",
        image_urls=[IMAGE] * 3,
        generation_type=REFERENCE,
        aspect_ratio="9:16",
        resolution="4k",
        duration=8,
        enable_fallback=False,
        enable_translation=True,
        watermark="K",
    )
    assert (command.model, command.resolution) == ("veo3_lite", "4k")
    assert (command.orientation, command.images) == ("portrait", (IMAGE,) * 3)


@pytest.mark.parametrize("model", ["veo3", "veo3_fast", "veo-3-1-fast", "", None, 5, ["veo-3-1"]])
def test_a_model_that_the_jobs_api_does_not_know_is_422(model: object) -> None:
    assert refused({"model": model, "input": {"prompt": "a cat"}}) == {
        "code": 422,
        "msg": "The model name you specified is not supported. Please verify your input and use one "
        "of the supported models provided by KIE.",
        "data": None,
    }


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_a_field_that_lacks_is_named_with_500(prompt: object) -> None:
    lacking = {"code": 500, "msg": "prompt is required", "data": None}
    assert refused_input(prompt=prompt) == lacking
    assert refused({"model": "veo-3-1"})["msg"] == "input is required"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"model": "fast"}, "model"),
        ({"generation_type": "IMAGE_2_VIDEO"}, "generation_type"),
        ({"aspect_ratio": "1:1"}, "aspect_ratio"),
        ({"aspect_ratio": 5}, "aspect_ratio"),
        ({"resolution": "8k"}, "resolution"),
        ({"duration": 5}, "duration"),
        ({"duration": "8"}, "duration"),
        ({"duration": True}, "duration"),
        ({"image_urls": [IMAGE] * 4}, "image_urls"),
        ({"image_urls": [IMAGE] * 3, "generation_type": FRAMES}, "image_urls"),
        ({"image_urls": [IMAGE], "generation_type": REFERENCE, "model": "veo3"}, "model"),
        ({"image_urls": [IMAGE], "generation_type": REFERENCE, "duration": 6}, "duration"),
    ],
)
def test_a_value_outside_its_list_is_named_with_500(given: dict[str, Any], named: str) -> None:
    msg = f"{named} is not within the range of allowed options"
    assert refused_input(**given) == {"code": 500, "msg": msg, "data": None}


@pytest.mark.parametrize("kind", [FRAMES, REFERENCE])
def test_a_kind_that_lives_on_images_needs_one(kind: str) -> None:
    assert refused_input(generation_type=kind)["msg"] == "image_urls is required"
    assert taken(generation_type=kind, image_urls=[IMAGE]).images == (IMAGE,)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"prompt": 5}, "prompt"),
        ({"image_urls": IMAGE}, "image_urls"),
        ({"image_urls": ["1.png"]}, "image_urls[]"),
        ({"enable_fallback": 1}, "enable_fallback"),
        ({"enable_translation": "true"}, "enable_translation"),
        ({"watermark": {}}, "watermark"),
    ],
)
def test_a_value_of_the_wrong_type_is_422_and_by_dialect_in_our_words(
    given: dict[str, Any], named: str
) -> None:
    body = {"model": "veo-3-1", "input": {"prompt": "a cat"} | given}
    plain = refused(body)
    assert plain["code"] == 422
    assert plain["msg"].startswith("Validation Error - ")
    ours = refused(body, validation_text="named")
    assert ours["code"] == 422
    assert ours["msg"].startswith(f"input.{named}: got ")


def test_input_is_an_object_and_the_callback_url_a_url() -> None:
    no_object = {"model": "veo-3-1", "input": "a cat"}
    ours = refused(no_object, validation_text="named")["msg"]
    assert ours.startswith("input: got 'a cat'")
    body = {"model": "veo-3-1", "input": {"prompt": "a cat"}, "callBackUrl": "here"}
    assert refused(body, validation_text="named")["msg"].startswith("callBackUrl: got 'here'")


def test_a_field_that_is_null_was_not_sent_and_an_unknown_one_is_kept() -> None:
    assert taken(duration=None, audio=True).params == {
        "prompt": "a cat",
        "audio": True,
        "model": "veo3_fast",
    }


def test_keys_come_in_the_order_of_a_java_hash_map() -> None:
    """The recorded `paramJson` of the older API, and the `param` of a recorded job."""
    names = "duration enableTranslation generationType aspectRatio model enableFallback resolution prompt"
    fields = dict.fromkeys(
        ("prompt", "model", "generationType", "aspectRatio", "duration", "resolution")
    )
    given = {name: None for name in (*fields, "enableTranslation", "enableFallback")}
    ordered = in_hash_map_order({"aspectRatio": None, "resolution": None} | given)
    assert " ".join(ordered) == names
    job = in_hash_map_order(dict.fromkeys(("prompt", "resolution", "duration", "aspect_ratio")))
    assert " ".join(job) == "duration aspect_ratio prompt resolution"


def test_a_map_of_more_than_twelve_keys_has_more_buckets() -> None:
    thirteen = dict.fromkeys("abcdefghijklm")
    assert list(in_hash_map_order({"q": None, "a": None})) == ["q", "a"], "one of 16 holds both"
    assert next(iter(in_hash_map_order({"q": None} | thirteen))) == "a"


def test_a_sign_of_two_utf_16_units_counts_as_two() -> None:
    assert list(in_hash_map_order({"index": None, "\U0001f408": None})) == ["\U0001f408", "index"]
