"""Tests and programs that the guides show whole, beside a client of the reader's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver.app import Running
from tests.integration.pages.cast import CLIENT
from tests.integration.pytest_plugin.conftest import ALONE, QUIET
from tests.support.pages import shown
from tests.support.patience import PATIENCE_S
from tests.support.serving import settings

NEEDS_CLIENT = "import my_client, pytest\n\n"


def ran(folder: Path, *words: str, **variables: str) -> str:
    """What a Python prints that ran in a folder with the reader's client."""
    (folder / "my_client.py").write_text(CLIENT)
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, cwd=folder,
        env={**os.environ, **variables}, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def under_pytest(folder: Path, code: str, **variables: str) -> str:
    (folder / "test_page.py").write_text(NEEDS_CLIENT + code)
    return ran(folder, "-m", "pytest", *QUIET, *ALONE, **variables)


def test_the_guard_of_the_page_lets_a_client_of_the_mock_pass(tmp_path: Path) -> None:
    told = under_pytest(tmp_path, shown("docs/guides/guard.md", "reelmock_guard"))
    assert "1 passed" in told, told


def test_a_unittest_as_on_the_page_makes_its_video(tmp_path: Path) -> None:
    code = shown("docs/guides/embedded.md", "class MakesAVideo")
    (tmp_path / "test_page.py").write_text(NEEDS_CLIENT + code)
    assert "Ran 1 test" in (told := ran(tmp_path, "-m", "unittest", "test_page"))
    assert told.endswith("OK\n"), told


def test_a_notebook_as_on_the_page_has_a_server_until_its_end(tmp_path: Path) -> None:
    code = shown("docs/guides/embedded.md", "ExitStack")
    uses = "import my_client\nmy_client.make('a cat', mock.base_url('kie'), mock.api_key)\n"
    address, _ = ran(tmp_path, "-c", f"{code}{uses}stack.close()\n").split()
    assert address.endswith("/kie")
    assert (tmp_path / "cat.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.fixture
def provider() -> Iterator[Running]:
    """What stands for the real provider."""
    running = Running(settings(clock="auto"))
    yield running
    running.stop()


def test_a_recorded_test_as_on_the_page_records_once_and_replays(
    provider: Running, tmp_path: Path
) -> None:
    code = shown("docs/guides/recordings.md", "reelmock_recorded(")
    upstream = f"{provider.base_url}/kie"
    real = {"REELMOCK_RECORD": "1", "REELMOCK_RECORD_KEY": "sk-real"}
    told = under_pytest(tmp_path, code, **real, REELMOCK_RECORD_UPSTREAM=upstream)
    assert "1 passed" in told, told
    provider.stop()
    assert "1 passed" in under_pytest(tmp_path, code)
