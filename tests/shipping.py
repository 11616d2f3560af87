"""What users install, tried as they do: `python -m tests.shipping`, as `.ci/long shipping`.

Builds sdist and wheel, installs the wheel without extras in an environment of its own, and tries the
commands, the fixture and a typed program from there. Tells sizes, import time and cold start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from mockserver.system import real_ns

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 600
QUIET = ("--quiet", "--disable-pip-version-check")
TYPED = """
from clientlib import Client, Pace
from contracts import validate
from mockserver.control import Control, Task
from mockserver.embedded import running


def make(prompt: str) -> str:
    with running() as mock, Client(
        "kie", base_url=mock.base_url("kie"), api_key=mock.api_key, pace=Pace(0.01)
    ) as client:
        client.submit(prompt).wait()
        tasks: list[Task] = mock.tasks
        with Control(mock.url, key=mock.api_key) as control:
            assert [task.id for task in control.tasks()] == [task.id for task in tasks]
        return tasks[0].phase


assert make("a cat") == "succeeded"
assert callable(validate)
"""
FIXTURE = """
from mockserver.pytest_plugin.receiver import Receiver
from mockserver.pytest_plugin.sandbox import Reelmock


def test_the_fixtures_are_there(reelmock: Reelmock, reelmock_receiver: Receiver) -> None:
    assert reelmock.base_url("kie").endswith("/kie")
    reelmock_receiver.answer(500, then=200)
"""


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Runs a command that has to end well, and gives what it printed."""
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True, text=True, cwd=cwd, env=env, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def timed(*words: str | Path, cwd: Path) -> float:
    """Milliseconds that a command takes, at its second run."""
    run(*words, cwd=cwd)
    began = real_ns()
    run(*words, cwd=cwd)
    return (real_ns() - began) / 1e6


def main() -> None:
    """Everything, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="reelmock-shipping-") as name:
        folder = Path(name)
        run(
            sys.executable,
            "-m",
            "pip",
            "wheel",
            *QUIET,
            "--no-deps",
            "-w",
            folder,
            ROOT,
            cwd=folder,
        )
        (wheel,) = folder.glob("reelmock-*.whl")
        builder = folder / "builder"
        venv.create(builder, with_pip=True)
        run(builder / "bin/pip", "install", *QUIET, "build", cwd=folder)
        run(builder / "bin/python", "-m", "build", "--sdist", "-o", folder, ROOT, cwd=folder)
        (sdist,) = folder.glob("reelmock-*.tar.gz")
        print(
            f"wheel {wheel.stat().st_size / 1e6:.2f} MB, sdist {sdist.stat().st_size / 1e6:.2f} MB"
        )
        for what in (wheel, sdist):
            tried(what, folder / what.suffix.strip("."))


def tried(what: Path, folder: Path) -> None:
    """One distribution in an environment without extras."""
    venv.create(folder / "env", with_pip=True)
    bin_ = folder / "env" / "bin"
    run(bin_ / "pip", "install", *QUIET, what, cwd=folder)
    run(bin_ / "pip", "check", cwd=folder)
    reelmock = bin_ / "reelmock"
    commit = run("git", "rev-parse", "--short=12", "HEAD", cwd=ROOT).strip()
    assert commit in run(reelmock, "--version", cwd=folder)
    for command in ("", "serve", "run", "verify", "campaign", "mcp", "task list"):
        assert "Example:" in run(reelmock, *command.split(), "--help", cwd=folder), command
    assert "0 of 7 jobs failed" in run(reelmock, "demo", cwd=folder)
    shown = run(
        reelmock,
        "run",
        "--allow-no-calls",
        "--",
        "node",
        "-p",
        "process.env.KIE_BASE_URL",
        cwd=folder,
    )
    assert shown.rstrip().endswith("/kie"), shown
    imported = timed(bin_ / "python", "-c", "import mockserver.cli", cwd=folder)
    bare = timed(bin_ / "python", "-c", "pass", cwd=folder)
    start = timed(reelmock, "run", "--allow-no-calls", "--", "true", cwd=folder)
    print(f"{what.name}: import {imported - bare:.0f} ms, run from cold {start:.0f} ms")
    run(bin_ / "pip", "install", *QUIET, "pytest", "mypy", cwd=folder)
    (folder / "test_fixture.py").write_text(FIXTURE)
    run(bin_ / "pytest", "-q", "test_fixture.py", cwd=folder, env={"PATH": os.environ["PATH"]})
    (folder / "typed.py").write_text(TYPED)
    run(bin_ / "mypy", "--strict", "typed.py", "test_fixture.py", cwd=folder)
    run(bin_ / "python", "typed.py", cwd=folder)
    print(f"{what.name}: demo, run, fixture, mypy --strict: all right")


if __name__ == "__main__":
    main()
