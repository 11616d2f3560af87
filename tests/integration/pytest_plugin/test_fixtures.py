"""The fixtures, as a team's own tests use them: from this process, another one, and an event loop."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

from mockserver.control import ControlError
from mockserver.domain.input.errors import BadInput

if TYPE_CHECKING:
    from mockserver.pytest_plugin.receiver import Receiver
    from mockserver.pytest_plugin.sandbox import Reelmock

VIDEO = {"model": "veo-3.1", "prompt": "a cat"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def client(reelmock: Reelmock, provider: str = "apiyi") -> httpx.Client:
    return httpx.Client(
        base_url=reelmock.base_url(provider),
        headers={"authorization": f"Bearer {reelmock.api_key}"},
        trust_env=False,
    )


def test_a_job_needs_no_waiting(reelmock: Reelmock) -> None:
    with client(reelmock) as http:
        video = http.post("/v1/videos", json=VIDEO).json()["id"]
        statuses = [http.get(f"/v1/videos/{video}").json()["status"] for _ in range(3)]
    assert statuses == ["queued", "processing", "completed"]
    assert [task.phase for task in reelmock.tasks] == ["succeeded"]
    assert reelmock.spend["apiyi"] == 0.25


def test_every_test_has_a_sandbox_of_its_own(reelmock: Reelmock) -> None:
    assert reelmock.tasks == []
    assert reelmock.journal == []


@pytest.mark.reelmock(clock="manual")
def test_a_clock_is_moved_by_hand(reelmock: Reelmock) -> None:
    with client(reelmock) as http:
        video = http.post("/v1/videos", json=VIDEO).json()["id"]
        assert http.get(f"/v1/videos/{video}").json()["status"] == "queued"
        before_ms = reelmock.clock.now_ms
        reelmock.clock.advance("10m")
        assert reelmock.clock.now_ms == before_ms + 600_000
        assert http.get(f"/v1/videos/{video}").json()["status"] == "completed"


def test_a_clock_is_switched(reelmock: Reelmock) -> None:
    assert reelmock.clock.state().mode == "auto"
    assert reelmock.clock.mode("real", 10).rate == 10


@pytest.mark.reelmock(scenario="fail", seed="mine", balances={"apiyi": 1.0})
def test_a_marker_sets_the_sandbox_up(reelmock: Reelmock) -> None:
    assert reelmock.seed == "mine"
    with client(reelmock) as http:
        video = http.post("/v1/videos", json=VIDEO).json()["id"]
        statuses = [http.get(f"/v1/videos/{video}").json()["status"] for _ in range(3)]
    assert statuses[-1] == "failed"
    assert reelmock.balances["apiyi"].limit == 1.0
    assert reelmock.spend["apiyi"] == 0  # what fails is refunded


def test_a_scenario_is_for_jobs_to_come(reelmock: Reelmock) -> None:
    reelmock.scenario("instant")
    with client(reelmock) as http:
        video = http.post("/v1/videos", json=VIDEO).json()["id"]
        assert http.get(f"/v1/videos/{video}").json()["status"] == "completed"


def test_a_fault_strikes_as_often_as_it_should(reelmock: Reelmock) -> None:
    rule = reelmock.fault("http_error", status=503, times=2, when={"call_phase": "create"})
    with client(reelmock) as http:
        statuses = [http.post("/v1/videos", json=VIDEO).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert reelmock.control.faults(reelmock.id)[0]["id"] == rule


def test_a_fault_that_does_not_exist_is_refused_with_the_nearest(reelmock: Reelmock) -> None:
    with pytest.raises(ControlError, match="http_error"):
        reelmock.fault("htp_error")


def test_a_provider_that_does_not_exist_is_refused_with_the_nearest(reelmock: Reelmock) -> None:
    with pytest.raises(BadInput, match="apiyi"):
        reelmock.base_url("apiy")


@pytest.mark.reelmock(keys="closed")
def test_closed_keys_let_nobody_else_in(reelmock: Reelmock) -> None:
    with client(reelmock) as http:
        assert http.get("/v1/models").status_code == 200
        other = {"authorization": "Bearer sk-somebody-else"}
        assert http.get("/v1/models", headers=other).status_code == 401


def test_the_environment_is_put_back(reelmock: Reelmock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    reelmock.setenv()
    assert os.environ["OPENAI_API_KEY"] == reelmock.api_key
    assert os.environ["OPENAI_BASE_URL"].endswith("/apiyi/v1")


def test_a_subprocess_reaches_the_sandbox(reelmock: Reelmock) -> None:
    program = (
        "import os, urllib.request as u\n"
        "u.urlopen(u.Request(os.environ['APIYI_BASE_URL'] + '/v1/models',\n"
        "  headers={'authorization': os.environ['APIYI_API_KEY']})).read()\n"
    )
    environment = {**reelmock.full_env(), "no_proxy": "*"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)
    reelmock.assert_called("apiyi.models", times=1)


@pytest.mark.anyio
async def test_an_event_loop_may_serve_what_the_clock_sets_off(reelmock: Reelmock) -> None:
    headers = {"authorization": reelmock.api_key}
    url = reelmock.base_url("apiyi")
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
        assert (await http.post("/v1/videos", json=VIDEO)).status_code == 200
        before_ms = reelmock.clock.now_ms
        after = await reelmock.clock.advance_async("3m")
    assert after.now_ms == before_ms + 180_000


def test_a_receiver_keeps_what_comes_in(reelmock_receiver: Receiver) -> None:
    reelmock_receiver.answer(500, then=202)
    statuses = [
        httpx.post(reelmock_receiver.url, json={"n": n}, trust_env=False).status_code
        for n in range(3)
    ]
    assert statuses == [500, 202, 202]
    assert [request.json()["n"] for request in reelmock_receiver.wait(3)] == [0, 1, 2]
    assert reelmock_receiver.received[0].headers["content-type"] == "application/json"


def test_a_receiver_says_what_did_not_come(reelmock_receiver: Receiver) -> None:
    with pytest.raises(AssertionError, match="0 of 1 callback came"):
        reelmock_receiver.wait(timeout_s=0)
