"""What a guarded program runs first, in its own language: the sockets that no proxy sees."""

from __future__ import annotations

import shutil
from pathlib import Path

from mockserver.embedded import guarded_sockets

HERE = Path(__file__).parent


def python_and_node(folder: Path) -> tuple[Path, Path]:
    """Copies the hooks into a folder of their own: a folder for PYTHONPATH, a file for node."""
    python = folder / "python"
    python.mkdir()
    shutil.copy(HERE / "sitecustomize.py", python)
    shutil.copy(guarded_sockets.__file__, python / "reelmock_guarded_sockets.py")
    return python, HERE / "node.cjs"
