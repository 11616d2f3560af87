"""What the tests of the control API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.app import Running
from mockserver.control import Control


@pytest.fixture
def control(server: Running, key: str) -> Iterator[Control]:
    """A control client whose key has a sandbox of its own, in clock mode manual."""
    with Control(server.base_url, key=key) as control:
        yield control
