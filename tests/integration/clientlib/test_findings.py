"""What the mock's own judges say about the client, with a clock that only the client moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clientlib import VideoError
from mockserver.app import Running
from mockserver.control import Control
from tests.support.client_both import opened
from tests.support.client_clock import SandboxClock
from tests.support.serving import settings

TROUBLE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a rate limit": {"fault": "rate_limit", "with": {"retry_after": "20s"}, "times": 2},
    "failing polls": {"fault": "http_error", "when": {"call_phase": "poll"}, "times": 3},
    "lost polls": {"fault": "reset", "when": {"call_phase": "poll"}, "times": 3},
    "a creation without a reply": {"fault": "reset", "when": {"call_phase": "create"}},
    "an expired link": {"fault": "media_not_found", "times": 1},
    "a download that breaks off": {"fault": "media_truncated", "times": 2},
}


@pytest.fixture(scope="module")
def mock() -> Iterator[Running]:
    """A server whose clock stands until it is advanced."""
    running = Running(settings(clock="manual"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def control(mock: Running) -> Iterator[Control]:
    """The server's control API."""
    with Control(mock.base_url) as control:
        yield control


@pytest.mark.parametrize("provider", ["apiyi", "kie", "xcompute"])
@pytest.mark.parametrize("name", TROUBLE)
def test_the_mock_has_nothing_to_say_against_the_client(
    name: str, provider: str, kind: str, mock: Running, control: Control, tmp_path: Path
) -> None:
    sandbox = control.create_sandbox()
    if TROUBLE[name]:
        control.add_fault(TROUBLE[name], sandbox.id)
    clock = SandboxClock(control, sandbox)
    with opened(
        kind,
        provider,
        api_key=sandbox.api_key,
        base_url=f"{mock.base_url}/{provider}",
        now=clock.now,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
    ) as client:
        try:
            client.submit("a cat").download(tmp_path / "cat.mp4")
        except VideoError:
            assert name == "a creation without a reply"
    found = control.findings(sandbox.id, over=True)
    assert [(one.name, one.what) for one in found.found] == []
