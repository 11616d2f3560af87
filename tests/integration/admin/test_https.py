"""Over https: whom the control client trusts, and how a server ends."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from mockserver.web.tls import issue
from tests.support.patience import PATIENCE_S
from tests.support.serving import settings


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Running]:
    """A server that speaks https."""
    running = Running(settings(tls=True), issue(tmp_path, []))
    yield running
    running.stop()


def test_the_control_client_trusts_the_authority_it_is_given_and_no_unknown_one(
    secure: Running, tmp_path: Path
) -> None:
    with Control(secure.base_url, ca=str(tmp_path / "ca.pem")) as control:
        assert control.health()["status"] == "ok"
    with (
        Control(secure.base_url.replace("https", "HTTPS")) as stranger,
        pytest.raises(ControlError, match="certificate"),
    ):
        stranger.health()


def test_a_server_stops_without_the_answers_of_idle_clients(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secure = Running(settings(tls=True), issue(tmp_path, []))
    where = urlsplit(secure.base_url)
    assert where.hostname
    trusting = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    greeting = socket.create_connection((where.hostname, where.port), timeout=PATIENCE_S)
    plain = socket.create_connection((where.hostname, where.port), timeout=PATIENCE_S)
    with greeting, trusting.wrap_socket(plain, server_hostname=where.hostname) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nhost: reelmock\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200 ")
        # Neither client says anything from here on: one is idle, one has not begun its handshake.
        stopping = Thread(target=secure.stop, daemon=True)
        stopping.start()
        stopping.join(20)
        assert not stopping.is_alive()
        assert [record.getMessage() for record in caplog.records] == []
