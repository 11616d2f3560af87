"""The mock conforms; and for every check there is a deviation of the mock that it notices."""

from __future__ import annotations

import itertools
import json
import socket

import pytest

from contracts.verifier.catalogue import all_checks, checks_for
from contracts.verifier.main import Options, run
from mockserver.app import Running
from tests.support.contract_plants import PLANTS, RELAYED
from tests.support.contract_tampering import Relay, Tampering
from tests.support.serving import settings
from tests.support.some import some

PROVIDERS = ("apiyi", "kie", "xcompute")
NOT_ON_A_MOCK = {"limits.retry_after"}
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def host():
    """A server whose time moves with its requests."""
    running = Running(settings(clock="auto", webhook_key="shared-key"))
    yield running
    running.stop()


def verify(host, provider, change=lambda _: None, relay=None, **given):
    """Run the verifier; return (exit status, report as JSON, all exchanges)."""
    written: list[str] = []
    complaints: list[str] = []
    transport = Tampering(change, relay.url if relay else None)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if relay:
        relay.forward_to = f"http://127.0.0.1:{port}/verify"
    options = Options(
        provider,
        base_url=f"{host.base_url}/{provider}",
        key=f"sk-verify-{next(_numbers)}",
        webhook_key="shared-key",
        listen=("127.0.0.1", port),
        reports=(("json", None),),
        pace_s=0,
        transport=transport,
        write=written.append,
        complain=complaints.append,
        **{"budget": 1e6, "deadline_s": 20, **given},
    )
    status = run(options)
    assert not complaints, complaints
    return status, json.loads("".join(written)), transport.seen


def failed(report):
    return {result["id"] for result in report["results"] if result["outcome"] == "fail"}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_mock_conforms_and_nothing_is_left_unchecked(host, provider):
    status, report, _ = verify(host, provider)
    assert failed(report) == set(), [r for r in report["results"] if r["problems"]]
    skipped = {result["id"] for result in report["results"] if result["outcome"] == "skip"}
    assert skipped <= NOT_ON_A_MOCK
    assert status == 0
    assert report["notes"] == []


def test_an_extension_names_the_tier_as_its_page_does(host):
    _, _, seen = verify(host, "kie", model="veo3_fast")
    models = [e.sent.get("model") for e in seen if e.path.endswith("/veo/extend")]
    assert "fast" in models
    assert not {"veo3_fast", "veo3"} & set(models)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_a_budget_nothing_is_created(host, provider):
    status, report, seen = verify(host, provider, budget=0)
    assert status == 0
    posts = [e for e in seen if e.method == "POST" and "sk-mock-invalid" not in e.authorization]
    assert all("prompt" not in e.sent and "messages" not in e.sent for e in some(posts))
    assert report["cost"]["at_most"] == 0
    passed = {result["id"] for result in report["results"] if result["outcome"] == "pass"}
    free = {c.id for c in checks_for(provider) if c.calls and not c.cost(1)}
    assert passed == free


def caught(host, plant_provider, change=lambda _: None, relay=None, **given):
    _, report, _ = verify(host, plant_provider, change, relay, **given)
    return failed(report)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.provider}-{plant.check}")
def test_a_planted_deviation_is_noticed_by_its_check(host, plant):
    given = {"deadline_s": 0.2} if plant.check == "lifecycle.ends" else {}
    if plant.check != "limits.creations":
        given["budget"] = 400  # too little for the 21 creations of Kie's window
    noticed = caught(host, plant.provider, plant.make(), **given)
    assert noticed == {plant.check, *plant.also}


@pytest.mark.parametrize(("provider", "check", "spoil"), RELAYED)
def test_a_spoilt_callback_is_noticed_by_its_check(host, provider, check, spoil):
    relay = Relay(spoil)
    try:
        noticed = caught(host, provider, relay=relay, only=("callback",), deadline_s=2)
    finally:
        relay.stop()
    assert noticed == {check}


def test_every_check_has_a_deviation_that_it_notices():
    planted = {plant.check for plant in PLANTS} | {check for _, check, _ in RELAYED}
    assert planted == {check.id for check in all_checks()}
