"""The repository as the architecture tests see it: the files that belong to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOREIGN = {".git", ".venv", "node_modules", "build", "dist", "demo-videos", "__pycache__"}
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".js", ".mjs", ".css", ".html", ".lua"}
TEXT |= {".sh", ".java", ".conf", ""}


def files() -> Iterator[Path]:
    """Every text file of the tree."""
    for folder, names, found in os.walk(ROOT):
        names[:] = [n for n in names if n not in FOREIGN and not n.endswith(("_cache", "-info"))]
        names[:] = [n for n in names if n != ".hypothesis"]
        for name in sorted(set(found) - FOREIGN):  # a linked worktree has a file `.git`
            path = Path(folder, name)
            if path.suffix in TEXT and not path.is_symlink():
                yield path


def sources() -> list[Path]:
    """Every Python file of the three packages."""
    packages = (ROOT / name for name in ("mockserver", "contracts", "clientlib"))
    return sorted(path for package in packages for path in package.rglob("*.py"))


def name(path: Path) -> str:
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix()
