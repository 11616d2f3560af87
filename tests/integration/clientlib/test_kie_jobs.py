"""The client speaks Kie's jobs API with the mock, with a clock that only the client moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientlib import JobFailed, KieOptions, TaskNotFound
from clientlib._mp4 import Verdict, inspect
from mockserver.app import Running
from mockserver.control import Control
from tests.support.client_both import opened
from tests.support.client_clock import SandboxClock
from tests.support.serving import settings

JOBS = KieOptions(api="jobs")


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    """A server whose clock stands until it is advanced."""
    running = Running(settings(clock="manual"))
    yield running
    running.stop()


@pytest.fixture
def client(kind: str, mock: Running) -> Iterator[Any]:
    """A client with a sandbox of its own, which its sleep advances."""
    with Control(mock.base_url) as control:
        yield from _opened(kind, mock, control)


def _opened(kind: str, mock: Running, control: Control) -> Iterator[Any]:
    sandbox = control.create_sandbox()
    clock = SandboxClock(control, sandbox)
    with opened(
        kind,
        "kie",
        api_key=sandbox.api_key,
        base_url=f"{mock.base_url}/kie",
        now=clock.now,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
    ) as client:
        yield client


@pytest.mark.parametrize("resolution", ["720p", "1080p", "4k"])
def test_a_video_is_made_and_downloaded_at_each_resolution(
    client: Any, tmp_path: Path, resolution: str
) -> None:
    price = client.price("a cat", resolution=resolution, options=JOBS)
    job = client.submit("a cat", resolution=resolution, options=JOBS)
    job.download(tmp_path / "cat.mp4")
    with (tmp_path / "cat.mp4").open("rb") as file:
        assert inspect(file).verdict is Verdict.COMPLETE
    assert job.snapshot.raw["creditsConsumed"] == price.amount


def test_a_job_that_fails_is_told_with_the_services_code(client: Any) -> None:
    job = client.submit("a cat [mock:fail code=internal]", options=JOBS)
    with pytest.raises(JobFailed) as failed:
        job.wait()
    assert failed.value.code == "500"


def test_an_id_of_one_api_is_unknown_to_the_other(client: Any) -> None:
    new = client.submit("a cat", options=JOBS)
    with pytest.raises(TaskNotFound):
        client.resume(new.task_id).refresh()
    old = client.submit("a cat")
    with pytest.raises(TaskNotFound):
        client.resume(old.task_id, options=JOBS).refresh()


def test_a_better_version_and_a_continuation_are_jobs_that_are_paid_once(
    client: Any, tmp_path: Path
) -> None:
    job = client.submit("a cat", options=JOBS)
    job.wait()
    for resolution in ("1080p", "4k"):
        assert job.upgrade(resolution) == job.upgrade(resolution)
        job.download(tmp_path / f"{resolution}.mp4", resolution=resolution)
    longer = job.extend("it lands")
    longer.download(tmp_path / "longer.mp4")
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(made) == ["1080p.mp4", "4k.mp4", "longer.mp4"]
    assert len(set(made.values())) == 3
