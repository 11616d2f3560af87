"""One file per provider, found by its name: `clientlib/providers/kie.py` is `Client("kie")`; a file
whose name begins with `_` is a part of one.

Installed packages bring further ones, none of which can hide one of ours.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from clientlib import _plugins
from clientlib._codec import Provider


def names() -> tuple[str, ...]:
    """The providers there are, ours in alphabetical order before those of strangers.

    `ValueError` where a stranger brings a name that is taken.
    """
    taken = [name for name in _plugins.brought() if name in _own()]
    if taken:
        raise ValueError(f"plug-in {taken[0]} of {_plugins.GROUP}: there is a client of that name")
    return (*_own(), *_plugins.brought())


def _own() -> tuple[str, ...]:
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def load(name: str) -> Provider:
    """The codec called `name`; `ValueError` names the known ones."""
    if name not in _own():
        if name not in names():
            raise ValueError(f"provider: {name!r} is not one of {', '.join(names())}")
        return _plugins.load(name)
    return cast(Provider, import_module(f"{__name__}.{name}").PROVIDER)
