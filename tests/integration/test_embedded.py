"""A server in a program that is no pytest test: unittest, a notebook, a script."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from clientlib import Client, Pace
from mockserver.embedded import running

PROGRAM = """
import sys, unittest
from clientlib import Client, Pace
from mockserver.embedded import running

class Makes(unittest.TestCase):
    def test_a_video(self):
        with running(scenario="instant") as mock:
            where = {"base_url": mock.base_url("kie"), "api_key": mock.api_key}
            with Client("kie", **where, pace=Pace(0.01)) as client:
                client.submit("a cat").wait()
            self.assertEqual([task.phase for task in mock.tasks], ["succeeded"])
            mock.assert_spent(max=60, provider="kie")
        self.assertNotIn("pytest", sys.modules)

unittest.main()
"""


def test_unittest_has_a_server_without_pytest(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Ran 1 test" in done.stderr


def test_the_server_ends_with_the_block_and_the_environment_is_what_it_was() -> None:
    before = dict(os.environ)
    with running(setenv=True) as mock:
        with Client("kie", pace=Pace(0.01)) as client:
            client.submit("a cat").wait()
        assert os.environ["KIE_BASE_URL"] == mock.base_url("kie")
        url = mock.url
        assert mock.patience == "10 s"
    assert dict(os.environ) == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/_mock/v1/version", trust_env=False)


def test_a_wrong_word_is_told_and_no_server_is_left() -> None:
    with pytest.raises(Exception, match="did you mean 'succeed'"), running(scenario="suceed"):
        pytest.fail("there is no such scenario")
