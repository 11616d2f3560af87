"""A client in a sandbox whose clock goes by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockserver.app import Running
from tests.support.struck import Struck


@pytest.fixture
def auto(server: Running, key: str) -> Iterator[Struck]:
    """A sandbox of its own in mode auto."""
    struck = Struck(server, key)
    struck.control.set_clock("auto")
    yield struck
    struck.close()
