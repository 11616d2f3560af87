"""Loads a plug-in for its test. A server in this process has the same module."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from mockserver.engine.plugin_sources import loaded_from


def load(path: Path) -> ModuleType:
    """The plug-in in a file, or in a folder with `__init__.py`. Raises BadInput, in one line."""
    return loaded_from(path)
