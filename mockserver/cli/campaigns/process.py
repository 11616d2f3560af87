"""Runs a command to its end or its deadline, and keeps everything that it prints."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import click
from msgspec import Struct

from mockserver.cli.campaigns.transcript import Transcript
from mockserver.system import real_ns

# Takes the seconds that have passed, and returns the real seconds that are left.
Left = Callable[[float], float]


class CannotStart(click.ClickException):
    """The command cannot be started: one line, exit code 2."""

    exit_code = 2


class BrokenOff(Exception):
    """The campaign was stopped: what this run shows is not the command's doing, but ours."""


class Ended(Struct, frozen=True):
    """How a command ended. `exit_code` is None if it was killed, and below 0 for a signal."""

    exit_code: int | None
    output: str
    real_ms: int


class Children:
    """The commands that run now, each in its own process group."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self.over = False  # whether the campaign was stopped

    def run(self, command: Sequence[str], environment: Mapping[str, str], left_s: Left) -> Ended:
        """Runs a command; processes that it started end with it. Raises CannotStart, BrokenOff.

        `left_s` says how much longer the command may run. It is asked again whenever that time is
        up.
        """
        began_ns = real_ns()
        child = _started(command, environment)
        self._running.add(child)
        if self.over:  # the campaign was stopped while this command was being started
            _end(child)
        assert child.stdout is not None
        transcript = Transcript(child.stdout)
        try:
            code = _awaited(child, left_s, began_ns)
        finally:
            _end(child)
            child.wait()
            self._running.discard(child)
        if self.over:
            raise BrokenOff
        return Ended(code, transcript.text(), (real_ns() - began_ns) // 1_000_000)

    def end_all(self) -> None:
        """Kills every command that runs or is being started, because the user pressed Ctrl-C."""
        self.over = True
        for child in tuple(self._running):
            _end(child)


def _started(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise CannotStart(f"cannot start {command[0]!r}: {error.strerror}") from None


def _awaited(child: subprocess.Popen[bytes], left_s: Left, began_ns: int) -> int | None:
    """The exit code of a command; None if its time was up."""
    while (left := left_s((real_ns() - began_ns) / 1e9)) > 0:
        with suppress(subprocess.TimeoutExpired):
            return child.wait(left)
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kills the command's process group, with all its children."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
