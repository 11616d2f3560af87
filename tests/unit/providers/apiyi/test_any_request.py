"""Whatever is sent, decode reads it or refuses it; and it agrees with the contract on which."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Inbound, Part
from mockserver.providers.apiyi import PROVIDER
from mockserver.providers.apiyi.models import BY_NAME
from tests.unit.providers.apiyi.calls import OPERATIONS, PNG, body_of, context, posted

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
MODELS = st.sampled_from([*BY_NAME, "veo_3_1", "veo-31"])
PROMPTS = st.sampled_from(["a cat", "画小猫", "x", ""])
CREATE = st.fixed_dictionaries(
    {"model": MODELS, "prompt": PROMPTS},
    optional={"seconds": st.sampled_from(["15", 8]), "metadata[a]": st.just("b"), "x": JSON},
)
TEXT_PART = st.fixed_dictionaries({"type": st.just("text"), "text": PROMPTS | JSON})
IMAGE_PART = st.fixed_dictionaries(
    {
        "type": st.just("image_url"),
        "image_url": st.fixed_dictionaries({"url": st.text()}) | JSON,
    }
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "system", "assistant"]),
            "content": PROMPTS | st.lists(TEXT_PART | IMAGE_PART | JSON, max_size=3),
        }
    )
    | JSON,
    max_size=3,
)


def refusal_of(name: str, inbound: Inbound) -> Refusal | None:
    """Reads a request; the refusal, or None when it was taken."""
    try:
        OPERATIONS[name].decode(inbound, context(inbound))
    except Refusal as refusal:
        assert refusal.reason
        body = body_of(PROVIDER.refuse(refusal, context(inbound)))
        assert contracts.validate("apiyi", "error", body) == []
        return refusal
    return None


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_crashes_a_call(body: bytes) -> None:
    refusal_of("create", posted(body))
    refusal_of("chat", posted(body))


@given(
    st.dictionaries(st.sampled_from(["model", "prompt", "messages", "stream", "n", "size"]), JSON)
)
def test_no_value_of_a_field_crashes_a_call(fields: dict[str, Any]) -> None:
    refusal_of("create", posted({"model": "veo-3.1", "prompt": "a cat"} | fields))
    messages = [{"role": "user", "content": "a cat"}]
    refusal_of("chat", posted({"model": "veo-3.1", "messages": messages} | fields))


@given(MESSAGES, st.sampled_from(["veo-3.1", "veo-3.1-fl"]))
def test_no_message_crashes_a_chat(messages: list[Any], model: str) -> None:
    refusal_of("chat", posted({"model": model, "messages": messages}))


@given(CREATE)
def test_create_takes_exactly_what_the_contract_allows(body: dict[str, Any]) -> None:
    # A frame model without a picture is refused as a form is; JSON has no field for pictures.
    wanted = str(body["model"]).endswith("-fl")
    allowed = contracts.validate("apiyi", "create_request", body) == [] and not wanted
    assert (refusal_of("create", posted(body)) is None) == allowed


@given(st.lists(st.builds(Part, st.text(), st.binary(), st.none() | st.text(), st.text())))
def test_no_form_crashes_a_creation(parts: list[Part]) -> None:
    refusal_of("create", Inbound("POST", "/v1/videos", form=tuple(parts)))


@given(MODELS, PROMPTS, st.integers(0, 3))
def test_a_form_is_taken_exactly_where_the_contract_allows_it(
    model: str, prompt: str, count: int
) -> None:
    files = [{"content_type": "image/png", "size_bytes": len(PNG)}] * count
    body = {"model": model, "prompt": prompt, "input_reference": files}
    parts = [Part("model", model.encode()), Part("prompt", prompt.encode())]
    parts += [Part("input_reference", PNG, "x.png")] * count
    allowed = contracts.validate("apiyi", "create_form", body) == []
    inbound = Inbound("POST", "/v1/videos", form=tuple(parts))
    assert (refusal_of("create", inbound) is None) == allowed
