"""Where a request goes and whose key it has: decided only by method, path, Host and key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from mockserver.web.identify import read_key

if TYPE_CHECKING:
    from mockserver.web.base_url import BaseUrls
    from mockserver.web.router import Route, Router

REMEMBERED = 10_000  # clients poll the same paths
# path, Host and key together; longer ones are computed each time, to save memory
LONGEST_ASKED = 1024
Asked = tuple[Any, ...]  # method, path, Host, and what stands at each place of a key


class Address(Struct, gc=False):
    """What is known of a call before its body is read."""

    path: str
    route: Route
    key: str
    key_hash: str
    base_url: str


class Addresses:
    """Computes addresses, and remembers them."""

    def __init__(self, router: Router, base_urls: BaseUrls) -> None:
        self._router = router
        self._base_urls = base_urls
        self._known: dict[Asked, Address] = {}
        self.known = self._known.get

    def route(self, asked: Asked) -> Route | None:
        """Where a call goes; None if no provider knows it."""
        method, path, host, *_ = asked
        return self._router.find(method, self._base_urls.name(host), path)

    def near(self, asked: Asked) -> str:
        """The path that a provider serves, if the requested one has too many slashes; else empty."""
        method, path, host, *_ = asked
        return self._router.near(method, self._base_urls.name(host), path)

    def learn(
        self, asked: Asked, route: Route, scheme: str, fields: Mapping[bytes, bytes], query: str
    ) -> Address:
        """The address of a new call. Raises Refusal(`unauthorized`) for a wrong key."""
        _, path, host, *presented = asked
        key, key_hash = read_key(fields, query, route.provider)
        base_url = self._base_urls.base(scheme, host)
        address = Address(path, route, key, key_hash, base_url)
        if len(path) + len(host) + sum([len(value or "") for value in presented]) <= LONGEST_ASKED:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[asked] = address
        return address
