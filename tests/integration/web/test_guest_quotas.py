"""A provider limits calls for each key, for the account or for each task; calls can share a limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from mockserver.control import Control
from tests.support.guest_providers import Serve, Serving

VEO = "/api/v1/veo"


class Client:
    """One key of the guest's. Each call says whether it was let in."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def create(self) -> bool:
        return self._let_in(self.http.post(f"{VEO}/generate", json={"prompt": "a cat"}))

    def made(self) -> str:
        reply = self.http.post(f"{VEO}/generate", json={"prompt": "a cat"})
        return str(reply.json()["data"]["taskId"])

    def polls(self, task: str) -> bool:
        return self._let_in(self.http.get(f"{VEO}/record-info", params={"taskId": task}))

    def asks_for_credit(self) -> bool:
        return self._let_in(self.http.get("/api/v1/chat/credit"))

    def _let_in(self, reply: httpx.Response) -> bool:
        refused = reply.json()["code"] == 429
        assert refused == ("retry-after" in reply.headers)
        return not refused


@contextmanager
def clients(serving: Serving, number: int = 1) -> Iterator[tuple[Control, list[Client]]]:
    """So many keys of one sandbox, whose clock stands."""
    keys = [f"sk-guest-number-{n}" for n in range(number)]
    with Control(serving.base_url) as control:
        sandbox = control.create_sandbox()
        control.bind_keys(*keys, sandbox=sandbox.id)
        opened = [
            httpx.Client(
                base_url=serving.url, headers={"authorization": f"Bearer {key}"}, trust_env=False
            )
            for key in keys
        ]
        try:
            yield control, [Client(http) for http in opened]
        finally:
            for http in opened:
                http.close()


def limited(per: str, operations: str, limit: int = 2) -> str:
    return f'quotas=(Quota("some", {limit}, 10_000, frozenset({{{operations}}}), per="{per}"),)'


@pytest.mark.parametrize(("per", "second_key_is_let_in"), [("key", True), ("account", False)])
def test_keys_of_one_account_share_the_limit_of_the_account(
    serve: Serve, per: str, second_key_is_let_in: bool
) -> None:
    with clients(serve(limited(per, "'generate'")), 2) as (_, (one, other)):
        assert [one.create(), one.create(), one.create()] == [True, True, False]
        assert other.create() == second_key_is_let_in


def test_polls_of_one_task_are_limited_for_themselves(serve: Serve) -> None:
    with clients(serve(limited("task", "'record_info'"))) as (control, (client,)):
        first, second = client.made(), client.made()
        assert [client.polls(first) for _ in range(3)] == [True, True, False]
        assert [client.polls(second) for _ in range(3)] == [True, True, False]
        (sandbox,) = control.sandboxes()
        control.advance("10s", sandbox=sandbox.id)
        assert client.polls(first)


def test_calls_of_several_kinds_share_one_limit(serve: Serve) -> None:
    with clients(serve(limited("key", "'record_info', 'credit'"))) as (_, (client,)):
        task = client.made()
        assert [client.polls(task), client.asks_for_credit()] == [True, True]
        assert [client.polls(task), client.asks_for_credit()] == [False, False]
        assert client.create(), "no call that the limit names"


def test_a_call_that_names_no_task_meets_no_limit_of_each_task(serve: Serve) -> None:
    with clients(serve(limited("task", "'credit'", 1))) as (_, (client,)):
        assert [client.asks_for_credit() for _ in range(3)] == [True] * 3


def test_a_refusal_says_whose_limit_it_was(serve: Serve) -> None:
    with clients(serve(limited("account", "'credit'", 0))) as (_, (client,)):
        reply = client.http.get("/api/v1/chat/credit")
        reason = "quota some: more than 0 calls in 10 s for the account"
        assert reply.headers["x-mock-reason"] == reason
