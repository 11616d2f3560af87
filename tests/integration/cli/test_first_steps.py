"""The page of first steps, done as it says: each command runs, and shows what the page promises."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.some import some

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Any]
PAGE = Path(__file__).parents[3] / "docs" / "guides" / "first-steps.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
STARTS_A_SERVER = ("pip install", "reelmock serve", "reelmock run")
SHOWN = "http://127.0.0.1:8080"


def _words(block: str) -> list[list[str]]:
    """The words of the commands of a block; a curl is one call of its own."""
    lines = block.replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.startswith("reelmock ")]


def _submit(block: str, url: str) -> dict[str, Any]:
    """What the curl of the page would send."""
    (path, body) = re.findall(r"curl -s (\S+).*?-d '(.*?)'", block, re.DOTALL)[0]
    headers = {"authorization": "Bearer sk-me"}
    target = path.replace(SHOWN, url)
    reply = httpx.post(target, json=json.loads(body), headers=headers, trust_env=False)
    return dict(reply.json())


@pytest.fixture
def url(serve: Serve) -> str:
    return str(serve("--speed", "1").address["base_url"])


@pytest.fixture
def ran(url: str, cli: Run) -> dict[str, list[str]]:
    """The output of each command of the page, in the order of the page."""
    told: dict[str, list[str]] = {}
    where = ("--url", url, "--key", "sk-me")  # the page sets them in the environment
    for block in some(b for b in BLOCKS if not b.startswith(STARTS_A_SERVER)):
        if "curl" in block:
            assert _submit(block, url)["code"] == 200
            continue
        for words in some(_words(block)):
            own = [word.replace(SHOWN, url) for word in words[1:]]
            if own[0] == "make":
                cli("clock", "mode", "auto", *where)
                done = cli(*own, "--every", "0.05")
            else:
                done = cli(*own, *where)
            assert done.returncode == 0, (words, done.stderr)
            told.setdefault(" ".join(words[:3]), []).append(done.stdout)
    return told


def test_the_first_steps_lead_where_the_page_says(
    ran: dict[str, list[str]], tmp_path: Path
) -> None:
    before, after = ran["reelmock task list"]
    assert "succeeded" not in before
    assert "succeeded" in after
    assert "/api/v1/veo/generate" in ran["reelmock journal list"][0]
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"
    assert "never fetched the result" in ran["reelmock findings --over"][0]
