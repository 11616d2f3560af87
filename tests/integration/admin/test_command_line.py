"""The commands that steer a running server, run in this process against a real one."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control
from tests.integration.admin.conftest import Submit
from tests.support.receiver import Receiver
from tests.support.serving import settings

Said = tuple[int, str, str]
Line = Callable[..., Said]


@pytest.fixture
def line(
    server: Running, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Line:
    """Runs a command line with the test's key: exit code, stdout, stderr."""
    monkeypatch.setenv("REELMOCK_URL", server.base_url)
    monkeypatch.setenv("REELMOCK_KEY", key)

    def run(*words: str) -> Said:
        code = run_line(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def as_json(line: Line) -> Callable[..., Any]:
    """Runs a command line with --json and reads what it prints."""

    def run(*words: str) -> Any:
        code, out, err = line(*words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return run


def test_a_sandbox_is_made_shown_emptied_and_dropped(as_json: Callable[..., Any]) -> None:
    made = as_json(
        "sandbox", "create", "--seed", "7", "--clock", "manual", "--start", "2030-01-01",
        "--scenario", "stall", "--balance", "kie=12.5", "--label", "cli",
    )  # fmt: skip
    assert (made["seed"], made["balances"], made["scenario"]["name"]) == (
        "7",
        {"kie": 12.5},
        "stall",
    )
    assert made["clock"]["now"] == "2030-01-01T00:00:00.000Z"
    assert as_json("sandbox", "show", made["id"])["label"] == "cli"
    assert made["id"] in [sandbox["id"] for sandbox in as_json("sandbox", "list")]
    assert as_json("sandbox", "reset", made["id"])["tasks"] == 0
    assert as_json("sandbox", "delete", made["id"]) == {"deleted": made["id"]}


def test_the_clock_is_shown_moved_and_set(as_json: Callable[..., Any], submit: Submit) -> None:
    before = as_json("clock", "show")["now_ms"]
    assert as_json("clock", "advance", "90s")["now_ms"] == before + 90_000
    task_id = submit()
    as_json("clock", "advance", "--to", "task_done", "--task", task_id)
    assert as_json("task", "show", task_id)["phase"] == "succeeded"
    assert as_json("clock", "mode", "real", "--rate", "10")["rate"] == 10
    assert as_json("clock", "rate", "1000")["rate"] == 1000


def test_a_scenario_is_listed_set_and_made_a_rule(as_json: Callable[..., Any]) -> None:
    assert "succeed" in [scenario["name"] for scenario in as_json("scenario", "list")]
    assert as_json("scenario", "set", "fail", "at=60%")["options"] == {"at": "60%"}
    as_json("scenario", "set", "stall", "--provider", "kie", "--prompt", "dog")
    as_json("scenario", "set", "slow", "--provider", "kie")
    shown = as_json("scenario", "show")
    assert [rule["scenario"]["name"] for rule in shown["rules"]] == ["slow", "stall"]
    as_json("scenario", "set", "succeed", "--clear-rules")
    assert as_json("scenario", "show") == {
        "default": {"name": "succeed", "options": {}},
        "rules": [],
    }


def test_rules_of_a_sandbox_are_cleared_and_its_jobs_are_given_another_speed(
    as_json: Callable[..., Any], submit: Submit
) -> None:
    submit()
    as_json("scenario", "set", "stall", "--provider", "kie")
    as_json("scenario", "set", "fail")
    assert as_json("scenario", "clear")["name"] == "succeed"
    assert as_json("scenario", "show")["rules"] == []
    as_json("profile", "set", "flaky")
    assert as_json("fault", "rules")
    assert as_json("profile", "clear")["name"] == "calm"
    assert as_json("fault", "rules") == []
    assert as_json("sandbox", "speed", "1000")["speed"] == 1000
    assert as_json("sandbox", "show")["speed"] == 1000


def test_wait_says_who_answers_and_gives_up_where_nobody_does(line: Line, server: Running) -> None:
    code, out, _ = line("wait", server.base_url)
    assert (code, out.startswith("Reelmock "), out.endswith(f"{server.base_url}\n")) == (
        0,
        True,
        True,
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    code, _, errors = line("wait", f"http://127.0.0.1:{port}", "--for", "1ms")
    assert code == 2
    assert "no Reelmock answered" in errors


def test_the_journal_shows_the_newest_and_is_cleared(
    as_json: Callable[..., Any], submit: Submit
) -> None:
    ids = [submit() for _ in range(3)]
    found = as_json("journal", "list", "--limit", "2", "--kind", "exchange")
    assert [entry["task_id"] for entry in found] == ids[1:]
    assert as_json("journal", "list", "--status", "404") == []
    as_json("journal", "clear")
    assert as_json("journal", "list") == []


def test_the_journal_names_a_scenario_rule_that_ran_out_of_time(
    line: Line, submit: Submit, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    control.set_scenario_rules([{"scenario": "stall", "when": {"prompt": "(a|a)+$"}}])
    submit("a" * 64 + "b")
    _, out, _ = line("journal", "list", "--kind", "exchange")
    assert "scenario stall held back" in out


def test_a_callback_is_listed_and_resent(
    as_json: Callable[..., Any], control: Control, submit_kie: Submit
) -> None:
    with closing(Receiver()) as receiver:
        task_id = submit_kie("a cat [mock:instant]", callBackUrl=receiver.url)
        control.advance("0s")
        (found,) = as_json("callback", "list", "--task", task_id)
        assert len(as_json("callback", "resend", found["id"])["attempts"]) == 2
        assert as_json("callback", "list", "--task", "other") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sandbox", "list"], "scenario"),
        (["sandbox", "show"], "succeed"),
        (["clock", "show"], "mode manual"),
        (["task", "list"], "a cat [mock:stall]"),
        (["scenario", "list"], "never ends"),
        (["scenario", "show"], "no rule matches"),
        (["journal", "list"], "/apiyi/v1/videos"),
    ],
)
def test_without_json_it_is_for_people(
    line: Line, submit: Submit, words: list[str], said: str
) -> None:
    submit("a cat [mock:stall]")
    code, out, err = line(*words)
    assert (code, err) == (0, "")
    assert said in out


def test_an_empty_list_says_so_beside_its_headings(line: Line, submit: Submit) -> None:
    submit("a cat [mock:stall]")
    code, out, err = line("callback", "list")
    assert (code, err.strip()) == (0, "nothing in the sandbox of this key")
    assert "last answer" in out


def test_a_task_is_shown_with_its_plan(line: Line, submit: Submit) -> None:
    code, out, _ = line("task", "show", submit("a dog [mock:fail at=50%]"))
    assert code == 0
    assert "a dog [mock:fail at=50%]" in out
    assert "failed" in out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["sandbox", "creat"], "'create'"),
        (["clck", "show"], "'clock'"),
        (["clock", "advanse"], "'advance'"),
        (["clock", "mode", "atuo"], "auto"),
        (["clock", "advance"], "by"),
        (["clock", "advance", "soon"], "duration"),
        (["clock", "advance", "--to", "next_evnt"], "next_event"),
        (["clock", "rate", "2"], "mode real"),
        (["task", "show", "video_x"], "no task"),
        (["sandbox", "show", "nobody"], "no sandbox"),
        (["sandbox", "create", "--balance", "kie"], "KEY=VALUE"),
        (["sandbox", "create", "--balance", "kie=much"], "number"),
        (["sandbox", "create", "--balance", "kei=1"], "'kie'"),
        (["scenario", "set", "stal"], "'stall'"),
        (["scenario", "set", "fail", "cod=x"], "'code'"),
        (["scenario", "set", "fail", "--provider", "kei"], "'kie'"),
        (["callback", "resend", "x"], "no callback"),
        (["journal", "list", "--url", "http://127.0.0.1:1"], "does not answer"),
        (["journal", "list", "--url", "nonsense"], "begins with http://"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2(line: Line, words: list[str], hint: str) -> None:
    code, out, err = line(*words)
    assert (code, out) == (2, "")
    assert hint in err
    assert err.count("\n") == 1


def test_without_a_key_the_only_sandbox_is_meant(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REELMOCK_KEY", raising=False)
    running = Running(settings(admin_token="s3cret"))
    try:
        monkeypatch.setenv("REELMOCK_URL", running.base_url)
        assert run_line(["clock", "show"]) == 2
        assert "on the command line: --token or REELMOCK_ADMIN_TOKEN" in capsys.readouterr().err
        monkeypatch.setenv("REELMOCK_ADMIN_TOKEN", "s3cret")
        assert run_line(["clock", "show"]) == 2
        assert "no sandbox yet" in capsys.readouterr().err
        assert run_line(["sandbox", "create", "--id", "one"]) == 0
        assert run_line(["sandbox", "delete"]) == 2
        assert run_line(["clock", "show"]) == 0
        assert run_line(["sandbox", "create", "--id", "two"]) == 0
        capsys.readouterr()
        assert run_line(["clock", "show"]) == 2
        assert "one, two" in capsys.readouterr().err
        assert run_line(["clock", "show", "--sandbox", "two"]) == 0
    finally:
        running.stop()
