"""What the pages show of outputs is what comes, but for times and ids."""

from __future__ import annotations

import httpx
import pytest

from mockserver.app import Running
from mockserver.cli import run_line
from mockserver.control import Control
from tests.integration.pytest_plugin.conftest import QUIET
from tests.support.pages import assert_shown, shown
from tests.support.patience import awaiting

pytest_plugins = ["pytester"]


def submit(client: httpx.Client, **more: str) -> str:
    """A job at Kie, and its id."""
    order = {"model": "veo3_fast", "prompt": "a cat", **more}
    reply = client.post("/kie/api/v1/veo/generate", json=order).json()
    return str((reply.get("data") or {}).get("taskId", ""))


def poll(client: httpx.Client, task_id: str) -> None:
    """Asks once how a job is."""
    client.get("/kie/api/v1/veo/record-info", params={"taskId": task_id})


def test_watching_shows_a_line_for_each_thing_that_happens(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    submit(client)
    submit(client, model="veo3_fasst")
    with awaiting("the end of `reelmock watch`"):
        words = ("--url", server.base_url, "--key", key, "--after", "0", "--limit", "3")
        assert run_line(["watch", *words]) == 0
    assert_shown(shown("docs/guides/watch.md", "veo3_fasst"), capsys.readouterr().out)


def test_a_jobs_time_line_looks_as_on_the_page(
    server: Running, client: httpx.Client, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Control(server.base_url, key=key) as control:
        control.create_sandbox(clock={"mode": "manual"}, keys=[key], speed=60, seed="7")
        task_id = submit(client, callBackUrl="http://127.0.0.1:9/")
        control.advance(to="task_done")
        hang_up = {"fault": "hang_up", "when": {"call_phase": "poll"}, "times": 1}
        control.add_fault(hang_up)
        with pytest.raises(httpx.RemoteProtocolError):
            poll(client, task_id)
        with awaiting("the entry of what was sent"):
            while not [entry for entry in control.entries() if entry.kind == "sent"]:
                pass
        for _ in range(3):
            poll(client, task_id)
    run_line(["task", "show", task_id[:8], "--url", server.base_url, "--key", key])
    assert_shown(shown("docs/guides/watch.md", "after s"), capsys.readouterr().out)


def test_a_failing_tests_time_line_looks_as_on_the_page(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_app="""
        import httpx

        def test_it(reelmock):
            reelmock.fault("http_error", status=503, times=1, when={"call_phase": "poll"})
            where = {"base_url": reelmock.base_url("apiyi"), "trust_env": False}
            with httpx.Client(headers={"authorization": reelmock.api_key}, **where) as client:
                order = {"model": "veo-3.1", "prompt": "a cat"}
                video = client.post("/v1/videos", json=order).json()["id"]
                assert client.get(f"/v1/videos/{video}").status_code == 200
        """
    )
    result = pytester.runpytest_inprocess(*QUIET)
    result.assert_outcomes(failed=1)
    assert_shown(shown("docs/guides/pytest.md", "Reelmock time line"), result.stdout.str())
