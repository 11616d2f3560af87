"""What every codec leans on: bodies, queries, and the kinds of refusal each provider words."""

import pytest

from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.provider.provider import Context, Inbound, Provider
from mockserver.domain.time.clock import start_clock
from mockserver.engine.registry import Registry

PROVIDERS = Registry[Provider]("mockserver.providers", "PROVIDER")
# The kinds that the engine and the web shell raise by themselves.
ENGINE_KINDS = {
    "unauthorized",
    "forbidden",
    "rate_limited",
    "insufficient_balance",
    "not_found",
    "malformed",
    "too_large",
    "bad_directive",
    "unknown_path",
    "method_not_allowed",
    "server_error",
}


def context(rate: float = 1.0) -> Context:
    return Context(0, "sb", "seed", start_clock("real", 0, rate=rate), {})


@pytest.mark.parametrize("name", PROVIDERS.names())
def test_every_provider_words_every_refusal_of_the_engine(name: str) -> None:
    provider = PROVIDERS.get(name)
    assert set(provider.refusals) >= ENGINE_KINDS
    for kind in provider.refusals:
        spoken = Context(0, "sb", "seed", start_clock("manual", 0), provider.defaults)
        reply = provider.refuse(Refusal(kind, "reason"), spoken)
        assert isinstance(reply.body, bytes)
        assert reply.body.startswith(b"{")


def test_a_body_is_a_json_object_whatever_its_type_says() -> None:
    headers = [(b"content-type", b"text/plain; charset=gbk")]
    body = '{"prompt":"画","a":1,"a":2}'.encode()
    assert Inbound("POST", "/", "", headers, body).json_object() == {"prompt": "画", "a": 2}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "an empty body"),
        (b"  ", "an empty body"),
        (b"[1]", "type list"),
        (b"null", "type NoneType"),
        (b"{", "no valid JSON"),
        (b'{"a":"\xff"}', "no valid JSON"),
        (b"[" * 6000 + b"]" * 6000, "nested too deeply"),
    ],
)
def test_a_body_that_is_none_says_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(Refusal, match=says) as caught:
        Inbound("POST", "/", body=body).json_object()
    assert caught.value.kind == "malformed"


def test_a_query_gives_its_first_value_or_the_default() -> None:
    inbound = Inbound("GET", "/", "a=1&a=2&empty=&%zz")
    assert (inbound.query("a"), inbound.query("empty"), inbound.query("b", "d")) == ("1", "", "d")


def test_retry_after_is_whole_seconds_and_never_nothing() -> None:
    assert context().retry_after(1) == b"1"
    assert context(rate=60).retry_after(90_000) == b"2"


def test_a_dialect_switch_is_checked_by_name_and_value() -> None:
    apiyi = PROVIDERS.get("apiyi")
    apiyi.check_dialect("content", "bytes")
    with pytest.raises(BadInput, match="did you mean 'content'"):
        apiyi.check_dialect("contents", "bytes")
    with pytest.raises(BadInput, match="negotiated, json, bytes"):
        apiyi.check_dialect("content", "xml")
