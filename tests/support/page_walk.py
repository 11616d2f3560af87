"""The shell blocks of a page, typed one after the other in one real shell, as a reader types them.

A server of the page (`reelmock serve`, `record`, `replay`) runs on in the background on a free port,
as if in a second shell; its address takes the place of the one that the page shows.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.pages import HERE, every, left_out
from tests.support.patience import PATIENCE_S
from tests.support.some import some
from tests.support.troubles import blame

PRELUDE = r"""
told=0
reelmock() {
  case "$1" in
    serve | record | replay) begin "$@" ;;
    *) command reelmock "$@" ;;
  esac
}
begin() {
  told=$((told + 1))
  mkfifo ".told.$told"
  command reelmock "$@" --port 0 --json > ".told.$told" 2>> .servers &
  server=$!
  exec {from}< ".told.$told"
  read -r address <&"$from" || return 1
  [[ $address =~ \"base_url\":\"([^\"]*)\" ]] && export REELMOCK_URL="${BASH_REMATCH[1]}"
}
trap 'kill $(jobs -p) 2> .killed; wait' EXIT
"""
OWN = {
    "NO_COLOR": "1",
    # Plug-ins that are slow to load, and have no part in what a page shows of pytest.
    "PYTEST_ADDOPTS": "-p no:schemathesis -p no:hypothesispytest -p no:cacheprovider",
}
BEGINS, ENDS = "\x1e", "\x1f"


@dataclass(frozen=True)
class Typed:
    """A command of a page, what it printed and how it ended."""

    command: str
    output: str
    code: int


class Walk(list[Typed]):
    """All commands of a page, in its order."""

    def of(self, start: str) -> str:
        """What the one command printed that begins so."""
        (output,) = [typed.output for typed in self if typed.command.startswith(start)]
        return output


def walk(
    page: str,
    folder: Path,
    *,
    before: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
    ends: Mapping[str, int] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Walk:
    """Types the page's commands in a folder; every one must end with 0, or as `ends` says.

    `before` has lines of the test's own, typed ahead of the command that begins so. `instead` has
    what stands for words of the page that mean the reader's own: an id, a host, a key.
    """
    words = {HERE: "$REELMOCK_URL", **(instead or {})}
    commands = [
        command
        for block in every(page, "sh")
        for command in block.commands
        if not left_out(page, command)
    ]
    script = [PRELUDE]
    for command in commands:
        own = [line for start, line in (before or {}).items() if command.startswith(start)]
        typed = command
        for word, ours in words.items():
            typed = typed.replace(word, ours)
        script += [*own, f"printf '{BEGINS}'", typed, f"printf '{ENDS}%d{BEGINS}' $?"]
    printed = _printed("\n".join(script), folder, variables or {})
    told = re.findall(f"{BEGINS}([^{BEGINS}{ENDS}]*){ENDS}(\\d+)", printed)
    assert len(told) == len(commands), f"the shell ended early:\n{printed}"
    walked = Walk(
        Typed(command, output, int(code))
        for command, (output, code) in zip(commands, told, strict=True)
    )
    for typed in some(walked):
        starts = [start for start in (ends or {}) if typed.command.startswith(start)]
        wanted = (ends or {})[max(starts, key=len)] if starts else 0
        assert typed.code == wanted, f"{typed.command}\n{typed.output}"
    return walked


def _printed(script: str, folder: Path, variables: Mapping[str, str]) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    kept = {k: v for k, v in kept.items() if not k.startswith(("REELMOCK_", "PYTEST_"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    shell = subprocess.Popen(
        ["bash", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**kept, **OWN, "PATH": path, "HOME": str(folder), **variables},
        start_new_session=True,
    )
    try:
        printed, _ = shell.communicate(timeout=4 * PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)  # with its servers
        printed, _ = shell.communicate(timeout=PATIENCE_S)
    servers = folder / ".servers"
    blame(servers.read_text("utf-8") if servers.exists() else "", "a server of the page")
    return printed
