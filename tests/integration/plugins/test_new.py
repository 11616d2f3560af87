"""`reelmock new`: what it writes works, is tested by what it writes beside it, and overwrites nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mockserver.cli import run_line
from mockserver.cli.new import KINDS
from mockserver.engine.plugins import Plugins
from tests.support.nested import ALONE

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
