"""One file per provider, found by its name: `clientlib/providers/kie.py` is `Client("kie")`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from clientlib._codec import Provider


def names() -> tuple[str, ...]:
    """The providers there are, in alphabetical order."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))


def load(name: str) -> Provider:
    """The codec called `name`; `ValueError` names the known ones."""
    if name not in names():
        raise ValueError(f"no provider {name!r}; there are {', '.join(names())}")
    return cast(Provider, import_module(f"{__name__}.{name}").PROVIDER)
