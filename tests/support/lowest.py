"""Prints a constraint for the lowest version of each library that the package allows.

python -m tests.support.lowest > constraints.txt
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
OF_USERS = ("verify", "redis", "tls", "metrics")
"""The extras that users install; the others hold tools of ours, whose lowest version says nothing."""
BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?\s*>=\s*(?P<version>[0-9.]+)")


def constraints() -> Iterator[str]:
    """`name==version` for each requirement. Raises ValueError where one names no lowest version."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *(each for name in OF_USERS for each in extras[name])]:
        found = BOUND.match(text)
        if found is None:
            raise ValueError(f"{text!r} names no lowest version, such as httpx>=0.28")
        yield f"{found['name']}=={found['version']}"


if __name__ == "__main__":
    print("\n".join(constraints()))
