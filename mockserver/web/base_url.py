"""The base of the URLs that are handed out.

`--public-url`; else scheme and Host of the request, if well-formed and not a provider's own host
name; else the bound address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.web.router import Router

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
)
_REMEMBERED = 1000


class BaseUrls:
    """Decides the base URL for a request; remembers what it has decided."""

    def __init__(self, router: Router, public_url: str | None, bound_url: str) -> None:
        self._router = router
        self._public_url = public_url.rstrip("/") if public_url else None
        self.bound_url = bound_url
        self._names: dict[bytes, tuple[str, bool]] = {}

    def _read(self, value: bytes) -> tuple[str, bool]:
        """The name without its port, in lower case, and whether URLs may be built from it."""
        known = self._names.get(value)
        if known is None:
            found = _HOST.fullmatch(value.decode("latin-1"))
            name = found["name"].lower() if found else ""
            known = (name, found is not None and not self._router.is_provider_host(name))
            if len(self._names) < _REMEMBERED:
                self._names[value] = known
        return known

    def host(self, fields: dict[bytes, bytes]) -> str:
        """The name in the Host header, without its port."""
        return self._read(fields.get(b"host", b""))[0]

    def base(self, scheme: str, fields: dict[bytes, bytes]) -> str:
        """The base URL for a request, without a slash at its end."""
        if self._public_url:
            return self._public_url
        host = fields.get(b"host", b"")
        return f"{scheme}://{host.decode('ascii')}" if self._read(host)[1] else self.bound_url
