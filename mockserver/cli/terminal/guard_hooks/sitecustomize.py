"""What a guarded Python program runs first: its sockets do not find the hosts of providers.

It stands in a folder of its own on PYTHONPATH, beside a copy of `guarded_sockets`.
"""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

# read at the start: the program may change its environment
HOSTS = os.environ["_REELMOCK_GUARDED_HOSTS"].split(",")
DIRECT = os.environ["NO_PROXY"].split(",")
GUARD, _, PORT = os.environ["_REELMOCK_GUARD"].rpartition(":")


def _refusal(host: str) -> str:
    words = import_module("reelmock_guarded_sockets")
    name = host.lower().rstrip(".")
    if name in HOSTS:
        advice = words.REAL
    elif "*" in HOSTS and name and name not in DIRECT:
        advice = words.OTHER
    else:
        return ""
    _tell(name)
    return str(advice)


def _tell(host: str) -> None:
    """Tells the guard, and waits until it has written it down."""
    with socket.create_connection((GUARD, int(PORT)), timeout=5) as guard:
        guard.sendall(f"REFUSED {host} HTTP/1.1\r\n\r\n".encode("ascii", "replace"))
        guard.recv(1)


def _run_the_own_one() -> None:
    """The program's environment may have a `sitecustomize` too; Python takes only the first."""
    here = Path(__file__).resolve().parent
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != here]
    ours = sys.modules.pop("sitecustomize")
    with suppress(ImportError):
        import_module("sitecustomize")
    sys.modules.setdefault("sitecustomize", ours)  # the import looks for it there


if __name__ == "sitecustomize":
    import_module("reelmock_guarded_sockets").guard_sockets(_refusal)
    _run_the_own_one()
