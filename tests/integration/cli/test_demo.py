"""`reelmock demo` end to end."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from mockserver.cli.demo_steps.film import examine
from tests.integration.cli.conftest import REELMOCK, environment

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_the_demo_drives_seven_jobs_to_eight_checked_files(cli: Run, tmp_path: Path) -> None:
    done = cli("demo", "--rate", "120", "--out", str(tmp_path / "videos"))
    assert done.returncode == 0, done.stdout
    assert "8 files checked, 0 of 7 jobs failed" in done.stdout
    assert "65 credits ($0.325)" in done.stdout  # veo3_fast and its 1080p version
    films = [examine(path) for path in (tmp_path / "videos").iterdir()]
    assert [film.problem for film in films] == [""] * 8
    assert {(film.width, film.height) for film in films} == {(1280, 720), (1920, 1080)}


def test_on_a_terminal_of_80_columns_every_line_of_the_table_can_be_read(tmp_path: Path) -> None:
    printed = on_a_terminal(tmp_path, 80, "demo", "--rate", "600")
    table = printed.partition("Jobs at all three providers")[2].partition("8 files checked")[0]
    lines = table.splitlines()[2:]
    assert max(map(len, lines)) <= 80, table
    headings, *rows = (re.split(r"  +", line) for line in lines if line)
    assert headings == ["provider", "mode", "states seen", "size", "would have cost"]
    assert ["kie", "1080p"] in [row[:2] for row in rows], table
    words = {word for row in rows for cell in row for word in cell.split(" ")}
    assert {"queued", "succeeded", "upgraded", "1920x1080,", "($0.325)"} <= words, table


def on_a_terminal(folder: Path, columns: int, *words: str) -> str:
    """What one command prints on a terminal of this width, without colours and cursor moves."""
    ours, its = os.openpty()
    variables = {**environment(folder), "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [REELMOCK, *words], stdin=its, stdout=its, stderr=its, cwd=folder, env=variables
    ) as running:
        os.close(its)
        printed = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    assert running.returncode == 0, printed
    text = printed.decode().replace("\r\n", "\n")
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


def _read(terminal: int) -> bytes:
    """The next bytes; none when the other side is closed, which Linux tells with an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
