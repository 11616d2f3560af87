"""Writes the commit of a clone into what is built from it, for `reelmock --version`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILE = "mockserver/commit.txt"  # in an archive that git made, git has written the commit into it


class Commit(BuildHookInterface[Any]):
    """A hook of hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Puts the file with the commit in the place of the one without it."""
        if version == "editable" or not Path(self.root, ".git").exists():
            return
        command = ["git", "-C", self.root, "rev-parse", "HEAD"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return
        written = Path(self.directory, ".commit")
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(done.stdout)
        build_data["force_include"][str(written)] = FILE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Leaves nothing behind beside what was built."""
        Path(self.directory, ".commit").unlink(missing_ok=True)
