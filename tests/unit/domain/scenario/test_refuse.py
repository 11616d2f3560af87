"""The scenario that refuses a creation, at every provider and in every way it words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.domain.input.errors import BadInput, Refusal
from mockserver.domain.provider.provider import Context, Provider
from mockserver.domain.scenario.scenario import PlanRequest, Scenario
from mockserver.engine.registry import Registry
from tests.property.worlds import CREATE, OFFERS, Story, content, creation
from tests.support.engine import Engine
from tests.support.some import some

PROVIDERS = Registry[Provider]("mockserver.providers", "PROVIDER")
REFUSE = Registry[Scenario]("mockserver.scenarios", "SCENARIO").get("refuse")
KEY = "sk-refused"


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine at some moment."""
    engine = Engine(1_765_000_000_000, 1_765_000_000_000)
    yield engine
    engine.close()


def asked_for(**options: object) -> PlanRequest:
    """What the scenario is asked to plan."""
    return PlanRequest(0, "seed", 0, 0, 0, 1, 1, {}, options, ("server_error", "rate_limited"))


@pytest.mark.parametrize("name", PROVIDERS.names())
def test_a_creation_can_be_refused_in_every_way_that_a_provider_words(
    engine: Engine, name: str
) -> None:
    provider = engine.providers[name]
    offer = next(offer for offer in OFFERS if offer.provider == name)
    for kind in some(provider.refusals):
        story = Story(f"[mock:refuse kind={kind}]", "never")
        inbound = creation(offer, story, None)
        reply = engine.call(KEY, name, CREATE[name], inbound)
        snapshot = engine.run(engine.sandboxes.load(engine.sandbox_id(KEY)))
        sandbox, now_ms = snapshot.sandbox, 1_765_000_000_000
        spoken = Context(
            now_ms, sandbox.id, sandbox.seed, sandbox.clock, provider.defaults, request=inbound
        )
        (reason,) = (text.decode() for header, text in reply.headers if header == b"x-mock-reason")
        plain = provider.refuse(Refusal(kind, reason), spoken)
        assert (reply.status, content(reply)) == (plain.status, content(plain)), kind
        assert kind in reason
        assert snapshot.books.ordinal == 0, "nothing is stored"
        assert snapshot.books.ledger(name).used_micros(0) == 0, "nothing is charged"
        assert snapshot.books.hits == {}, "nothing is counted"


def test_without_a_kind_it_is_an_error_of_the_server() -> None:
    with pytest.raises(Refusal) as caught:
        REFUSE.make(asked_for())
    assert (caught.value.kind, caught.value.retry_after_ms) == ("server_error", None)


def test_it_may_tell_the_client_when_to_come_back() -> None:
    with pytest.raises(Refusal) as caught:
        REFUSE.make(asked_for(kind="rate_limited", retry_after="90s"))
    assert caught.value.retry_after_ms == 90_000


@pytest.mark.parametrize(
    ("options", "says"),
    [({"kind": "rate_limit"}, "did you mean 'rate_limited'"), ({"retry_after": "soon"}, "90s")],
)
def test_an_option_that_is_wrong_says_what_would_be_right(
    options: dict[str, str], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        REFUSE.make(asked_for(**options))
