"""What another try cannot mend is told at once: the client waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clientlib import Client, TransportFailure
from mockserver.app import Running
from mockserver.web.tls import issue
from tests.support.serving import settings


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Running]:
    """A server whose certificate nobody trusts."""
    running = Running(settings(tls=True), issue(tmp_path, []))
    yield running
    running.stop()


def pauses_before_the_end(base_url: str, told: str) -> list[float]:
    """The pauses of a client until it raises what it met."""
    pauses: list[float] = []
    with (
        Client("kie", api_key="sk-test", base_url=base_url, sleep=pauses.append) as client,
        pytest.raises(TransportFailure, match=told) as caught,
    ):
        client.submit("a cat")
    assert not caught.value.sent
    return pauses


def test_a_certificate_that_is_not_trusted_is_told_at_once(secure: Running) -> None:
    assert pauses_before_the_end(f"{secure.base_url}/kie", "CERTIFICATE_VERIFY_FAILED") == []


def test_a_host_that_refuses_connections_is_tried_again() -> None:
    assert len(pauses_before_the_end("http://127.0.0.1:9/kie", "refused")) > 1
