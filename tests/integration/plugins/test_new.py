"""`reelmock new`: what it writes works, is tested by what it writes beside it, and overwrites nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.cli.new import KINDS
from mockserver.engine.plugins import Plugins
from tests.architecture.repository import ROOT
from tests.integration.cli.conftest import REELMOCK, environment
from tests.support.nested import ALONE
from tests.support.serving import settings
from tests.support.some import some

pytest_plugins = ["pytester"]
# One thing of each that makes its own test red.
BROKEN = {
    "provider": ('"unauthorized": (401, ', '"unauthorized": (200, '),
    "scenario": ('failure_named(request, "mine.code")', 'request.failures["none"]'),
    "fault": ('b"x-stamp"', 'b"x-other"'),
    "finding": ('b\'"prompt": ""\'', 'b\'"prompt": "x"\''),
}


def written(pytester: pytest.Pytester, kind: str, name: str, into: str) -> int:
    """The exit code of the command, in a process of its own: pytester takes back what is imported."""
    line = (sys.executable, "-m", "mockserver", "new", kind, name, "--into", into)
    return int(pytester.run(*line, timeout=60).ret)


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
def test_each_kind_passes_the_test_that_comes_with_it(pytester: pytest.Pytester, mode: str) -> None:
    for kind in KINDS:
        assert written(pytester, kind, f"my_{kind}", "plug-ins") == 0
    result = pytester.runpytest_subprocess(*ALONE, "-q", f"--import-mode={mode}", "plug-ins")
    result.assert_outcomes(passed=2 * len(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_its_test_is_red_where_something_is_wrong(pytester: pytest.Pytester, kind: str) -> None:
    assert written(pytester, kind, "mine", "own") == 0
    file = pytester.path / "own" / "mine.py"
    right, wrong = BROKEN[kind]
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong))
    result = pytester.runpytest_subprocess(*ALONE, "-q", "own")
    assert result.parseoutcomes()["failed"] >= 1


def test_a_server_takes_what_it_writes(tmp_path: Path) -> None:
    for kind in KINDS:
        assert run_line(["new", kind, f"my_{kind}", "--into", str(tmp_path)]) == 0
    assert sorted(Plugins((str(tmp_path),)).brought.where) == [
        "fault my_fault",
        "fault name my_fault",
        "finding my_finding",
        "provider my_provider",
        "scenario my_scenario",
    ]


def verified(name: str, folder: Path, report: Path) -> dict[str, str]:
    """What `reelmock verify` says of each check of a provider that `reelmock new` wrote."""
    server = Running(settings(speed=60.0, plugins=(str(folder),)))
    at = (
        "--base-url",
        f"{server.base_url}/{name}",
        "--plugins",
        str(folder),
        "--pace",
        "0.05",
        "--deadline",
        "5",
    )
    try:
        words = [REELMOCK, "verify", name, *at, "--budget", "1", "--report", f"json={report}"]
        subprocess.run(words, env=environment(folder), cwd=folder, timeout=60, check=False)
    finally:
        server.stop()
    results = json.loads(report.read_text())["results"]
    return {each["id"]: each["outcome"] for each in results}


def test_a_new_provider_is_verified_with_the_contracts_that_come_with_it(tmp_path: Path) -> None:
    assert run_line(["new", "provider", "aurora", "--into", str(tmp_path)]) == 0
    found = verified("aurora", tmp_path, tmp_path / "report.json")
    assert {"pass"} <= set(found.values()) <= {"pass", "skip"}, found
    assert found["lifecycle.final"] == found["content.download"] == "pass"


def test_its_contracts_see_where_the_provider_differs(tmp_path: Path) -> None:
    assert run_line(["new", "provider", "borealis", "--into", str(tmp_path)]) == 0
    file = tmp_path / "borealis.py"
    text = file.read_text()
    assert '"succeeded": "done"' in text
    file.write_text(text.replace('"succeeded": "done"', '"succeeded": "ready"'))
    found = verified("borealis", tmp_path, tmp_path / "report.json")
    assert found["poll.reply"] == "fail"


def test_its_contracts_conform_to_the_form_of_contracts(tmp_path: Path) -> None:
    assert run_line(["new", "provider", "corona", "--into", str(tmp_path)]) == 0
    folder = tmp_path / "corona_contracts"
    meta = json.loads((ROOT / "contracts/meta/lifecycle.schema.json").read_text())
    jsonschema.validate(json.loads((folder / "lifecycle.json").read_text()), meta)
    for schema in some(sorted(folder.glob("schemas/*.json"))):
        content = json.loads(schema.read_text())
        jsonschema.Draft202012Validator.check_schema(content)
        assert content["$id"].endswith(f"/corona/schemas/{schema.name}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("scenario", "fail"), "there is a scenario of that name already"),
        (("provider", "kie"), "there is a provider of that name already"),
        (("provider", "openai"), "a name that has no other meaning"),
        (("fault", "latency"), "there is a fault of that name already"),
        (("finding", "Mine"), "small letters, digits and _"),
        (("scenario", "test_mine"), "a name that has no other meaning"),
        (("check", "mine"), "'check' is not one of"),
    ],
)
def test_what_it_cannot_write_is_one_line(
    words: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line(["new", *words, "--into", str(tmp_path / "own")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("there", ["mine.py", "test_mine.py"])
def test_it_overwrites_nothing(
    there: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath(there).write_text("mine")
    assert run_line(["new", "scenario", "mine", "--into", str(tmp_path)]) == 2
    assert f"{there} is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert tmp_path.joinpath(there).read_text() == "mine"


def test_it_overwrites_no_contracts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine_contracts"
    folder.mkdir()
    assert run_line(["new", "provider", "mine", "--into", str(tmp_path)]) == 2
    assert "mine_contracts is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine_contracts"]
