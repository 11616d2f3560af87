"""While tests run nobody can listen at the port that a server takes by itself."""

from __future__ import annotations

import errno

import pytest

from mockserver.settings import Settings
from mockserver.web.server import bind


def test_no_test_can_have_a_server_at_the_usual_port() -> None:
    with pytest.raises(OSError, match="in use") as refused:
        bind("127.0.0.1", Settings().port).close()
    assert refused.value.errno == errno.EADDRINUSE
