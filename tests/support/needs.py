"""What a test needs of its machine: skipped with the reason where it is absent, failed where CI=true."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

BESIDES = os.pathsep + "/usr/sbin"  # where a system's packages put their servers


def absent(what: str) -> NoReturn:
    """Ends a test that cannot run here; `what` says in a sentence's beginning what is missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}, and CI=true")
    pytest.skip(what)


def program(name: str) -> str:
    """The path of a program that CI has installed."""
    found = shutil.which(name, path=os.environ.get("PATH", os.defpath) + BESIDES)
    return found or absent(f"{name} is not installed")


def runtime(name: str) -> str:
    """The path of a program that is used where it is at hand."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
