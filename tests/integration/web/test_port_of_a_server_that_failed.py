"""A server that cannot be put together lets go of what it had taken."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from mockserver.app import Running
from mockserver.domain.input.errors import BadInput
from tests.support.serving import settings


def test_a_server_that_could_not_be_put_together_closes_its_socket(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="state"):
        Running(settings(state=str(tmp_path), store="memory"))  # a folder is no state file
    gc.collect()  # tells of a socket that is open still, which fails a test here
