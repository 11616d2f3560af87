"""Copies of the repository, in which tests run and mutants are tried."""

from __future__ import annotations

import shutil
from pathlib import Path

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".hypothesis", "__pycache__", "build", "dist")


def copy(root: Path, tree: Path) -> Path:
    """Copies what tests need of the repository to `tree`."""
    return Path(shutil.copytree(root, tree, ignore=LEFT_OUT))
