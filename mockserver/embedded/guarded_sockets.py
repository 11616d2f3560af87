"""Sockets of this process that neither find nor reach certain hosts.

Only the standard library is used: a guarded program gets a copy of this file, and its Python may be
another one, without Reelmock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

REAL = "use the base URL of the mock"
OTHER = "--guard=all refuses every other machine; with plain --guard, calls to it pass"


class Refused(ConnectionRefusedError):
    """A connection that the guard does not let out."""


# what CPython says before a socket looks a host up or goes to an address
_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname")
_CONNECT = "socket.connect"
_LOOP_STARTS = "sys.set_asyncgen_hook_firstiter"

_refusals: list[Callable[[str], str]] = []
_hooks: list[Callable[[str, tuple[Any, ...]], None]] = []  # Python takes none back: there is one


def guard_sockets(refusal: Callable[[str], str]) -> Callable[[], None]:
    """From now on `refusal` is asked before a host is looked up or connected to.

    It says what to do instead, or nothing if the host is not refused. A refused call raises
    Refused. The returned function puts everything back.

    It does not see a connection to a bare address, nor one of a library that has its own sockets
    (gRPC, for example, or pycurl).
    """
    if not _hooks:
        _hooks.append(_heard)
        sys.addaudithook(_heard)
    _refusals.append(refusal)
    return lambda: _refusals.remove(refusal)


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if not _refusals:
        return
    if event in _LOOK_UPS:
        _refuse(given[0])
    elif event == _CONNECT:
        _refuse(given[1][0] if isinstance(given[1], tuple) else None)
    elif event == _LOOP_STARTS and (uvloop := sys.modules.get("uvloop")):
        _guard_loop(uvloop.Loop)


def _refuse(host: object) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str):
        for refusal in tuple(_refusals):
            if advice := refusal(name):
                raise Refused(f"the guard lets nothing out to {name}: {advice}")


def _guard_loop(loop: Any) -> None:
    """uvloop looks hosts up by itself, and Python hears nothing of it."""
    for name, place in (("getaddrinfo", 0), ("create_connection", 1)):
        own = getattr(loop, name)
        if not hasattr(own, "__wrapped__"):
            setattr(loop, name, _asking(own, place))


def _asking(own: Callable[..., Any], place: int) -> Callable[..., Any]:
    """A coroutine function whose host stands at a place, or has its name."""

    @wraps(own)
    async def asked(loop: Any, *given: Any, **named: Any) -> Any:
        _refuse(named.get("host", dict(enumerate(given)).get(place)))
        return await own(loop, *given, **named)

    return asked
