"""`--reelmock-url`: the tests use a server that somebody else has started."""

from __future__ import annotations

import pytest

from mockserver.app import Running
from tests.support.nested import ALONE

pytest_plugins = ["pytester"]

TESTS = """
import httpx, pytest

def test_the_server_is_the_one_elsewhere(reelmock, reelmock_server):
    assert reelmock.base_url("kie") == "{url}/kie"
    reply = httpx.post(reelmock.base_url("kie") + "/api/v1/veo/generate",
        json={{"prompt": "a cat", "model": "veo3_fast"}},
        headers={{"Authorization": "Bearer " + reelmock.api_key}}, trust_env=False)
    assert reply.json()["code"] == 200
    assert [task.provider for task in reelmock.tasks] == ["kie"]

@pytest.mark.reelmock(keys="closed")
def test_another_policy(reelmock):
    pass
"""


def test_tests_use_it_and_leave_nothing_there(server: Running, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS.format(url=server.base_url))
    found = pytester.runpytest_subprocess(*ALONE, f"--reelmock-url={server.base_url}")
    found.assert_outcomes(passed=1, errors=1)
    assert "the server of --reelmock-url is as it is" in found.stdout.str()


def test_where_nobody_answers_one_line_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(reelmock): pass")
    found = pytester.runpytest_subprocess(*ALONE, "--reelmock-url=http://127.0.0.1:1")
    found.assert_outcomes(errors=1)
    assert "does not answer" in found.stdout.str()
    assert "(pytest: --reelmock-url)" in found.stdout.str()
    assert "Traceback" not in found.stdout.str()
