"""Adds several options to a command at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def adding(*options: Decorator) -> Decorator:
    """Adds options to a command, which gets them as keyword arguments."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add
