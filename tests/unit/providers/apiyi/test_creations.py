"""What creations and chats may hold, and what is read from them."""

import base64
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Part
from mockserver.providers.apiyi.images import MAX_IMAGE_BYTES
from mockserver.providers.apiyi.models import MODELS
from tests.unit.providers.apiyi.calls import PNG, chatted, decoded, form, posted

WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "
URL = "https://a.example/1.png"


def image_part(url: object) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def with_images(*urls: object, model: str = "veo-3.1-fl", **dialect: str) -> Any:
    parts = [{"type": "text", "text": "a pig"}, *map(image_part, urls)]
    return chatted(dialect, model=model, messages=[{"role": "user", "content": parts}])


def refused(**fields: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        chatted(**fields)
    return caught.value


def data_uri(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("model", [m.name for m in MODELS if not m.takes_images])
def test_a_name_tells_orientation_and_price(model: str) -> None:
    command = decoded("create", posted({"model": model, "prompt": "画小猫"}))
    assert (command.orientation == "landscape") == ("landscape" in model)
    assert command.price_micros == (150_000 if "fast" in model else 250_000)
    assert command.images == ()


def test_there_are_eight_models() -> None:
    assert len(MODELS) == 8


def test_a_form_is_read_as_texts_and_its_extras_are_ignored() -> None:
    inbound = form(model="veo-3.1", prompt="画小猫", seconds="15", **{"metadata[a]": "b"})
    assert decoded("create", inbound).prompt == "画小猫"


def test_a_file_of_another_name_is_no_frame() -> None:
    inbound = form(PNG, model="veo-3.1-fl", prompt="x")
    other = Part("mask", WEBP, "mask.webp", "image/webp")
    assert inbound.form is not None
    both = replace(inbound, form=(*inbound.form, other))
    assert len(decoded("create", both).images) == 1


def test_a_form_holds_the_first_frame_and_the_last() -> None:
    frames = decoded("create", form(PNG, WEBP, model="veo-3.1-fl", prompt="x")).images
    assert len(frames) == 2
    assert frames[0] != frames[1]
    assert frames[0].endswith(f":{len(PNG)}")


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ([b"GIF89a" + bytes(20)], "image_unreadable"),
        ([b"BM" + bytes(20)], "image_unreadable"),
        ([b"RIFF\x00\x00\x00\x00WAVEfmt "], "image_unreadable"),
        ([b""], "image_unreadable"),
        ([PNG + bytes(MAX_IMAGE_BYTES)], "image_too_large"),
        ([PNG, PNG, PNG], "invalid_field"),
        ([], "invalid_prompt"),
    ],
)
def test_frames_that_do_not_fit_are_refused(files: list[bytes], kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        decoded("create", form(*files, model="veo-3.1-fl", prompt="x"))
    assert caught.value.kind == kind


def test_an_image_of_exactly_10_mb_is_taken() -> None:
    data = PNG + bytes(MAX_IMAGE_BYTES - len(PNG))
    assert decoded("create", form(data, model="veo-3.1-fl", prompt="x")).images


def test_a_model_without_frames_takes_no_image() -> None:
    with pytest.raises(Refusal) as caught:
        decoded("create", form(PNG, model="veo-3.1", prompt="x"))
    assert caught.value.kind == "image_unwanted"
    with pytest.raises(Refusal):
        with_images(URL, model="veo-3.1")


@pytest.mark.parametrize("body", [{"prompt": "x"}, {"model": 5, "prompt": "x"}])
def test_a_model_that_is_missing_or_no_text_is_unknown(body: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as caught:
        decoded("create", posted(body))
    assert caught.value.kind == "invalid_model"


def test_an_unknown_model_is_named_but_not_at_any_length() -> None:
    with pytest.raises(Refusal) as caught:
        decoded("create", posted({"model": "veo-31", "prompt": "x"}))
    assert caught.value.message == "The model 'veo-31' does not exist"
    with pytest.raises(Refusal) as caught:
        decoded("create", posted({"model": "v" * 10_000, "prompt": "x"}))
    assert len(caught.value.message or "") < 200


@pytest.mark.parametrize("prompt", [None, "", " \n", 5, ["x"]])
def test_a_prompt_that_is_no_text_is_refused(prompt: object) -> None:
    with pytest.raises(Refusal) as caught:
        decoded("create", posted({"model": "veo-3.1", "prompt": prompt}))
    assert caught.value.kind == "invalid_prompt"


def test_a_chat_is_read_from_a_text_or_from_parts() -> None:
    parts = [{"type": "text", "text": "a pig"}]
    for content in ("a pig", parts):
        assert chatted(messages=[{"role": "user", "content": content}]).prompt == "a pig"


def test_the_last_user_message_is_the_prompt() -> None:
    messages = [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": None},
        {"role": "user", "content": "two"},
    ]
    assert chatted(messages=messages).prompt == "two"


@pytest.mark.parametrize("videos", [1, 2, 3, 4])
def test_each_of_n_videos_is_charged(videos: int) -> None:
    command = chatted(n=videos)
    assert (command.videos, command.price_micros) == (videos, 250_000 * videos)


@pytest.mark.parametrize("videos", [0, 5, -1, "2", 1.0, True, [1]])
def test_an_n_that_is_not_1_to_4_is_named(videos: object) -> None:
    refusal = refused(n=videos)
    assert (refusal.kind, refusal.reason[:3]) == ("invalid_field", "n: ")


@pytest.mark.parametrize(
    ("stream", "reply_as"), [(True, "stream"), (False, "wait"), (None, "wait")]
)
def test_a_chat_streams_only_when_asked_to(stream: object, reply_as: str) -> None:
    assert chatted(stream=stream).reply_as == reply_as
    assert chatted().reply_as == "wait"


def test_a_stream_that_is_no_boolean_is_named() -> None:
    assert refused(stream="true").reason.startswith("stream: ")


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        "hello",
        ["hello"],
        [{"role": "assistant", "content": "x"}],
        [{"role": "user"}],
        [{"role": "user", "content": 5}],
        [{"role": "user", "content": [5]}],
        [{"role": "user", "content": [{"type": "text"}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": URL}]}],
        [{"role": "user", "content": [{"type": "video_url"}]}],
    ],
)
def test_messages_of_another_form_are_refused(messages: object) -> None:
    assert refused(messages=messages).kind == "invalid_messages"


def test_a_message_without_a_text_has_no_prompt() -> None:
    assert refused(messages=[{"role": "user", "content": ""}]).kind == "invalid_prompt"


@pytest.mark.parametrize(
    "url",
    [URL, data_uri(PNG), data_uri(WEBP, "image/webp"), "开始帧图片URL或base64", "iVBORw0KGgo="],
)
def test_a_frame_is_a_url_base64_or_what_the_sample_says(url: str) -> None:
    assert len(with_images(url).images) == 1


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (data_uri(b"GIF89a" + bytes(9), "image/gif"), "image_unreadable"),
        ("data:image/png;base64,???", "image_unreadable"),
        ("data:image/png,abc", "image_unreadable"),
        ("data:", "image_unreadable"),
        (data_uri(PNG + bytes(MAX_IMAGE_BYTES)), "image_too_large"),
        ("", "invalid_messages"),
        (5, "invalid_messages"),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused(url: object, kind: str) -> None:
    with pytest.raises(Refusal) as caught:
        with_images(url)
    assert caught.value.kind == kind


def test_base64_may_be_wrapped() -> None:
    assert with_images("data:image/png;base64,\n" + base64.encodebytes(PNG).decode()).images


def test_urls_of_frames_are_a_dialect() -> None:
    with pytest.raises(Refusal) as caught:
        with_images(URL, chat_images="base64")
    assert caught.value.kind == "image_fetch"
    assert with_images(data_uri(PNG), chat_images="base64").images


def test_a_frame_model_without_a_frame_is_refused_with_a_documented_code() -> None:
    body = {"model": "veo-3.1-fl", "prompt": "x"}
    with pytest.raises(Refusal, match="first frame") as created:
        decoded("create", posted(body))
    assert created.value.kind == "invalid_prompt"
    assert refused(model="veo-3.1-fl").kind == "invalid_prompt"


def test_a_prompt_has_any_length_unless_the_dialect_bounds_it() -> None:
    body = {"model": "veo-3.1", "prompt": "a" * 20_000}
    assert len(decoded("create", posted(body)).prompt) == 20_000
    within = decoded("create", posted(body | {"prompt": "画" * 999}), prompt_limit="999")
    assert len(within.prompt) == 999
    with pytest.raises(Refusal) as caught:
        decoded("create", posted(body | {"prompt": "画" * 1000}), prompt_limit="999")
    assert caught.value.kind == "invalid_prompt"
    assert caught.value.reason == "prompt: got '1000 characters', expected at most 999"


def test_the_other_name_of_a_model_is_for_chats_alone() -> None:
    assert chatted(model="veo_3_1").model == "veo-3.1"
    with pytest.raises(Refusal):
        chatted({"chat_alias": "off"}, model="veo_3_1")
    with pytest.raises(Refusal):
        decoded("create", posted({"model": "veo_3_1", "prompt": "x"}))
