"""The environment of a guarded command: a proxy, a CA, and hooks for the sockets that use no proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.cli.terminal.guard_hooks import python_and_node
from mockserver.cli.terminal.guard_proxy import GuardProxy
from mockserver.domain.input.no_proxy import LOOPBACK, NAMES

if TYPE_CHECKING:
    from mockserver.embedded.guard import Guard

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@contextmanager
def guarding(
    guard: Guard, exported: Mapping[str, str], *, is_closed: bool
) -> Iterator[dict[str, str]]:
    """A proxy while the block runs, and the environment of a command that is to use it.

    What is exported already stays; only this machine is reached without the proxy.
    """
    with TemporaryDirectory(prefix="reelmock-") as folder:
        ca, chain = _certificate(Path(folder), guard)
        proxy = GuardProxy(guard, chain, is_closed=is_closed)
        hosts = [*LOOPBACK, urlsplit(exported["REELMOCK_URL"]).hostname or ""]
        direct = ",".join(dict.fromkeys(hosts))
        found = {**exported, **dict.fromkeys(NAMES, direct), "NODE_USE_ENV_PROXY": "1"}
        for name in PROXIES:
            found |= {name: proxy.url, name.lower(): proxy.url}
        if ca is not None:
            found |= _trusting(Path(folder), ca, exported)
        found |= _hooked(Path(folder), proxy.url, guard, exported, is_closed=is_closed)
        try:
            yield found
        finally:
            proxy.stop()


def _certificate(folder: Path, guard: Guard) -> tuple[Path | None, Path | None]:
    """A CA and a chain for the real hosts; none where the package for it is missing."""
    from mockserver.domain.input.errors import NotInstalled
    from mockserver.web.tls import issue

    try:
        made = issue(folder, guard.hosts)
    except NotInstalled:
        return None, None
    return made.ca, made.chain


def _trusting(folder: Path, ca: Path, exported: Mapping[str, str]) -> dict[str, str]:
    """Variables by which runtimes trust our CA beside all that they trust anyway."""
    import certifi

    from mockserver.cli.terminal.child import TRUST_VARIABLES

    parts = [Path(certifi.where()).read_bytes(), ca.read_bytes()]
    if exported.get("REELMOCK_CA"):
        parts.append(Path(exported["REELMOCK_CA"]).read_bytes())
    bundle = folder / "trusted.pem"
    bundle.write_bytes(b"\n".join(parts))
    return dict.fromkeys(TRUST_VARIABLES, str(bundle))


def _hooked(
    folder: Path, proxy_url: str, guard: Guard, exported: Mapping[str, str], *, is_closed: bool
) -> dict[str, str]:
    """Variables by which Python and node run our hook first, and what the hook has to know."""
    given = {**os.environ, **exported}
    python, node = python_and_node(folder)
    return {
        "_REELMOCK_GUARD": urlsplit(proxy_url).netloc,
        "_REELMOCK_GUARDED_HOSTS": ",".join([*guard.hosts, *["*"] * is_closed]),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(python), given.get("PYTHONPATH")])),
        "NODE_OPTIONS": f'{given.get("NODE_OPTIONS", "")} --require "{node}"'.strip(),
    }
