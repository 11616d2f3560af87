"""Clients that nobody here wrote: other languages and other people's SDKs, against a real socket."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Running
from mockserver.control import Control
from mockserver.web.tls import Certificate, issue
from tests.support import needs
from tests.support.serving import settings

DRIVERS = Path(__file__).parent / "drivers"


def execute(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Runs a client to its end and gives what it printed; a failure shows what it complained of."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run(
        command,
        env={**kept, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def node(driver: str, *arguments: str, **environment: str) -> Any:
    """Runs one of our node drivers and gives the JSON it printed."""
    command = [needs.program("node"), str(DRIVERS / driver), *arguments]
    return json.loads(execute(command, environment))


@pytest.fixture
def instantly(server: Running) -> Callable[[str], str]:
    """Lets every job of a key be done at once; gives the server's base URL."""

    def switch(key: str) -> str:
        with Control(server.base_url, key=key) as control:
            control.set_scenario("instant")
        return server.base_url

    return switch


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A throw-away certificate with the providers' names."""
    return issue(tmp_path_factory.mktemp("tls"), ["api.kie.ai"])


@pytest.fixture(scope="session")
def secure(certificate: Certificate) -> Iterator[Running]:
    """A server that speaks https and whose jobs are done at once."""
    running = Running(settings(tls=True, scenario="instant"), certificate)
    yield running
    running.stop()
