"""Runs campaigns as a user does, and reads what they wrote."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.cli import run_line

CLIENT = Path(__file__).with_name("client.py")


class Run:
    """One campaign: its exit code, what it printed, and its JSON."""

    def __init__(self, code: int, out: str, err: str, file: Path) -> None:
        self.code = code
        self.out = out
        self.err = err
        self.content: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}

    @property
    def verdicts(self) -> dict[str, str]:
        return {case["name"]: case["verdict"] for case in self.content["outcomes"]}

    def case(self, name: str) -> dict[str, Any]:
        return next(case for case in self.content["outcomes"] if case["name"] == name)


Campaign = Callable[..., Run]


@pytest.fixture
def campaign(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Campaign:
    """`campaign("careful", "--only", …)`: the client with these manners, in a folder of its own.

    `command` stands in for the client.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(manners: str, *options: str, command: tuple[str, ...] = ()) -> Run:
        file = tmp_path / "campaign.json"
        file.unlink(missing_ok=True)
        client = command or (sys.executable, str(CLIENT), manners, "{tmp}/video.mp4")
        words = ["campaign", "--json", str(file), "--deadline", "20s", *options, "--", *client]
        code = run_line(words)
        printed = capfd.readouterr()
        return Run(code, printed.out, printed.err, file)

    return run
