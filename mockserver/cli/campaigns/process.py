"""Runs a command to its end or its deadline, with all that it prints."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

import click
from msgspec import Struct

from mockserver.system import real_ns

OUTPUT_CAP_CHARS = 20_000


class CannotStart(click.ClickException):
    """The command cannot be started: one line, exit code 2."""

    exit_code = 2


class Ended(Struct, frozen=True):
    """How a command ended. `exit_code` is None when it was killed; below 0 for a signal."""

    exit_code: int | None
    output: str
    real_ms: int


class Children:
    """The commands that run now, each in a process group of its own."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._over = False

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], deadline_s: float
    ) -> Ended:
        """Runs a command; what it leaves behind ends with it. Raises CannotStart."""
        began_ns = real_ns()
        try:
            child = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotStart(f"cannot start {command[0]!r}: {error.strerror}") from None
        self._running.add(child)
        if self._over:  # the order came while this one was being started
            _end(child)
        code: int | None
        try:
            output, _ = child.communicate(timeout=deadline_s)
            code = child.returncode
        except subprocess.TimeoutExpired:
            _end(child)
            output, _ = child.communicate()
            code = None
        finally:
            _end(child)
            self._running.discard(child)
        return Ended(code, _text(output), (real_ns() - began_ns) // 1_000_000)

    def end_all(self) -> None:
        """Kills every command that runs or is being started: somebody has pressed Ctrl-C."""
        self._over = True
        for child in tuple(self._running):
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kills the command's process group, its own children included."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _text(output: bytes) -> str:
    text = output.decode("utf-8", "replace")
    if len(text) <= OUTPUT_CAP_CHARS:
        return text
    half = OUTPUT_CAP_CHARS // 2
    return f"{text[:half]}\n[… {len(text) - OUTPUT_CAP_CHARS} characters …]\n{text[-half:]}"
