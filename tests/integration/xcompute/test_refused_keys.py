"""A refused key, in the words of the call that it came with."""

import httpx

from mockserver.app import Running

BAD = {"authorization": "Bearer sk-mock-invalid-1"}


def test_a_refused_key_is_told_in_the_language_that_was_asked_for(server: Running) -> None:
    url = f"{server.base_url}/xcompute/v1/tasks/task_1?language=en"
    reply = httpx.get(url, headers=BAD, trust_env=False)
    assert reply.status_code == 401
    assert reply.json()["error"]["message"] == "Authentication failed, please check your API key"


def test_a_refused_key_at_the_balance_is_a_failure_in_http_200(server: Running) -> None:
    reply = httpx.get(f"{server.base_url}/xcompute/v1/balance", headers=BAD, trust_env=False)
    assert reply.status_code == 200
    assert reply.json()["success"] is False
