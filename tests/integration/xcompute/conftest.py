"""What the tests of xcompute share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.app import Running
from mockserver.control import Control


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    """The control API for the sandbox of the test's own key."""
    with Control(server.base_url, key=key) as control:
        yield control
