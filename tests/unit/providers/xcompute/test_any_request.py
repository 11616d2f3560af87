"""Whatever is sent, decode reads it or refuses it; and it agrees with the contract on which."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.command import Submit
from mockserver.domain.provider.provider import Inbound, Part
from mockserver.providers.xcompute import PROVIDER
from tests.unit.providers.xcompute.calls import body_of, context, posted

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
URLS = st.sampled_from(
    ["https://a.example/b.png", "https://a.example/x", "https://a.example/b.gif", "a.png", ""]
)
MODELS = ["veo3.1-fast", "veo3.1-quality", "veo3.1-lite"]
# Fields are right more often than wrong, so that about half the bodies are taken.
NEAR = st.fixed_dictionaries(
    {
        "model": st.sampled_from([*MODELS, *MODELS, "veo3"]),
        "prompt": st.sampled_from(["a cat", "海豚", "x", "a cat", ""]),
    },
    optional={
        "duration": st.sampled_from([8, 4, "8"]),
        "aspect_ratio": st.sampled_from(["16:9", "9:16", "1:1"]),
        "generation_type": st.sampled_from(["frame", "reference", "first"]),
        "image_urls": st.lists(URLS, max_size=4) | URLS,
        "resolution": st.sampled_from(["720p", "1080p", "4k", "8k"]),
        "enable_gif": st.booleans() | st.just("true"),
        "official_fallback": st.booleans() | st.just(1),
        "webhook": st.sampled_from(["http://127.0.0.1:9/x", "x", 7]),
    },
)
FIELDS = ["model", "prompt", "duration", "aspect_ratio", "image_urls", "resolution", "webhook"]


def refusal_of(inbound: Inbound) -> Refusal | None:
    """Reads a creation; the refusal, or None when it was taken."""
    try:
        read = PROVIDER.operations[0].decode(inbound, context())
    except Refusal as refusal:
        assert refusal.reason
        assert (
            contracts.validate("xcompute", "error", body_of(PROVIDER.refuse(refusal, context())))
            == []
        )
        return refusal
    assert isinstance(read, Submit)
    return None


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_crashes_a_creation(body: bytes) -> None:
    refusal_of(posted(body))


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_value_of_a_field_crashes_a_creation(fields: dict[str, Any]) -> None:
    refusal_of(posted({"model": "veo3.1-fast", "prompt": "a cat"} | fields))


@given(NEAR)
def test_decode_takes_exactly_what_the_contract_allows(body: dict[str, Any]) -> None:
    # inferred, and no rule of the contract: three images of quality mean its missing reference mode
    images = body.get("image_urls", [])
    assume(not (body.get("model") == "veo3.1-quality" and len(images) == 3))
    allowed = contracts.validate("xcompute", "generation_request", body) == []
    assert (refusal_of(posted(body)) is None) == allowed


@given(st.lists(st.builds(Part, st.text(), st.binary(), st.none() | st.text(), st.text())))
def test_no_form_crashes_an_upload(parts: list[Part]) -> None:
    form = (*parts, Part("file", b"?", "a.png"))
    with pytest.raises(Refusal):
        PROVIDER.operations[2].decode(Inbound("POST", "/", form=form), context())


@given(st.text(), st.text())
def test_no_id_and_no_query_crashes_a_read(task_id: str, query: str) -> None:
    asked = Inbound("GET", "/", query, params={"task_id": task_id})
    read = PROVIDER.operations[1].decode(asked, context())
    refusal = Refusal("not_found", "none")
    assert body_of(PROVIDER.refuse(refusal, context(asked)))["error"]["code"] == 400
    assert read is not None
