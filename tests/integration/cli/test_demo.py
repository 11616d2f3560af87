"""`reelmock demo` end to end."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from mockserver.cli.demo_steps.film import examine

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_the_demo_drives_seven_jobs_to_eight_checked_files(cli: Run, tmp_path: Path) -> None:
    done = cli("demo", "--rate", "120", "--out", str(tmp_path / "videos"))
    assert done.returncode == 0, done.stdout
    assert "8 files checked, 0 of 7 jobs failed" in done.stdout
    assert "65 credits ($0.325)" in done.stdout  # veo3_fast and its 1080p version
    films = [examine(path) for path in (tmp_path / "videos").iterdir()]
    assert [film.problem for film in films] == [""] * 8
    assert {(film.width, film.height) for film in films} == {(1280, 720), (1920, 1080)}
