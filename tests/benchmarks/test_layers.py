"""A sample counts for the layer that was at work, whatever library it called."""

from __future__ import annotations

from tests.benchmarks.layers import BELOW, PROTOCOL, REST, samples_of

ROOT = "serve (mockserver/cli/serve.py:49);run (mockserver/app.py:222);run (asyncio/runners.py:118)"
UVICORN = f"{ROOT};run_asgi (uvicorn/protocols/http/httptools_impl.py:400)"
WEB = f"{UVICORN};__call__ (mockserver/web/gateway.py:83)"


def test_what_is_in_no_layer_counts_for_its_caller() -> None:
    assert samples_of(f"{WEB};loads (json/__init__.py:299) 3") == {"web": 3}


def test_the_innermost_layer_counts() -> None:
    assert samples_of(f"{WEB};handle (mockserver/engine/exchange.py:81) 2") == {"engine": 2}


def test_what_the_server_does_for_a_layer_is_the_servers() -> None:
    assert samples_of(f"{WEB};send (uvicorn/protocols/http/httptools_impl.py:500) 5") == {BELOW: 5}


def test_the_loop_is_not_the_work_of_who_started_it() -> None:
    assert samples_of(f"{ROOT} 7") == {BELOW: 7}


def test_the_protocol_is_told_apart_from_the_rest_of_web() -> None:
    assert samples_of(f"{WEB};send (mockserver/web/protocol.py:60) 2") == {PROTOCOL: 2}


def test_samples_add_up() -> None:
    stacks = f"{WEB} 1\n{WEB};real_ms (mockserver/system.py:22) 4\n{WEB} 2"
    assert samples_of(stacks) == {"web": 3, REST: 4}
