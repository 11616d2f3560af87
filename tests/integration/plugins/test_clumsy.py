"""A stranger's plug-in that raises in a call: where that is told, and that everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

import httpx
import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from mockserver.pytest_plugin.receiver import Receiver
from tests.support.patience import awaiting
from tests.support.serving import client_of, settings
from tests.support.strangers import HICCUP, SAID_PLEASE, STAMPED, lay

ORDER = {"model": "veo3_fast", "prompt": "a cat"}
TEXT = files("mockserver.cli.plugin_templates").joinpath("provider.txt").read_text()
PROVIDER = Template(TEXT).substitute(name="own", title="Own")
CLUMSY = {
    "hiccup": HICCUP.replace("    return failure(", "    1 / 0\n    return failure("),
    "stamped": STAMPED.replace("    return with_headers(", "    1 / 0\n    return with_headers("),
    "said_please": SAID_PLEASE.replace("    for entry in", "    1 / 0\n    for entry in"),
}


@pytest.fixture(scope="module")
def clumsy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = lay(tmp_path_factory.mktemp("clumsy"), **CLUMSY)
    running = Running(settings(clock="manual", plugins=(str(folder),)))
    yield running
    running.stop()


@pytest.fixture
def control(clumsy: Running, key: str) -> Iterator[Control]:
    with Control(clumsy.base_url, None, key) as control:
        yield control


@pytest.fixture
def client(clumsy: Running, key: str) -> Iterator[httpx.Client]:
    with client_of(clumsy, key) as client:
        yield client


def raised(text: str, name: str) -> bool:
    """Whether a text tells what the plug-in raised, and where."""
    return f"{name}.py: it raised ZeroDivisionError: division by zero (line " in text


def test_a_scenario_that_raises_is_a_refusal(client: httpx.Client, control: Control) -> None:
    with pytest.raises(ControlError) as refused:
        control.set_scenario("hiccup")
    assert raised(str(refused.value), "hiccup")
    reply = client.post("/kie/api/v1/veo/generate", json={**ORDER, "prompt": "[mock:hiccup]"})
    assert reply.json()["code"] == 422
    assert raised(reply.headers["x-mock-reason"], "hiccup")
    assert control.tasks() == []


def test_a_fault_that_raises_is_not_applied_and_says_why(
    client: httpx.Client, control: Control
) -> None:
    rule = control.add_fault({"fault": "stamped"})
    reply = client.post("/kie/api/v1/veo/generate", json=ORDER)
    assert reply.json()["code"] == 200
    (told,) = [one for one in control.faults() if one["id"] == rule["id"]]
    assert (told["matched"], told["applied"]) == (1, 0)
    ((why, times),) = told["held_back"].items()
    assert raised(why, "stamped")
    assert times == 1


def test_a_finding_that_raises_is_not_judged_and_the_others_are(
    client: httpx.Client, control: Control
) -> None:
    client.post("/kie/api/v1/veo/generate", json={**ORDER, "colour": "red"})
    seen = control.findings(over=True)
    assert raised(seen.not_judged["said_please"], "said_please")
    assert "sent_ignored_parameter" in [one.name for one in seen.found]


PARTS = {
    "decode": ('"""`POST /v1/jobs`: {"prompt": …, "model": …}."""', "create"),
    "encode": ('"""The reply to a creation."""', "create"),
    "ids": ('"""An id as the provider writes them."""', "create"),
    "refuse": ('"""Every refusal, in the provider\'s own envelope."""', "lost"),
    "read": (
        '"""The reply to a query. A word that no document lists stands for itself."""',
        "read",
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_provider_that_raises_answers_500_with_the_reason(part: str, tmp_path: Path) -> None:
    before, call = PARTS[part]
    assert before in PROVIDER
    text = PROVIDER.replace(before, f"{before}\n    1 / 0")
    running = Running(settings(clock="manual", plugins=(str(lay(tmp_path, own=text)),)))
    try:
        with client_of(running, "sk-own") as client:
            created = client.post("/own/v1/jobs", json={"prompt": "a cat"})
            reply = {
                "create": lambda: created,
                "read": lambda: client.get(f"/own/v1/jobs/{created.json()['id']}"),
                "lost": lambda: client.get("/own/no/such/path"),
            }[call]()
            assert reply.status_code == 500
            assert raised(reply.headers["x-mock-reason"], "own")
            wording = "the plug-in cannot refuse" if part == "refuse" else "Something went wrong."
            assert reply.json() == {"error": wording}
    finally:
        running.stop()


def test_a_callback_that_raises_says_so_to_its_receiver(
    tmp_path: Path, reelmock_receiver: Receiver
) -> None:
    text = PROVIDER.replace(
        "PROVIDER = api", "def callback(*given):\n    1 / 0\n\n\nPROVIDER = api"
    ).replace(
        "    refuse=refuse,",
        "    refuse=refuse,\n    callback=callback,\n"
        "    callback_policy=api.CallbackPolicy(5000, ()),",
    )
    text = text.replace("timing=MODELS[model].timing,", "timing=MODELS[model].timing, "
                        "callback_url=fields['notify'],")  # fmt: skip
    running = Running(settings(clock="manual", plugins=(str(lay(tmp_path, own=text)),)))
    try:
        with client_of(running, "sk-own") as client:
            order = {"prompt": "a cat", "notify": reelmock_receiver.url}
            client.post("/own/v1/jobs", json=order).raise_for_status()
        with Control(running.base_url, None, "sk-own") as control:
            control.advance("1h")
    finally:
        running.stop()
    (received,) = reelmock_receiver.received
    assert raised(received.headers["x-mock-reason"], "own")


@pytest.fixture
def unsure(tmp_path: Path) -> Iterator[Running]:
    """A server whose plug-in provider raises when a judge asks what a reply means."""
    text = PROVIDER.replace(
        "PROVIDER = api", "def meaning(status, body):\n    1 / 0\n\n\nPROVIDER = api"
    ).replace("        api.http_status,\n", "        meaning,\n")
    assert "        meaning,\n" in text
    running = Running(settings(clock="manual", plugins=(str(lay(tmp_path, own=text)),)))
    yield running
    running.stop()


def test_a_provider_that_cannot_be_asked_leaves_findings_unjudged_with_the_reason(
    unsure: Running,
) -> None:
    with client_of(unsure, "sk-own") as client:
        for _ in range(2):
            client.post("/own/v1/jobs", json={"prompt": "a cat", "colour": "red"})
    with Control(unsure.base_url, None, "sk-own") as control:
        seen = control.findings(over=True)
    assert raised(seen.not_judged["submitted_twice"], "own")
    assert "sent_ignored_parameter" in [one.name for one in seen.found]


def test_a_provider_that_cannot_be_asked_is_followed_by_the_http_status(unsure: Running) -> None:
    with (
        Control(unsure.base_url, None, "sk-own") as control,
        control.listen("current", kind="exchange", limit=1) as stream,
        client_of(unsure, "sk-own") as client,
    ):
        client.post("/own/v1/jobs", json={"prompt": "a cat"}).raise_for_status()
        with awaiting("the call"):
            (call,) = stream
    assert call.code == 200
