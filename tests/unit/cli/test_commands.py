"""Commands are found by file name, loaded when they are called, and explain themselves."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import mockserver
from mockserver import __version__
from mockserver.cli import Commands, root, run_line
from mockserver.cli.terminal.build import commit_of_build, commit_of_clone
from mockserver.cli.terminal.examples import EXAMPLES
from mockserver.engine.plugins import plugins_in
from mockserver.engine.profiles import shipped_names
from tests.support.some import some

NAMES = Commands().list_commands(click.Context(root))


def test_the_commands_that_the_readme_promises_are_there() -> None:
    assert {"demo", "make", "run", "serve", "verify"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_exports_a_command_of_its_own_name(name: str) -> None:
    command = import_module(f"mockserver.cli.{name.replace('-', '_')}").COMMAND
    assert isinstance(command, click.Command)
    assert command.name == name


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line([name, "--help"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 4


def test_an_unknown_command_gets_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_line(["verfy"]) == 2
    assert "did you mean 'verify'?" in capsys.readouterr().err


# What a start does not need, it does not wait for: each of these costs tens of milliseconds.
LATE = ("rich", "httpx", "jsonschema", "trustme", "redis", "contracts", "clientlib", "hypothesis")
ANSWER = """
import socket, sys
import mockserver.cli
from mockserver.cli import serve
from mockserver.cli.terminal.address import address_of
from mockserver.app import Running
from mockserver.settings import Settings
settings = Settings(port=0)
server = Running(settings)
address_of(settings, server.base_url, server.app, None)
with socket.create_connection(("127.0.0.1", int(server.base_url.rpartition(":")[2]))) as client:
    client.sendall(b"GET /apiyi/v1/models HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: k\\r\\n\\r\\n")
    assert b"200 OK" in client.recv(9999)
server.stop()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_first_answer_waits_for_no_library_that_it_does_not_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANSWER], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "uvicorn" in loaded
    assert not loaded & {*LATE, "starlette"}


def every_command() -> dict[str, click.Command]:
    """Every command and group, by its name below `reelmock`."""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, path: str) -> None:
        found[path] = command
        if isinstance(command, click.Group):
            context = click.Context(command)
            below = {
                word: command.get_command(context, word) for word in command.list_commands(context)
            }
            for word, one in below.items():
                if one is not None:
                    walk(one, f"{path} {word}".strip())

    walk(root, "")
    return found


COMMANDS = every_command()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_text_ends_with_an_example_that_the_parser_takes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line([*name.split(), "--help"]) == 0
    *_, label, last = capsys.readouterr().out.splitlines()
    assert label.split() == ["Example:"]
    program, *words = shlex.split(last)
    assert program == "reelmock"
    called = max((one for one in COMMANDS if words[: len(one.split())] == one.split()), key=len)
    assert called.startswith(name)
    COMMANDS[called].make_context(called, words[len(called.split()) :])


def test_faults_scenarios_profiles_and_findings_of_examples_are_there() -> None:
    plugins = plugins_in(())
    known = {
        "fault add": set(plugins.faults.names()),
        "fault show": set(plugins.faults.names()),
        "scenario set": set(plugins.scenarios.names()),
        "profile set": set(shipped_names()),
        "findings explain": set(plugins.findings.names()),
    }
    asked = [
        (line.split()[3], names)
        for start, names in known.items()
        for line in EXAMPLES.values()
        if line.startswith(f"reelmock {start} ")
    ]
    assert len(asked) > len(known)
    assert {word for word, names in asked if word not in names} == set()


def test_every_example_is_one_of_a_command() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


def test_each_code_and_word_that_may_be_chosen_has_a_command_that_lists_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for provider in some(plugins_in(()).providers.all()):
        assert run_line(["provider", "show", provider.name]) == 0
        shown = capsys.readouterr().out.split()
        failures = [failure.name for failure in provider.failures.values()]
        switches = [switch.name for switch in provider.dialect]
        assert {*failures, *provider.refusals, *switches} <= set(shown)
        assert all(one.summary for one in some(provider.operations)), provider.name


@pytest.mark.parametrize(
    ("provider", "row"),
    [
        ("apiyi", r"unauthorized +401 +invalid_api_key +Invalid API key provided"),
        ("kie", r"insufficient_balance +200 +402 +Credits insufficient"),
        ("xcompute", r"not_found +400 +400 +无效的任务ID"),
    ],
)
def test_each_refusal_is_shown_with_its_status_code_and_message(
    capsys: pytest.CaptureFixture[str], provider: str, row: str
) -> None:
    assert run_line(["provider", "show", provider]) == 0
    assert re.search(rf"^{row}", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize(
    ("provider", "refusal"),
    [
        ("apiyi", ("unauthorized", 401, "invalid_api_key", "Invalid API key provided")),
        ("kie", ("insufficient_balance", 200, 402, "Credits insufficient")),
        ("xcompute", ("not_found", 400, 400, "无效的任务ID")),
    ],
)
def test_json_has_status_code_and_message_of_each_refusal_and_failure(
    capsys: pytest.CaptureFixture[str], provider: str, refusal: tuple[str, ...]
) -> None:
    assert run_line(["provider", "show", provider, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    refused = {each["name"]: each for each in shown["refusals"]}
    names = ("name", "status", "code", "message")
    found = refused[refusal[0]]
    assert tuple(found[name] for name in names[:3]) == refusal[:3]
    assert found["message"].startswith(refusal[3])
    assert all(each["code"] and each["message"] for each in some(shown["failures"]))
    assert run_line(["provider", "list", "--json"]) == 0
    assert shown in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["--guard", "node", "x y.js"], "reelmock run --guard -- node 'x y.js'"),
        (["--tls", "--guard", "python", "-c", "1"], "reelmock run --tls --guard -- python -c 1"),
    ],
)
def test_a_command_that_the_guard_took_for_its_value_is_shown_as_it_was_meant(
    capsys: pytest.CaptureFixture[str], words: list[str], meant: str
) -> None:
    assert run_line(["run", *words]) == 2
    assert f"Write -- before the command: {meant} (reelmock run --help)" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--guard=some", "x"], ["--guard", "--nope", "x"], ["--guard"]])
def test_another_mistake_of_the_guard_gets_no_such_line(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run_line(["run", *words]) == 2
    assert "Write --" not in capsys.readouterr().err


def test_each_fact_of_a_provider_is_shown_with_its_sources_strength_and_date(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_line(["provider", "show", "kie", "--facts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (generating,) = [line for line in lines if line.startswith("record_generating ")]
    assert "recorded: aspect-ratio-probe, 2026-08-06; seed 001, line 131" in generating
    assert run_line(["provider", "show", "kie", "--facts", "--json"]) == 0
    told = {fact["where"]: fact for fact in json.loads(capsys.readouterr().out)}
    assert len(told) > 100
    assert told["record_generating"]["strength"] == "seed"
    assert told["record_generating"]["confirmed"] == "2026-08-06"


def test_the_version_names_the_commit_of_a_clone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_line(["--version"]) == 0
    assert capsys.readouterr().out.startswith(f"reelmock, version {__version__}")
    assert commit_of_clone(tmp_path) == ""
    git = ("git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([*git, *words], check=True, timeout=60)
    head = [*git, "rev-parse", "HEAD"]
    asked = subprocess.run(head, capture_output=True, text=True, check=True, timeout=60)
    assert len(commit_of_clone(tmp_path)) == 12
    assert asked.stdout.startswith(commit_of_clone(tmp_path))


@pytest.mark.parametrize(
    ("written", "commit"),
    [
        ("0123456789abcdef0123456789abcdef01234567\n", "0123456789ab"),
        ("$Format:%H$\n", ""),
        (None, ""),
    ],
)
def test_the_version_of_a_build_names_the_commit_that_was_written_into_it(
    tmp_path: Path, written: str | None, commit: str
) -> None:
    (tmp_path / "mockserver").mkdir()
    if written is not None:
        (tmp_path / "mockserver" / "commit.txt").write_text(written)
    assert commit_of_build(tmp_path) == commit


def test_an_archive_that_git_makes_has_the_commit_in_it() -> None:
    root = Path(mockserver.__file__).parents[1]
    words = ["git", "-C", str(root), "check-attr", "export-subst", "mockserver/commit.txt"]
    if not (root / ".git").exists():
        pytest.skip("the tests are not run in a clone")
    asked = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert asked.stdout.endswith(": set\n")
    assert (root / "mockserver" / "commit.txt").read_text() == "$Format:%H$\n"


@pytest.mark.parametrize(
    ("words", "listing"),
    [
        (["fault", "add"], ["fault", "list"]),
        (["provider", "show"], ["provider", "list"]),
        (["record", "--out", "x"], ["provider", "list"]),
        (["calibrate", "x"], ["provider", "list"]),
        (["profile", "set"], ["profile", "list"]),
        (["findings", "explain"], ["findings", "list"]),
    ],
)
def test_a_name_that_is_missing_is_found_by_the_command_that_the_error_names(
    capsys: pytest.CaptureFixture[str], words: list[str], listing: list[str]
) -> None:
    assert run_line(words) == 2
    assert f"`reelmock {' '.join(listing)}` lists them." in capsys.readouterr().err
    assert run_line(listing) == 0
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_the_list_of_findings_has_each_with_its_severity_and_title(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_line(["findings", "list"]) == 0
    shown = capsys.readouterr().out
    assert run_line(["findings", "list", "--json"]) == 0
    named = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    for one in some(plugins_in(()).findings.all()):
        assert re.search(rf"^{one.name} +{one.severity} +", shown, re.MULTILINE)
        assert (named[one.name]["severity"], named[one.name]["title"]) == (one.severity, one.title)
