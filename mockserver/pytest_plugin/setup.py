"""Opens a sandbox as a test's marker asks, and closes it and writes its findings down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mockserver.control import ControlError
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.input.no_proxy import no_proxy
from mockserver.domain.input.quantity import span_ms
from mockserver.pytest_plugin import SANDBOX
from mockserver.pytest_plugin.faults import case_of
from mockserver.pytest_plugin.report import PROPERTY
from mockserver.pytest_plugin.sandbox import Reelmock

if TYPE_CHECKING:
    from mockserver.embedded.servers import Servers

TAKEN = (
    "scenario", "clock", "seed", "keys", "speed", "rate", "start", "dialect", "balances",
    "webhook_key", "patience", "tape",
)  # fmt: skip
PASSED_ON = ("scenario", "speed", "dialect", "balances", "webhook_key")
MAX_SEED_CHARS = 256


@contextmanager
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Reelmock]:
    """A new sandbox for one test. A wrong marker fails the test with one line."""
    config = request.config
    try:
        wanted = _wanted(request.node)
        server = servers.get(wanted.get("keys", "open"), _tape(request.node, wanted))
        sandbox = server.control.create_sandbox(**_settings(request, wanted))
    except (BadInput, ControlError) as error:
        raise pytest.fail.Exception(f"the marker reelmock: {error}", pytrace=False) from None
    with pytest.MonkeyPatch.context() as patch:
        for name, hosts in no_proxy(os.environ).items():
            patch.setenv(name, hosts)  # a client in this process reads it too
        reelmock = request.node.stash[SANDBOX] = Reelmock(server, sandbox, patch)
        try:
            case = case_of(request.node)
            if case is not None:
                reelmock.arm(case)
            yield reelmock
            if config.getoption("--reelmock-report"):
                _write_down(request.node, reelmock)
        finally:
            server.control.delete_sandbox(sandbox.id)


def _tape(node: pytest.Item, wanted: dict[str, Any]) -> Path | None:
    """The tape that a marker names, beside the file of the test. Raises BadInput."""
    named = wanted.get("tape")
    if named is None:
        return None
    if not isinstance(named, str | Path) or not (node.path.parent / named).is_file():
        raise BadInput("tape", named, f"a HAR file in {node.path.parent.name} or below")
    return node.path.parent / named


def _settings(request: pytest.FixtureRequest, wanted: dict[str, Any]) -> dict[str, Any]:
    """The sandbox as marker and options ask for it, in the words of the control API."""
    option = request.config.getoption
    clock = {"mode": wanted.get("clock", option("--reelmock-clock"))}
    clock |= {name: wanted[name] for name in ("rate", "start") if name in wanted}
    patience = wanted.get("patience", option("--reelmock-patience"))
    seed = wanted.get("seed") or option("--reelmock-seed") or request.node.nodeid
    settings = {name: wanted[name] for name in PASSED_ON if name in wanted}
    return {
        "clock": clock,
        "seed": str(seed)[:MAX_SEED_CHARS],
        "label": request.node.name,
        "patience_ms": span_ms(patience, "patience"),
        **settings,
    }


def _wanted(node: pytest.Item) -> dict[str, Any]:
    """What the markers ask for; the closest marker wins. Raises BadInput."""
    wanted: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("reelmock"))):
        if marker.args:
            raise BadInput("marker", marker.args[0], "keywords only, as scenario='fail'")
        wanted |= marker.kwargs
    for name in wanted:
        if name not in TAKEN:
            known = f"one of: {', '.join(TAKEN)}{nearest(name, TAKEN)}"
            raise BadInput(name, wanted[name], known)
    return wanted


def _write_down(node: pytest.Item, reelmock: Reelmock) -> None:
    """Stores findings that count as properties of the test.

    So they get into JUnit files, and from xdist's workers to the main process.
    """
    for found in reelmock.sifted().kept:
        node.user_properties.append((PROPERTY, msgspec.json.encode(found).decode()))
