"""`reelmock fault` explains every fault, and sets, shows and takes away rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.support.generate_docs import CATALOGUE

Say = Callable[..., Any]


@pytest.fixture
def fault(server: Running, key: str, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs `reelmock fault …  --json` against the test server; gives what it prints."""

    def say(*words: str) -> Any:
        remote = ["--url", server.base_url, "--key", key]
        assert run_line(["fault", *words, *remote, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return say


@pytest.mark.parametrize("name", CATALOGUE.names())
def test_every_fault_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["fault", "show", name]) == 0
    shown = capsys.readouterr().out
    assert f"fault: {name}" in shown
    rows = re.findall(r"^(\w+) ", shown.partition("Example")[0], re.MULTILINE)
    assert set(CATALOGUE.get(name).parameters) <= set(rows)


def test_an_unknown_fault_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["fault", "show", "hangup"]) == 2
    assert "did you mean 'hang_up'?" in capsys.readouterr().err


def test_the_list_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["fault", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found] == list(CATALOGUE.names())


def test_rules_are_added_shown_and_taken_away(fault: Say) -> None:
    words = ("http_error", "status=503", "--when", "operation=create", "--times", "2")
    added = fault("add", *words, "--when", "attempt=[1, 3]", "--id", "down")
    assert added["when"] == {"operation": "create", "attempt": [1, 3]}
    (rule,) = fault("rules")
    assert (rule["id"], rule["state"], rule["struck"]) == ("down", "active", 0)
    assert fault("remove", "down") == {"removed": "down"}
    assert fault("add", "latency", "--lasts", "2s")["lasts"] == "2s"
    assert fault("clear") == {"rules": []}
    assert fault("rules") == []
