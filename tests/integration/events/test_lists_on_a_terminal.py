"""What the commands list, on terminals of 80 and 160 columns and in a pipe."""

from __future__ import annotations

import subprocess
from itertools import pairwise

import httpx
import pytest
from rich.cells import cell_len

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control
from tests.integration.cli.conftest import REELMOCK
from tests.integration.events.conftest import polled, submitted
from tests.integration.events.terminal import environment, on_a_terminal, plain
from tests.support.patience import PATIENCE_S

PROMPT = "a \x1b[31mcat\non a line that is " + "very " * 30 + "long"
LISTS = [
    "journal list",
    "task list",
    "callback list",
    "sandbox list",
    "fault rules",
    "fault list",
    "scenario list",
    "findings",
    "provider list",
    "profile list",
]
OF_NO_SANDBOX = ("fault list", "provider list", "profile list")


def filled(client: httpx.Client, control: Control) -> list[str]:
    """Some of everything; gives the ids of the jobs."""
    control.add_fault({"fault": "http_error", "when": {"operation": "record_info"}, "times": 1})
    body = {"model": "veo3_fast", "prompt": PROMPT, "callBackUrl": "http://127.0.0.1:9/" + "x" * 60}
    made = client.post("/kie/api/v1/veo/generate", json=body).json()["data"]["taskId"]
    ids = [made, submitted(client)]
    client.get("/kie/api/v1/veo/record-info", params={"taskId": ids[0]})
    client.post("/kie/api/v1/veo/generate", json={**body, "model": "veo3_fasst"})
    control.advance("1m")
    polled(client, ids[1])
    return ids


@pytest.mark.parametrize("columns", [80, 160])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_fits_its_terminal(
    server: Running, client: httpx.Client, control: Control, key: str, name: str, columns: int
) -> None:
    filled(client, control)
    command = [REELMOCK, *name.split()]
    lines = plain(on_a_terminal(command, columns, environment(server, key)))
    assert lines
    assert max(map(cell_len, lines)) <= columns


def test_a_narrow_list_has_short_ids_and_a_wide_one_whole_ids(
    server: Running, client: httpx.Client, control: Control, key: str
) -> None:
    ids = filled(client, control)
    command, own = [REELMOCK, "task", "list"], environment(server, key)
    narrow = plain(on_a_terminal(command, 80, own))
    assert [line.split()[0] for line in narrow] == ["id", *(one[:8] for one in ids)]
    wide = plain(on_a_terminal(command, 160, own))
    assert [line.split()[0] for line in wide] == ["id", *ids]


def test_columns_says_another_width_than_the_terminal_has(
    server: Running, client: httpx.Client, control: Control, key: str
) -> None:
    ids = filled(client, control)
    own = environment(server, key, COLUMNS="160")
    lines = plain(on_a_terminal([REELMOCK, "task", "list"], 80, own))
    assert lines[1].startswith(ids[0])


def test_control_characters_of_a_prompt_are_shown_and_steer_nothing(
    server: Running, client: httpx.Client, control: Control, key: str
) -> None:
    filled(client, control)
    told = on_a_terminal([REELMOCK, "task", "list"], 160, environment(server, key))
    assert "a \\x1b[31mcat\\non a line" in told
    assert "\x1b[31m" not in told


@pytest.mark.parametrize("name", [name for name in LISTS if name != "findings"])
def test_a_pipe_gets_one_line_for_each_row(
    server: Running, client: httpx.Client, control: Control, key: str, name: str
) -> None:
    filled(client, control)
    own = environment(server, key, COLUMNS="40")
    command = [REELMOCK, *name.split()]

    def told(*options: str) -> bytes:
        return subprocess.run(
            [*command, *options], capture_output=True, env=own, timeout=PATIENCE_S, check=True
        ).stdout

    rows = len(httpx.Response(200, content=told("--json")).json())
    assert rows >= 1
    assert len(told().splitlines()) == rows + 1


def test_a_beginning_takes_the_place_of_a_whole_id(
    server: Running,
    client: httpx.Client,
    control: Control,
    key: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = filled(client, control)
    url = ["--url", server.base_url]
    sandbox = control.sandbox().id[:9]
    at = [*url, "--key", key]
    assert run_line(["task", "show", first[:8], *url, "--sandbox", sandbox]) == 0
    assert first in capsys.readouterr().out
    assert run_line(["journal", "list", "--task", second[:8], *at]) == 0
    assert {line.split()[4] for line in capsys.readouterr().out.splitlines()[1:]} == {second}
    assert run_line(["callback", "list", "--task", first[:8], *at, "--json"]) == 0
    assert first in capsys.readouterr().out
    watched = ["watch", "--task", first[:8], "--after", "0", "--limit", "1", "--json"]
    assert run_line([*watched, *url]) == 0
    assert first in capsys.readouterr().out
    assert run_line(["clock", "advance", "--to", "task_done", "--task", first[:8], *at]) == 0
    assert run_line(["callback", "resend", first[:8], *at]) == 0
    assert run_line(["sandbox", "show", sandbox, *url]) == 0


def test_a_beginning_of_several_ids_is_one_line_that_names_them(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = sorted(submitted(client) for _ in range(17))  # two of 17 hex digits are the same
    begins = next(a[0] for a, b in pairwise(ids) if a[0] == b[0])
    assert run_line(["task", "show", begins, "--url", server.base_url, "--key", key]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    meant = [one for one in ids if one.startswith(begins)]
    assert f"task '{begins}' may be {', '.join(meant)}" in told


def test_a_beginning_of_no_id_is_refused_as_before(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submitted(client)
    at = ["--url", server.base_url, "--key", key]
    assert run_line(["task", "show", "nowhere", *at]) == 2
    assert "there is no task 'nowhere'" in capsys.readouterr().err
    assert run_line(["task", "list", "--sandbox", "nowhere", *at]) == 2
    assert "there is no sandbox 'nowhere'" in capsys.readouterr().err
