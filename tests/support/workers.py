"""How many workers `pytest -n auto` means: three a core, since many tests wait longer than they work."""

from __future__ import annotations

import os


def pytest_xdist_auto_num_workers() -> int:
    return 3 * (os.cpu_count() or 1)
