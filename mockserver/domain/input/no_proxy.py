"""Hosts that a client must reach without a proxy of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("NO_PROXY", "no_proxy")  # some programs read the first, others the second
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def no_proxy(environment: Mapping[str, str], *hosts: str) -> dict[str, str]:
    """`NO_PROXY` in both spellings: the value of the environment, this machine, and `hosts`."""
    there = [part.strip() for name in NAMES for part in environment.get(name, "").split(",")]
    direct = ",".join(dict.fromkeys(part for part in (*there, *LOOPBACK, *hosts) if part))
    return dict.fromkeys(NAMES, direct)
