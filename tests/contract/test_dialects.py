"""Whatever dialect the mock is set to, it conforms, and the verifier hears which one it is."""

from __future__ import annotations

import itertools
import json

import pytest

from contracts.verifier.catalogue import find_subject
from contracts.verifier.main import Options, run
from mockserver.app import Running
from mockserver.control import Control
from mockserver.engine.registry import Registry
from tests.support.serving import settings

_numbers = itertools.count(1)
PROVIDERS = {p.name: p for p in Registry("mockserver.providers", "PROVIDER").all()}
VARIANTS = [
    (name, switch.name, value)
    for name, provider in PROVIDERS.items()
    for switch in provider.dialect
    for value in list(switch.values)[1:]
]
# Only a failed job, a stream, an upgrade or a refused key (which is of no sandbox) shows these.
NOT_SHOWN = {"failed_error", "punctuation", "pending_1080p_code", "unauthorized"}


@pytest.fixture(scope="module")
def host():
    running = Running(settings(clock="auto"))
    yield running
    running.stop()


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_the_switches_that_the_verifier_sets_are_the_mocks_own(name):
    known = {switch.name: set(switch.values) for switch in PROVIDERS[name].dialect}
    assert set(find_subject(name).mock_switches) <= set(known)


@pytest.mark.parametrize(("provider", "switch", "value"), VARIANTS)
def test_a_dialect_conforms_and_is_heard(host, provider, switch, value):
    key = f"sk-dialect-{next(_numbers)}"
    with Control(host.base_url, key=key) as control:
        control.set_dialect(provider, **{switch: value})
    written: list[str] = []
    status = run(
        Options(
            provider,
            base_url=f"{host.base_url}/{provider}",
            key=key,
            budget=400,
            pace_s=0,
            reports=(("json", None),),
            write=written.append,
        )
    )
    report = json.loads("".join(written))
    assert status == 0, [result for result in report["results"] if result["problems"]]
    subject = find_subject(provider)
    if switch in subject.mock_switches and switch not in NOT_SHOWN:
        assert report["mock_settings"]["dialect"][provider][switch] == value
