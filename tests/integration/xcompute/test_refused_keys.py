"""A refused key, in the words of the call that it came with."""

import httpx
import pytest

from mockserver.app import Running

BAD = {"authorization": "Bearer sk-mock-invalid-1"}


def test_a_refused_key_is_told_in_the_language_that_was_asked_for(server: Running) -> None:
    url = f"{server.base_url}/xcompute/v1/tasks/task_1?language=en"
    reply = httpx.get(url, headers=BAD, trust_env=False)
    assert reply.status_code == 401
    assert reply.json()["error"]["message"] == "Authentication failed, please check your API key"


@pytest.mark.parametrize("headers", [BAD, {}], ids=["a bad key", "no key"])
@pytest.mark.parametrize("path", ["/v1/balance", "/balance", "/v1/user/balance"])
def test_a_refused_key_at_a_balance_is_a_401_like_anywhere(
    server: Running, path: str, headers: dict[str, str]
) -> None:
    reply = httpx.get(f"{server.base_url}/xcompute{path}", headers=headers, trust_env=False)
    assert reply.status_code == 401
    assert reply.json()["error"]["type"] == "authentication_error"
