"""`reelmock record`, `replay`, `diff` as processes: what they print, how they say no, how they end."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.cli.conftest import REELMOCK, Served, _end, environment
from tests.support.patience import next_line

Run = Callable[..., subprocess.CompletedProcess[str]]
Serve = Callable[..., Any]
CAT = {"model": "veo3_fast", "prompt": "a cat [mock:instant]"}
KEY = {"authorization": "Bearer sk-of-a-client-0123"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts recorders and replays on free ports; they are ended with the test."""
    with ExitStack() as running:

        def begin(*words: str) -> Served:
            process = subprocess.Popen(
                [REELMOCK, *words, "--port", "0", "--json"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                env=environment(tmp_path),
            )
            running.callback(_end, process)
            return Served(process, json.loads(next_line(process)))

        yield begin


def job(base_url: str, **options: Any) -> str:
    """A job that ends at once; gives its id."""
    with httpx.Client(base_url=base_url, headers=KEY, trust_env=False, **options) as client:
        task_id = str(client.post("/api/v1/veo/generate", json=CAT).json()["data"]["taskId"])
        told = client.get("/api/v1/veo/record-info", params={"taskId": task_id}).json()
        assert told["data"]["taskId"] == task_id
    return task_id


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_is_recorded_replayed_and_compared(
    serve: Serve, start: Callable[..., Served], cli: Run, tmp_path: Path, number: int
) -> None:
    upstream = serve().address["providers"]["kie"]["base_url"]
    record = start("record", "--provider", "kie", "--upstream", upstream, "--out", "job.har")
    assert record.address["upstream"] == upstream
    taped_id = job(record.address["base_url"])
    assert record.ended_by(number) == (0, "")
    assert taped_id in (tmp_path / "job.har").read_text("utf-8")
    replay = start("replay", "job.har")
    assert replay.address["speed"] == 1
    assert job(replay.address["providers"]["kie"]["base_url"]) != taped_id
    assert replay.ended_by(number) == (0, "")
    same = cli("diff", "job.har", "job.har")
    assert (same.returncode, "no difference" in same.stdout, same.stderr) == (0, True, "")
    assert cli("diff", "contract", "job.har").returncode == 0
    assert cli("verify", "kie", "--har", "job.har").returncode == 0


def test_a_replay_adds_a_new_job_to_its_tape_and_ends_cleanly(
    serve: Serve, start: Callable[..., Served], tmp_path: Path
) -> None:
    upstream = serve().address["providers"]["kie"]["base_url"]
    record = start("record", "--provider", "kie", "--upstream", upstream, "--out", "job.har")
    with httpx.Client(base_url=record.address["base_url"], headers=KEY, trust_env=False) as client:
        assert client.get("/api/v1/chat/credit").json()["code"] == 200
    assert record.ended_by(signal.SIGINT) == (0, "")
    words = ("--new-requests", "record", "--upstream", upstream, "--budget", "60")
    replay = start("replay", "job.har", *words)
    new_id = job(replay.address["providers"]["kie"]["base_url"])
    assert replay.ended_by(signal.SIGINT) == (0, "")
    assert new_id in (tmp_path / "job.har").read_text("utf-8")
    again = start("replay", "job.har")
    assert job(again.address["providers"]["kie"]["base_url"]) != new_id


def test_a_tape_that_drifts_ends_the_comparison_with_1(cli: Run, tmp_path: Path) -> None:
    content = {"mimeType": "application/json", "text": '{"code":200,"msg":"success","data":"x"}'}
    request = {"method": "GET", "url": "https://api.kie.ai/api/v1/chat/credit"}
    entry = {"request": request, "response": {"status": 200, "content": content}}
    log = {"version": "1.2", "entries": [entry]}
    (tmp_path / "job.har").write_text(json.dumps({"log": log}), "utf-8")
    done = cli("diff", "contract", "job.har", "--provider", "kie", "--report", "json")
    assert done.returncode == 1
    [drift] = json.loads(done.stdout)["differences"]
    assert (drift["kind"], drift["pointer"]) == ("type changed", "/data")


def test_a_recorder_speaks_https_where_it_is_asked_to(
    serve: Serve, start: Callable[..., Served]
) -> None:
    upstream = serve().address["providers"]["kie"]["base_url"]
    record = start("record", "--provider", "kie", "--upstream", upstream, "--out", "a.har", "--tls")
    assert record.address["base_url"].startswith("https://")
    context = ssl.create_default_context(cafile=record.address["ca"])
    job(record.address["base_url"], verify=context)
    assert record.ended_by(signal.SIGINT) == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("record", "--provider", "nobody", "--out", "a.har"), "nobody"),
        (("record", "--provider", "kie", "--out", "no/a.har"), "out: "),
        (("record", "--provider", "kie", "--out", "a.har", "--upstream", "x"), "upstream: "),
        (("record", "--provider", "kie", "--out", "a.har", "--budget", "-1"), "budget: "),
        (("replay", "none.har"), "tape: "),
        (("replay", "none.har", "--budget", "5"), "without --new-requests record"),
        (("diff", "contract", "none.har", "--provider", "kie"), "cannot read none.har"),
        (("diff", "contract", "mock"), "--provider"),
        (("diff", "contract", "contract", "--provider", "kie"), "nothing to compare"),
        (("diff", "contract", "mock", "--provider", "kie", "--report", "pdf"), "pdf"),
        (("redact", "none.har"), "tape: "),
    ],
)
def test_wrong_words_are_one_line_and_exit_code_2(
    cli: Run, words: tuple[str, ...], said: str
) -> None:
    done = cli(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
