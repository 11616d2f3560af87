"""`reelmock journal show N`: one entry whole."""

from __future__ import annotations

import re

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.integration.events.conftest import submitted


def test_an_entry_is_shown_with_both_bodies_its_reason_and_a_curl_line(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted(client)
    client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "it's"})
    at = ["--url", server.base_url, "--key", key]
    assert run_line(["journal", "show", "2", *at]) == 0
    told = capsys.readouterr().out
    assert '"code": 422' in told
    assert "\n200 · 422\n" in told
    assert "reason: model: got 'veo3_fasst'" in told
    assert f"curl -X POST {server.base_url}/kie/api/v1/veo/generate" in told
    assert "-H 'authorization: Bearer '\"$REELMOCK_KEY\"" in told
    assert key not in told


def test_a_number_that_the_journal_does_not_have_is_one_line_and_exit_code_2(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted(client)
    assert run_line(["journal", "show", "9", "--url", server.base_url, "--key", key]) == 2
    assert "the journal has had 1 entry" in capsys.readouterr().err


def test_the_list_has_the_envelopes_own_code_behind_the_status(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted(client)
    client.post("/kie/api/v1/veo/generate", json={"model": "veo3_fasst", "prompt": "a cat"})
    assert run_line(["journal", "list", "--url", server.base_url, "--key", key]) == 0
    statuses = [
        re.findall(r"\b200(?: · \d+)?", row) for row in capsys.readouterr().out.splitlines()
    ]
    assert [found for found in statuses if found] == [["200"], ["200 · 422"]]
