"""A check of the verifier in a file beside the tests, and contracts that cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from tests.integration.cli.conftest import environment
from tests.support.serving import settings
from tests.support.strangers import HICCUP, install, lay

POLITE = '''
"""Whether replies are polite."""
from contracts.sdk import Call, Check

sdk = 1


def _look(session):
    answer = session.call("GET", "/api/v1/chat/credit")
    if b"please" not in answer.body:
        yield f"no please in {answer}"


CHECKS = (
    Check("manners.please", "MUST", "replies say please", "nobody", _look, ("kie",),
          (Call("GET", "/api/v1/chat/credit"),)),
)
'''


def test_a_check_in_a_folder_is_made_with_the_others(
    tmp_path: Path, server: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, report = lay(tmp_path / "own", manners=POLITE, hiccup=HICCUP), tmp_path / "all.json"
    at = ("--base-url", f"{server.base_url}/kie", "--api-key", "sk-check", "--plugins", str(folder))
    words = ["verify", "kie", *at, "--report", f"json={report}"]
    assert run_line([*words, "--only", "manners"]) == 1
    (told,) = json.loads(report.read_text())["results"]
    assert told["id"] == "manners.please"
    assert "no please in GET /api/v1/chat/credit" in told["problems"][0]
    assert run_line([*words, "--only", "auth.credit"]) == 0
    assert capsys.readouterr().err == ""


def test_a_server_passes_over_checks_that_lie_in_its_folder(tmp_path: Path) -> None:
    running = Running(settings(plugins=(str(lay(tmp_path, manners=POLITE, hiccup=HICCUP)),)))
    try:
        assert list(running.app.core.plugins.brought.where) == ["scenario hiccup"]
    finally:
        running.stop()


# Asked as Kie is, under another name.
SUBJECT = """
from dataclasses import replace
from contracts.verifier.catalogue import find_subject
sdk = 1
SUBJECT = replace(find_subject("kie"), name="moon")
"""
MOON = ("--base-url", "http://127.0.0.1:9", "--api-key", "sk-moon")
WRONG = {
    "it raises": (POLITE + "\n1 / 0", "it does not load: ZeroDivisionError"),
    "another version": (POLITE.replace("sdk = 1", "sdk = 2"), "expected sdk = 1"),
    "an id of ours": (POLITE.replace("manners.please", "auth.credit"), "a check auth.credit"),
    "no check": (POLITE + "\nCHECKS = (1,)", "CHECKS holds a int, expected Check"),
    "no subject": (POLITE + "\nSUBJECT = 1", "SUBJECT is a int, expected a Subject"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_check_that_cannot_be_used_is_one_line(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, told = WRONG[what]
    folder = lay(tmp_path / "own", manners=text)
    name = "kei" if what == "no subject" else "kie"  # ours is found without theirs
    assert run_line(["verify", name, "--plan", "--plugins", str(folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"plug-in {folder / 'manners.py'}: " in line
    assert told in line


@pytest.mark.parametrize(
    ("group", "name", "words", "told"),
    [
        ("contracts", "moon", ("verify", "moon", *MOON), "has no schemas, openapi.yaml"),
        ("checks", "moon", ("verify", "moon", "--plan"), "neither SUBJECT nor CHECKS"),
        ("clients", "kie", ("make", "a cat", "--provider", "moon"), "a client of that name"),
        ("clients", "kie", ("make", "a cat"), "a client of that name"),
        ("clients", "moon", ("make", "a cat", "--provider", "moon"), "exports no PROVIDER"),
    ],
)
def test_what_a_package_brings_and_nobody_can_use_is_one_line(
    group: str, name: str, words: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    lay(tmp_path, moon="sdk = 1", moon_subject=SUBJECT)
    install(tmp_path, "moon_things", (group, name, "moon"))
    if group == "contracts":
        install(tmp_path, "moon_asked", ("checks", name, "moon_subject"))
    path = f"{tmp_path}:{Path(__file__).parents[3]}"
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**environment(tmp_path), "PYTHONPATH": path},
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert told in line
