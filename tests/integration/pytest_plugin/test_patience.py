"""A fault that holds a connection: a client that does not give up fails the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.integration.pytest_plugin.conftest import Ran

if TYPE_CHECKING:
    from mockserver.pytest_plugin.sandbox import Reelmock

pytest_plugins = ["pytester"]

ASK = """
import httpx, pytest

def ask(reelmock, timeout_s):
    try:
        httpx.get(reelmock.base_url("apiyi") + "/v1/models",
                  headers={"authorization": reelmock.api_key}, timeout=timeout_s, trust_env=False)
    except httpx.HTTPError:
        pass

"""
NO_ANSWER = '    reelmock.fault("no_answer", when={"call_phase": "account"})\n'


@pytest.mark.parametrize(
    ("options", "marker"),
    [(("--reelmock-patience=300ms",), ""), ((), "@pytest.mark.reelmock(patience='300ms')\n")],
    ids=["option", "marker"],
)
def test_a_client_that_does_not_give_up_fails_the_test(
    pytester: pytest.Pytester, run: Callable[..., Ran], options: tuple[str, ...], marker: str
) -> None:
    test = f"def test_it(reelmock):\n{NO_ANSWER}    ask(reelmock, 60)\n"
    pytester.makepyfile(ASK + marker + test)
    done = run(*options)
    assert done.code == 1
    assert "held 0.3 s, the client did not give up" in done.tests["test_it"]


def test_patience_lasts_10_s_unless_told(reelmock: Reelmock) -> None:
    assert reelmock.control.sandbox(reelmock.id).patience_ms == 10_000
    assert reelmock.patience == "10 s"


def test_a_client_that_gives_up_passes(pytester: pytest.Pytester, run: Callable[..., Ran]) -> None:
    pytester.makepyfile(ASK + f"def test_it(reelmock):\n{NO_ANSWER}    ask(reelmock, 0.2)\n")
    assert run().tests == {"test_it": "passed"}


def test_a_client_that_meets_no_fault_passes(
    pytester: pytest.Pytester, run: Callable[..., Ran]
) -> None:
    pytester.makepyfile(ASK + "def test_it(reelmock):\n    ask(reelmock, 60)\n")
    assert run("--reelmock-patience=1ms").tests == {"test_it": "passed"}


def test_a_case_whose_client_did_not_give_up_fails_and_struck(
    pytester: pytest.Pytester, run: Callable[..., Ran]
) -> None:
    marker = "@pytest.mark.reelmock_faults('no_answer', phases='account')\n"
    pytester.makepyfile(ASK + marker + "def test_it(reelmock):\n    ask(reelmock, 60)\n")
    done = run("--reelmock-patience=300ms")
    assert "held 0.3 s" in done.tests["test_it[no_answer@account]"]
    assert "no_answer@account: struck" in done.output


def test_patience_that_is_no_span_is_told(
    pytester: pytest.Pytester, run: Callable[..., Ran]
) -> None:
    pytester.makepyfile("def test_it(reelmock): pass")
    assert "patience: 'soon' is not valid" in run("--reelmock-patience=soon").tests["test_it"]
