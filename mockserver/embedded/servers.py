"""The servers of a test run, each in its own thread, started when a test first asks for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mockserver.control import Control
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.settings import load_ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mockserver.app import Running
    from mockserver.domain.finding.ignoring import Ignore

Folders = tuple[str, ...]
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


class ServerElsewhere(RunningServer):
    """A server that somebody else has started and will end. Raises ControlError, BadInput.

    Token and CA come from the environment, as for the command line.
    """

    def __init__(
        self,
        url: str,
        environment: Mapping[str, str],
        ignored: tuple[Ignore, ...],
        folders: Folders,
    ) -> None:
        from mockserver.engine.plugins import plugins_in

        token, ca = (environment.get(f"REELMOCK_{name}") for name in ("ADMIN_TOKEN", "CA"))
        self.ignored = ignored
        self.plugins = folders
        self.control = Control(url, token, ca=ca)
        self.base_url = self.control.base_url
        there = {str(provider["name"]) for provider in self.control.providers()}
        known = plugins_in(folders).providers.all()
        self.providers = {one.name: one for one in known if one.name in there}

    def stop(self) -> None:
        """Closes the connections; the server goes on."""
        self.control.close()


class Servers:
    """One server for each key policy and tape. What the project's settings file ignores does not count.

    `plugins` are folders. With `url` all tests use the server there, with the speed and the key
    policy that it has. Raises BadInput over a file that is wrong.
    """

    def __init__(
        self, speed: float, config: Path, plugins: Folders = (), url: str | None = None
    ) -> None:
        self._url = url
        self._speed = speed
        self._plugins = plugins
        self._ignored = load_ignored(config)
        self._running: dict[tuple[str, Path | None], RunningServer] = {}

    def get(self, keys: str, tape: Path | None = None) -> RunningServer:
        """The server of a key policy, which replays a tape if one is given. Raises BadInput."""
        if keys not in POLICIES:
            raise BadInput("keys", keys, f"one of: {', '.join(POLICIES)}{nearest(keys, POLICIES)}")
        if self._url is not None:
            return self._elsewhere(self._url, keys, tape)
        if (keys, tape) not in self._running:
            self._running[keys, tape] = RunningServer(
                keys, self._speed, self._ignored, self._plugins, tape
            )
        return self._running[keys, tape]

    def _elsewhere(self, url: str, keys: str, tape: Path | None) -> RunningServer:
        if keys != "open" or tape is not None:
            what = ("keys", keys) if tape is None else ("tape", str(tape))
            raise BadInput(*what, "nothing of the kind: the server of --reelmock-url is as it is")
        if ("open", None) not in self._running:
            found = ServerElsewhere(url, os.environ, self._ignored, self._plugins)
            self._running["open", None] = found
        return self._running["open", None]

    def stop(self) -> None:
        """Ends every server that was started."""
        for server in self._running.values():
            server.stop()
