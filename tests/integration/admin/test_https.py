"""The control client over https: it trusts the authority that it is given, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.control import Control, ControlError
from mockserver.web.tls import issue
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
