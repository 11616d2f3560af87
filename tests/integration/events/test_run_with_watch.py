"""`reelmock run --watch`: live lines on stderr, and the program's own output whole."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.integration.cli.conftest import REELMOCK, environment
from tests.integration.events.terminal import Terminal
from tests.support.patience import PATIENCE_S

CLIENT = """
import os, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for body in (b'{"prompt": "a", "model": "veo3_fast"}', b'{"prompt": "a", "model": "veo3_fasst"}'):
    print(opener.open(urllib.request.Request(
        os.environ["KIE_BASE_URL"] + "/api/v1/veo/generate", body,
        {"Authorization": "Bearer " + os.environ["KIE_API_KEY"], "Content-Type": "application/json"},
    )).status)
"""


def ran(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """One `reelmock run` of the client, through pipes."""
    return subprocess.run(
        [REELMOCK, "run", *options, "--", sys.executable, "-c", CLIENT],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(folder),
        timeout=PATIENCE_S,
        check=False,
    )


def test_the_live_lines_are_on_stderr_before_the_bill_and_the_output_stays_whole(
    tmp_path: Path,
) -> None:
    done = ran(tmp_path, "--watch")
    assert (done.returncode, done.stdout) == (0, "200\n200\n")
    lines = done.stderr.splitlines()
    bill = lines.index("Reelmock was called 2 times:")
    calls = [line for line in lines[:bill] if " kie generate " in line and " 200 " in line]
    assert [("· 422" in line) for line in calls] == [False, True]
    assert " kie generate " not in "\n".join(lines[bill:])
    assert "\x1b" not in done.stderr


def test_without_watch_there_is_no_line(tmp_path: Path) -> None:
    assert " kie generate 200 " not in ran(tmp_path).stderr


def test_a_terminal_shows_a_refusal_in_red_while_the_output_goes_elsewhere(tmp_path: Path) -> None:
    reader, writer = pty.openpty()
    try:
        process = subprocess.Popen(
            [REELMOCK, "run", "--watch", "--", sys.executable, "-c", CLIENT],
            stdout=subprocess.PIPE,
            stderr=writer,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path),
        )
        os.close(writer)
        terminal = Terminal(reader)
        terminal.rest()
        output, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        os.close(reader)
    assert output == "200\n200\n"
    assert re.search(r"\x1b\[31m.* kie generate 200 · 422 .*\x1b\[0m", terminal.text)
