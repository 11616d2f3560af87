"""Opens a sandbox as a test's marker asks for it, and closes it with its findings written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mockserver.domain.errors import nearest
from mockserver.pytest_plugin.report import PROPERTY
from mockserver.pytest_plugin.sandbox import Reelmock

if TYPE_CHECKING:
    from mockserver.pytest_plugin.servers import Servers

TAKEN = (
    "scenario", "clock", "seed", "keys", "speed", "rate", "start", "dialect", "balances",
    "webhook_key",
)  # fmt: skip
PASSED_ON = ("scenario", "speed", "dialect", "balances", "webhook_key")
MAX_SEED_CHARS = 256


@contextmanager
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Reelmock]:
    """A fresh sandbox for one test. Raises UsageError over a marker that is wrong."""
    config, wanted = request.config, _wanted(request.node)
    server = servers.get(wanted.get("keys", "open"))
    clock = {"mode": wanted.get("clock", config.getoption("--reelmock-clock"))}
    clock |= {name: wanted[name] for name in ("rate", "start") if name in wanted}
    seed = wanted.get("seed") or config.getoption("--reelmock-seed") or request.node.nodeid
    settings = {name: wanted[name] for name in PASSED_ON if name in wanted}
    sandbox = server.control.create_sandbox(
        clock=clock, seed=str(seed)[:MAX_SEED_CHARS], label=request.node.name, **settings
    )
    with pytest.MonkeyPatch.context() as patch:
        reelmock = Reelmock(server, sandbox, patch)
        try:
            yield reelmock
            if config.getoption("--reelmock-report"):
                _write_down(request.node, reelmock)
        finally:
            server.control.delete_sandbox(sandbox.id)


def _wanted(node: pytest.Item) -> dict[str, Any]:
    """What the markers ask for; the closest one wins."""
    wanted: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("reelmock"))):
        if marker.args:
            raise pytest.UsageError("the marker reelmock takes keywords only, as scenario='fail'")
        wanted |= marker.kwargs
    for name in wanted:
        if name not in TAKEN:
            known = f"one of: {', '.join(TAKEN)}{nearest(name, TAKEN)}"
            raise pytest.UsageError(f"the marker reelmock does not take {name!r}, but {known}")
    return wanted


def _write_down(node: pytest.Item, reelmock: Reelmock) -> None:
    """Findings travel as properties of the test, through JUnit files and from xdist's workers."""
    for found in reelmock.findings(over=True).found:
        node.user_properties.append((PROPERTY, msgspec.json.encode(found).decode()))
