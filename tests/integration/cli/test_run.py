"""`reelmock run`: what the command finds, and what is said of it afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from tests.integration.cli.conftest import REELMOCK, environment
from tests.support.patience import PATIENCE_S, next_line

Run = Callable[..., subprocess.CompletedProcess[str]]

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
CALL = """
import os, urllib.request
request = urllib.request.Request(
    os.environ["KIE_BASE_URL"] + "/api/v1/veo/generate",
    b'{"prompt": "a cat", "model": "veo3_fast"}',
    {"Authorization": "Bearer " + os.environ["KIE_API_KEY"], "Content-Type": "application/json"},
)
print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).status)
"""

MODELS = CALL.replace(
    """    os.environ["KIE_BASE_URL"] + "/api/v1/veo/generate",
    b'{"prompt": "a cat", "model": "veo3_fast"}',
    {"Auth""",
    """    os.environ["APIYI_BASE_URL"] + "/v1/models",
    None,
    {"Auth""",
)
# The same with a parameter that Kie does not know: a warning among the findings.
MISSPELT = CALL.replace('"a cat",', '"a cat", "callbackUrl": "http://127.0.0.1/",')
# Makes a video, saves what comes, and looks at nothing.
SAVES = """
import json, os, sys, urllib.request
base, key = os.environ["KIE_BASE_URL"], os.environ["KIE_API_KEY"]
headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
opened = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
order = b'{"prompt": "a cat [mock:instant]", "model": "veo3_fast"}'
made = opened(urllib.request.Request(base + "/api/v1/veo/generate", order, headers))
task = json.load(made)["data"]["taskId"]
path = base + "/api/v1/veo/record-info?taskId=" + task
record = json.load(opened(urllib.request.Request(path, headers=headers)))
with open("video.mp4", "wb") as file:
    file.write(opened(record["data"]["response"]["resultUrls"][0]).read())
"""
# Asks for a job whose id was never set, and takes the answer for one.
WRONG = """
import urllib.error
from tests.support.patience import next_line
request = urllib.request.Request(
    os.environ["APIYI_BASE_URL"] + "/v1/videos/undefined",
    headers={"Authorization": "Bearer " + os.environ["APIYI_API_KEY"]},
)
try:
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
except urllib.error.HTTPError:
    pass
"""


def test_the_command_finds_base_urls_and_keys(cli: Run) -> None:
    done = cli("run", "--env", "MY_URL={kie}/api", "--", sys.executable, "-c", SHOW)
    found = json.loads(done.stdout)
    base = found["REELMOCK_URL"]
    for name in ("APIYI", "KIE", "XCOMPUTE"):
        assert found[f"{name}_BASE_URL"] == f"{base}/{name.lower()}"
        assert found[f"{name}_API_KEY"] == found["OPENAI_API_KEY"]
    assert found["OPENAI_BASE_URL"] == f"{base}/apiyi/v1"
    assert found["MY_URL"] == f"{base}/kie/api"


def test_it_says_what_was_called_and_what_it_would_have_cost(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", CALL)
    assert done.stdout == "200\n"
    assert "called 1 time:" in done.stderr
    assert "60 credits ($0.3)" in done.stderr


@pytest.mark.parametrize("code", [0, 3])
def test_it_ends_with_the_commands_code(cli: Run, code: int) -> None:
    done = cli("run", "--", sys.executable, "-c", f"{CALL}\nraise SystemExit({code})")
    assert done.returncode == code
    assert "called 1 time:" in done.stderr


def test_it_ends_with_two_lines_on_how_the_client_coped(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", MISSPELT)
    coped, mend = done.stderr.splitlines()[-2:]
    assert coped.startswith("How it coped: 0 errors, 1 warning; sent_ignored_parameter: ")
    assert mend.startswith("How to correct it: ")
    assert done.returncode == 0


def test_the_worst_that_the_client_did_is_named(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", MISSPELT + WRONG)
    coped = done.stderr.splitlines()[-2]
    assert coped.startswith("How it coped: 1 error, 1 warning; ignored_envelope_code: ")


def test_a_client_that_did_nothing_wrong_is_told_so(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", MODELS)
    coped, more = done.stderr.splitlines()[-2:]
    assert coped.startswith("How it coped: 0 errors, 0 warnings")
    assert "reelmock campaign -- " in more


def test_a_client_that_fails_is_told_with_its_exit_code(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", MODELS + "\nraise SystemExit(3)")
    coped, _ = done.stderr.splitlines()[-2:]
    assert coped.startswith("How it coped: exit code 3, 0 errors, 0 warnings")
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("ends", "coped"),
    [
        ("", "How it coped: 1 error, 0 warnings; accepted_truncated_media: exit code 0, but "),
        ("sys.exit(1)", "How it coped: exit code 1, 0 errors, 0 warnings"),
    ],
)
def test_how_it_ended_is_known_to_what_judges_it(
    cli: Run, tmp_path: Path, ends: str, coped: str
) -> None:
    (tmp_path / "worse.yaml").write_text("summary: worse\nfaults:\n- {fault: media_corrupt}\n")
    done = cli("run", "--profile", "worse.yaml", "--", sys.executable, "-c", SAVES + ends)
    assert done.stderr.splitlines()[-2].startswith(coped)


@pytest.mark.parametrize("clock", ["real", "auto"])
def test_what_could_not_be_judged_is_named(cli: Run, clock: str) -> None:
    done = cli("run", "--clock", clock, "--", sys.executable, "-c", SAVES)
    says = "polled_too_fast, polled_without_deadline, retried_without_backoff"
    not_judged = f", 3 not judged ({says})" if clock == "auto" else ""
    assert done.stderr.splitlines()[-2] == f"How it coped: 0 errors, 0 warnings{not_judged}"


def test_the_bill_names_the_code_of_a_refusal_that_comes_with_200(cli: Run) -> None:
    done = cli("run", "--", sys.executable, "-c", CALL.replace('"a cat"', '""'))
    assert "  kie       generate          1   200 · 422 x1\n" in done.stderr


def test_the_bill_says_which_calls_had_no_answer(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").write_text("summary: gone\nfaults:\n- {fault: reset, times: 1}\n")
    twice = f"try:\n{indent(CALL, '  ')}\nexcept OSError:\n  pass\n{CALL}"
    done = cli("run", "--profile", "gone.yaml", "--", sys.executable, "-c", twice)
    assert "  kie       generate          2   no answer x1, 200 x1\n" in done.stderr


def test_what_the_settings_ignore_is_left_out_of_how_the_client_coped(
    cli: Run, tmp_path: Path
) -> None:
    rule = '{finding = "sent_ignored_parameter", reason = "ticket 7"}'
    (tmp_path / "reelmock.toml").write_text(f"ignore = [{rule}]")
    done = cli("run", "--", sys.executable, "-c", MISSPELT)
    coped = done.stderr.splitlines()[-2]
    assert coped.startswith("How it coped: 0 errors, 0 warnings, 1 that does not count")


def test_a_program_that_calls_nobody_did_not_use_reelmock(cli: Run) -> None:
    done = cli("run", "--env", "MINE={kie}/api", "--", "true")
    assert done.returncode == 2
    assert done.stderr.startswith("The program did not use Reelmock: no call came with its key.")
    for name in ("KIE_BASE_URL", "KIE_API_KEY", "OPENAI_BASE_URL", "REELMOCK_URL", "MINE"):
        assert name in done.stderr
    assert "cost" not in done.stderr


def test_a_program_may_call_nobody_where_that_is_allowed(cli: Run) -> None:
    done = cli("run", "--allow-no-calls", "--", "true")
    assert done.returncode == 0
    assert "did not use Reelmock" in done.stderr


@pytest.mark.parametrize("code", [1, 3])
def test_a_program_that_fails_before_it_calls_keeps_its_code(cli: Run, code: int) -> None:
    done = cli("run", "--", "sh", "-c", f"exit {code}")
    assert done.returncode == code
    assert "did not use Reelmock" in done.stderr


def test_a_program_that_calls_with_another_key_is_told_so(cli: Run) -> None:
    other = CALL.replace('os.environ["KIE_API_KEY"]', '"sk-hard-coded"')
    assert other != CALL
    done = cli("run", "--", sys.executable, "-c", other)
    assert done.stdout == "200\n"
    assert done.returncode == 2
    assert done.stderr.startswith("The program called Reelmock with another key")


def test_a_command_killed_by_a_signal_gives_128_and_its_number(cli: Run) -> None:
    assert cli("run", "--", "sh", "-c", "kill -KILL $$").returncode == 137


def test_a_command_that_does_not_exist_is_127(cli: Run) -> None:
    done = cli("run", "--", "no-such-command")
    assert done.returncode == 127
    assert "reelmock: cannot run 'no-such-command': No such file or directory\n" in done.stderr


def test_a_command_that_cannot_be_run_is_126(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no program")
    assert cli("run", "--", "./notes.txt").returncode == 126


def test_a_template_with_an_unknown_name_is_refused(cli: Run) -> None:
    done = cli("run", "--env", "X={nobody}", "--", "true")
    assert done.returncode == 2
    assert "{base_url}" in done.stderr


def test_signals_reach_the_command(tmp_path: Path) -> None:
    script = "trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [REELMOCK, "run", "--", "sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment(tmp_path),
    ) as process:
        assert next_line(process) == "ready\n"
        os.kill(process.pid, signal.SIGTERM)
        assert process.communicate(timeout=PATIENCE_S)[0] == "told\n"
    assert process.returncode == 5


def test_over_https_the_command_trusts_the_server_and_the_bill_comes_too(cli: Run) -> None:
    done = cli("run", "--tls", "--", sys.executable, "-c", CALL)
    assert done.stdout == "200\n", done.stderr
    assert "60 credits" in done.stderr


def test_the_control_commands_find_the_server_that_run_has_started(cli: Run) -> None:
    steer = f"{REELMOCK} clock mode manual && {REELMOCK} clock advance 1h && {REELMOCK} task list"
    done = cli("run", "--allow-no-calls", "--host", "0.0.0.0", "--", "sh", "-c", steer)
    assert done.returncode == 0, done.stderr
