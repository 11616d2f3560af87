"""Which build this is: the version, and the commit that it was made from."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[3]
SHORT = 12  # characters of a commit
GIT_S = 5


def tell_version(context: click.Context, option: click.Parameter, is_asked: bool) -> None:
    """Prints the version and ends, if that is what was asked."""
    if not is_asked:
        return
    from mockserver import __version__

    commit = commit_of_clone(ROOT) or commit_of_installation()
    click.echo(f"reelmock, version {__version__}" + (f", commit {commit}" if commit else ""))
    context.exit()


def commit_of_installation() -> str:
    """The commit, where pip installed from a repository and wrote that down; else empty."""
    from importlib.metadata import PackageNotFoundError, distribution

    import msgspec

    try:
        text = distribution("reelmock").read_text("direct_url.json")
        found: Mapping[str, Any] = msgspec.json.decode(text or "{}", type=dict[str, Any])
    except (PackageNotFoundError, msgspec.DecodeError):
        return ""
    return str(found.get("vcs_info", {}).get("commit_id", ""))[:SHORT]


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
