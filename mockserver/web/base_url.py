"""The base of all URLs in replies.

It is `--public-url`; without that, scheme and Host of the request, if they are well-formed and not
a provider's own host name; without those, the bound address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.web.router import Router

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
)


class BaseUrls:
    """Decides the base URL for a request."""

    def __init__(self, router: Router, public_url: str | None, bound_url: str) -> None:
        self._router = router
        self._public_url = public_url.rstrip("/") if public_url else None
        self.bound_url = bound_url

    def name(self, host: bytes) -> str:
        """The name in a Host header, without its port, in lower case; empty if it is malformed."""
        found = _HOST.fullmatch(host.decode("latin-1"))
        return found["name"].lower() if found else ""

    def base(self, scheme: str, host: bytes) -> str:
        """The base URL for a request with this Host header, without a slash at its end."""
        if self._public_url:
            return self._public_url
        name = self.name(host)
        if not name or self._router.is_provider_host(name):
            return self.bound_url
        return f"{scheme}://{host.decode('ascii')}"
