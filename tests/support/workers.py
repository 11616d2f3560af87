"""How many workers `pytest -n auto` means: two a core, since a test waits about as long as it works."""

from __future__ import annotations

import os


def pytest_xdist_auto_num_workers() -> int:
    return 2 * (os.cpu_count() or 1)
