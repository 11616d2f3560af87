"""Sockets of this process that neither find nor reach certain hosts.

Only the standard library is used: a guarded program gets a copy of this file, and its Python may be
another one, without Reelmock.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

REAL = "use the base URL of the mock"
OTHER = "--guard=all refuses every other machine; with plain --guard, calls to it pass"


class Refused(ConnectionRefusedError):
    """A connection that the guard does not let out."""


def guard_sockets(refusal: Callable[[str], str]) -> Callable[[], None]:
    """From now on `refusal` is asked before a host is looked up or connected to.

    It says what to do instead, or nothing if the host is not refused. A refused call raises
    Refused. The returned function puts everything back.

    It does not see a connection to a bare address, nor one of a library that has its own sockets
    (uvloop, for example, or gRPC).
    """
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def refuse(host: object) -> None:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and (advice := refusal(name)):
            raise Refused(f"the guard lets nothing out to {name}: {advice}")

    def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        refuse(host)
        return look_up(host, *rest, **named)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        refuse(address[0] if isinstance(address, tuple) else None)
        connect(self, address)

    def put_back() -> None:
        socket.getaddrinfo = look_up
        del socket.socket.connect  # the class inherits it

    socket.getaddrinfo = guarded_look_up
    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    return put_back
