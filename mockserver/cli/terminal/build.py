"""Which build this is: the version, and the commit that it was made from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

ROOT = Path(__file__).parents[3]
SHORT = 12  # characters of a commit
GIT_S = 5


def tell_version(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    """Prints the version and ends, if that is what was asked."""
    if not is_asked:
        return
    from mockserver import __version__

    commit = commit_of_clone(ROOT) or commit_of_build(ROOT)
    click.echo(f"reelmock, version {__version__}" + (f", commit {commit}" if commit else ""))
    context.exit()


def commit_of_build(folder: Path) -> str:
    """The commit that the build wrote down; empty if it knew none."""
    try:
        commit = (folder / "mockserver" / "commit.txt").read_text("utf-8").strip()
    except OSError:
        return ""
    return "" if commit.startswith("$") else commit[:SHORT]


def commit_of_clone(folder: Path) -> str:
    """The commit of a clone, where the code lies in one and git is there; else empty."""
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "rev-parse", f"--short={SHORT}", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
