"""What the pages show of requests is sent to a server, which takes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from mockserver.domain.fault.fault import Fault
from mockserver.engine.catalogue import Catalogue
from mockserver.engine.registry import Registry
from mockserver.settings import load_ignored
from tests.support.pages import ROOT, every, shown
from tests.support.some import some

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

CATALOGUE = Catalogue(Registry[Fault]("mockserver.faults", "FAULT"))
REFERENCE = (ROOT / "docs/reference/control-api.md").read_text("utf-8").splitlines()


def calls() -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of each example of the control API's page."""
    for block in every("docs/reference/control-api.md", "json"):
        above = [line for line in REFERENCE[: block.line] if line.startswith("### ")]
        _, method, path = above[-1].split()
        yield method, path, json.loads(block.text)


@pytest.mark.parametrize(("method", "path", "body"), [*calls()])
def test_the_control_api_takes_the_body_that_its_page_shows(
    client: httpx.Client, method: str, path: str, body: dict[str, Any]
) -> None:
    order = {"model": "veo3_fast", "prompt": "a cat", "callBackUrl": "http://127.0.0.1:9/"}
    client.post("/kie/api/v1/veo/generate", json=order).raise_for_status()
    reply = client.request(method, f"/_mock/v1{path.replace('{sandbox}', 'current')}", json=body)
    assert reply.status_code < 300, reply.text


def test_the_example_of_each_fault_is_the_one_that_is_tried() -> None:
    blocks = every("docs/reference/faults.md", "yaml")
    shown_rules = [yaml.safe_load(block.text) for block in blocks]
    # `integration/faults/test_named_faults.py` lets each of these strike.
    assert shown_rules == [dict(fault.example) for fault in CATALOGUE.all()]


@pytest.mark.parametrize(
    ("fault", "status"), [("rate_limit", 429), ("stream_cut", 0), ("http_error", 502)]
)
def test_a_header_of_the_page_lets_its_fault_strike(
    reelmock: Reelmock, fault: str, status: int
) -> None:
    lines = shown("docs/guides/faults.md", "X-Mock-Fault: rate_limit").splitlines()
    (line,) = [line for line in lines if fault in line]
    name, _, value = line.partition(": ")
    chat = {"model": "veo-3.1", "stream": True, "messages": [{"role": "user", "content": "a"}]}
    headers = {name: value, "authorization": f"Bearer {reelmock.api_key}"}
    with httpx.Client(base_url=reelmock.base_url("apiyi"), trust_env=False) as http:
        if fault == "stream_cut":
            with pytest.raises(httpx.RemoteProtocolError):
                http.post("/v1/chat/completions", json=chat, headers=headers)
        else:
            reply = http.post("/v1/chat/completions", json=chat, headers=headers)
            assert reply.status_code == status
    (entry,) = (entry for entry in reelmock.journal if entry.kind == "exchange")
    assert [one["fault"] for one in entry.faults if one["applied"]] == [fault]


def test_the_findings_that_the_readme_accepts_are_read(tmp_path: Path) -> None:
    file = tmp_path / "reelmock.toml"
    file.write_text(shown("README.md", "ignore = ["))
    (accepted,) = load_ignored(file)
    assert (accepted.finding, accepted.reason) == ("polled_too_fast", "ticket 7")


def test_each_page_names_the_same_accepted_finding() -> None:
    line = shown("README.md", "ignore = [").strip()
    for page in some(["docs/guides/campaigns.md", "docs/guides/pytest.md"]):
        text = re.sub(r"\s+", " ", (ROOT / page).read_text("utf-8"))
        assert f"`{line}`" in text, page
