"""The servers of a test run, each in its own thread, started when a test first asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.control import Control
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.settings import load_ignored

if TYPE_CHECKING:
    from pathlib import Path

    from mockserver.app import Running
    from mockserver.domain.finding.ignoring import Ignore

POLICIES = ("open", "shared", "closed")


class RunningServer:
    """One server: where it listens, and its control API. With a `tape` it replays that."""

    def __init__(
        self,
        keys: str,
        speed: float,
        ignored: tuple[Ignore, ...] = (),
        plugins: tuple[str, ...] = (),
        tape: Path | None = None,
    ) -> None:
        from mockserver.app import Running
        from mockserver.recorder.replay import plugins_of_tape
        from mockserver.settings import load_settings

        flags = {"port": 0, "keys": keys, "speed": speed, "callback_timeout": "1s"}
        replayed = plugins_of_tape(plugins, tape) if tape else None
        settings = load_settings({**flags, "plugins": plugins}, {})
        self._running: Running = Running(settings, plugins=replayed)
        self.ignored = ignored
        self.plugins = plugins
        self.base_url = self._running.base_url
        self.control = Control(self.base_url)
        self.providers = self._running.app.core.providers

    def stop(self) -> None:
        """Ends the server and waits for it."""
        self.control.close()
        self._running.stop()


class Servers:
    """One server for each key policy and tape. What the project's settings file ignores does not count.

    `plugins` are folders. Raises BadInput over a file that is wrong.
    """

    def __init__(self, speed: float, config: Path, plugins: tuple[str, ...] = ()) -> None:
        self._speed = speed
        self._plugins = plugins
        self._ignored = load_ignored(config)
        self._running: dict[tuple[str, Path | None], RunningServer] = {}

    def get(self, keys: str, tape: Path | None = None) -> RunningServer:
        """The server of a key policy, which replays a tape if one is given. Raises BadInput."""
        if keys not in POLICIES:
            raise BadInput("keys", keys, f"one of: {', '.join(POLICIES)}{nearest(keys, POLICIES)}")
        if (keys, tape) not in self._running:
            self._running[keys, tape] = RunningServer(
                keys, self._speed, self._ignored, self._plugins, tape
            )
        return self._running[keys, tape]

    def stop(self) -> None:
        """Ends every server that was started."""
        for server in self._running.values():
            server.stop()
