"""A server in this process, and one sandbox of it: for unittest, notebooks and scripts.

    with running() as mock:
        make_video(base_url=mock.base_url("kie"), api_key=mock.api_key)
        mock.assert_no_findings()

The pytest plugin is made of the same parts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.embedded.sandbox import Reelmock

__all__ = ["running"]


@contextmanager
def running(
    *,
    clock: str = "auto",
    speed: float = 60.0,
    patience: str = "10s",
    setenv: bool = False,
    config: Path = Path("reelmock.toml"),
    **settings: Any,
) -> Iterator[Reelmock]:
    """A server on a free port of this machine, with a new sandbox, until the block ends.

    `clock`, `speed` and `patience` are as in the plugin's marker. `settings` are other settings of
    a sandbox: scenario, seed, dialect, balances, webhook_key. With `setenv`, this process's
    environment has base URLs and keys until the block ends. Raises BadInput and ControlError for a
    wrong word.
    """
    from mockserver.domain.input.quantity import span_ms
    from mockserver.embedded.sandbox import Reelmock
    from mockserver.embedded.servers import Servers

    with ExitStack() as ends:
        servers = Servers(speed, config)
        ends.callback(servers.stop)
        server = servers.get("open")
        sandbox = server.control.create_sandbox(
            clock={"mode": clock}, patience_ms=span_ms(patience, "patience"), **settings
        )
        environment = ends.enter_context(_kept_environment())
        mock = Reelmock(server, sandbox, environment)
        if setenv:
            mock.setenv()
        yield mock


class _Environment:
    """This process's environment, as pytest's `monkeypatch` sets it."""

    def setenv(self, name: str, value: str) -> None:
        """Sets a variable."""
        os.environ[name] = value


@contextmanager
def _kept_environment() -> Iterator[_Environment]:
    """Restores the environment at the end."""
    before = dict(os.environ)
    try:
        yield _Environment()
    finally:
        os.environ.clear()
        os.environ.update(before)
