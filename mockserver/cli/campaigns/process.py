"""Runs a command to its end or its deadline, with all that it prints."""

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

# Real seconds that a command still has, from those that have passed.
Left = Callable[[float], float]


class CannotStart(click.ClickException):
    """The command cannot be started: one line, exit code 2."""

    exit_code = 2


class BrokenOff(Exception):
    """The campaign ends before its time: what this run shows is nobody's doing but ours."""


class Ended(Struct, frozen=True):
    """How a command ended. `exit_code` is None when it was killed; below 0 for a signal."""

    exit_code: int | None
    output: str
    real_ms: int


class Children:
    """The commands that run now, each in a process group of its own."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self.over = False  # whether all of it has been broken off

    def run(self, command: Sequence[str], environment: Mapping[str, str], left_s: Left) -> Ended:
        """Runs a command; what it leaves behind ends with it. Raises CannotStart, BrokenOff.

        `left_s` is asked how much longer it may run, again whenever that time is up.
        """
        began_ns = real_ns()
        child = _started(command, environment)
        self._running.add(child)
        if self.over:  # the order came while this one was being started
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
        """Kills every command that runs or is being started: somebody has pressed Ctrl-C."""
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
    """The exit code of a command; None when its time was up."""
    while (left := left_s((real_ns() - began_ns) / 1e9)) > 0:
        with suppress(subprocess.TimeoutExpired):
            return child.wait(left)
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kills the command's process group, its own children included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
