"""Whatever is sent, decode reads it or refuses it; and it agrees with the contract on which."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import contracts
from mockserver.domain.input.errors import Refusal
from mockserver.domain.provider.provider import Inbound
from mockserver.providers.kie import PROVIDER
from tests.unit.providers.kie.calls import OPERATIONS, body_of, context, posted

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
URLS = st.sampled_from(["https://a.example/b.png", "http://a.example/x", "a.png", "ftp://x"])
CALLBACKS = st.sampled_from(["https://a.example/cb", "http://127.0.0.1:9/x", "x", 7])
# Fields are right more often than wrong, so that about half the bodies are taken.
NEAR_GENERATE = st.fixed_dictionaries(
    {"prompt": st.sampled_from(["a cat", "猫", "x", ""])},
    optional={
        "imageUrls": st.lists(URLS, max_size=4) | URLS,
        "model": st.sampled_from(["veo3", "veo3_fast", "veo3_lite", "veo2", 3]),
        "generationType": st.sampled_from(
            [
                "TEXT_2_VIDEO",
                "FIRST_AND_LAST_FRAMES_2_VIDEO",
                "REFERENCE_2_VIDEO",
                "IMAGE_2_VIDEO",
            ]
        ),
        "aspectRatio": st.sampled_from(["16:9", "9:16", "Auto", "4:3"]),
        "aspect_ratio": st.sampled_from(["16:9", "9:16", "Auto", "auto"]),
        "callBackUrl": CALLBACKS,
        "enableFallback": st.booleans() | st.just("true"),
        "enableTranslation": st.booleans() | st.just(1),
        "watermark": st.sampled_from(["K", 5]),
        "resolution": st.sampled_from(["720p", "1080p", "4k", "8k"]),
        "duration": st.sampled_from([4, 6, 8, 5, "8", 8.5, True]),
        "seeds": st.sampled_from([10_000, 99_999, 9_999, 100_000, "10000"]),
        "replyRef": JSON,
    },
)
NEAR_EXTEND = st.fixed_dictionaries(
    {"taskId": st.sampled_from(["x", "veo_task_1", 5]), "prompt": st.sampled_from(["a", ""])},
    optional={
        "model": st.sampled_from(["fast", "quality", "lite", "veo3_fast"]),
        "seeds": st.sampled_from([10_000, 99_999, 1]),
        "watermark": st.sampled_from(["K", 5]),
        "callBackUrl": CALLBACKS,
    },
)
GENERATE_FIELDS = [
    *("prompt", "imageUrls", "model", "generationType", "aspectRatio", "aspect_ratio"),
    *("callBackUrl", "duration", "enableFallback", "enableTranslation", "watermark"),
    *("resolution", "seeds"),
]
OTHER_FIELDS = ["taskId", "index", "callBackUrl", "url", "prompt"]
POSTS = sorted(name for name, operation in OPERATIONS.items() if operation.method == "POST")
READS = sorted(name for name, operation in OPERATIONS.items() if operation.method == "GET")


def refusal_of(name: str, inbound: Inbound) -> Refusal | None:
    """Reads a request; the refusal, or None when it was taken."""
    try:
        OPERATIONS[name].decode(inbound, context(inbound))
    except Refusal as refusal:
        assert refusal.reason
        body = body_of(PROVIDER.refuse(refusal, context(inbound)))
        assert contracts.validate("kie", "error", body) == []
        return refusal
    return None


@pytest.mark.parametrize("name", POSTS)
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_crashes_a_call(name: str, body: bytes) -> None:
    refusal_of(name, posted(name, body))


@given(
    st.dictionaries(
        st.sampled_from(GENERATE_FIELDS),
        JSON,
    )
)
def test_no_value_of_a_field_crashes_a_creation(fields: dict[str, Any]) -> None:
    refusal_of("generate", posted("generate", {"prompt": "a cat"} | fields))


@given(st.dictionaries(st.sampled_from(OTHER_FIELDS), JSON))
def test_no_value_of_a_field_crashes_the_other_calls(fields: dict[str, Any]) -> None:
    for name in ("extend", "get_4k", "download_url"):
        refusal_of(name, posted(name, {"taskId": "x", "prompt": "x", "url": "x"} | fields))


@given(NEAR_GENERATE)
def test_generate_takes_exactly_what_the_contract_allows(body: dict[str, Any]) -> None:
    allowed = contracts.validate("kie", "generate_request", body) == []
    assert (refusal_of("generate", posted("generate", body)) is None) == allowed


@given(NEAR_EXTEND)
def test_extend_takes_exactly_what_the_contract_allows(body: dict[str, Any]) -> None:
    allowed = contracts.validate("kie", "extend_request", body) == []
    assert (refusal_of("extend", posted("extend", body)) is None) == allowed


@pytest.mark.parametrize("name", READS)
@given(query=st.text() | st.builds("taskId={}&index={}".format, st.text(), st.text()))
def test_no_query_crashes_a_read(name: str, query: str) -> None:
    refusal_of(name, Inbound("GET", OPERATIONS[name].path, query))


@given(st.text(min_size=1), st.sampled_from(["not_found", "is_null", "not_exist"]))
def test_any_id_can_be_named_as_unknown(task_id: str, unknown_task: str) -> None:
    refusal = Refusal("not_found", "none", task_id=task_id)
    body = body_of(PROVIDER.refuse(refusal, context(unknown_task=unknown_task)))
    assert body["code"] == 422
    assert (task_id in body["msg"]) or unknown_task != "not_found"
