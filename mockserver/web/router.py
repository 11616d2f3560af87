"""Finds the operation of a path: by prefix, then by Host, then by the path itself.

It uses a tree of path segments, so that a look-up costs the same for any number of operations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.provider.provider import Operation, Provider


class Route(Struct, frozen=True, gc=False):
    """What a path leads to. Without an operation, the provider itself refuses."""

    provider: Provider
    operation: Operation[Any] | None
    params: dict[str, str]
    allowed: tuple[str, ...] = ()
    near: str = ""  # the path without extra slashes, if the provider has it


class _Node:
    __slots__ = ("children", "operations", "wild", "wild_name")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.wild: _Node | None = None
        self.wild_name = ""
        self.operations: dict[str, tuple[Provider, Operation[Any]]] = {}

    def add(self, path: str, provider: Provider, operation: Operation[Any]) -> None:
        node = self
        for segment in path.split("/")[1:]:
            if segment.startswith("{"):
                node.wild = node.wild or _Node()
                node.wild_name = segment[1:-1]
                node = node.wild
            else:
                node = node.children.setdefault(segment, _Node())
        # If two providers have the same path (`/v1/models`), the first one gets it.
        if node.operations and next(iter(node.operations.values()))[0] is not provider:
            return
        node.operations.setdefault(operation.method, (provider, operation))

    def find(self, segments: list[str]) -> tuple[_Node, dict[str, str]] | None:
        node, params = self, {}
        for segment in segments:
            child = node.children.get(segment)
            if child is None:
                child = node.wild
                if child is None or not segment:  # an empty id is an extra slash
                    return None
                params[node.wild_name] = segment
            node = child
        return (node, params) if node.operations else None


class Router:
    """Leads (method, Host, path) to a route; None if no provider knows it."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._prefixes: dict[str, tuple[Provider, _Node]] = {}
        self._hosts: dict[str, tuple[Provider, _Node]] = {}
        self._bare = _Node()
        for provider in providers:
            own = _Node()
            for operation in provider.operations:
                own.add(operation.path, provider, operation)
                self._bare.add(operation.path, provider, operation)
            self._prefixes[provider.name] = (provider, own)
            for host in provider.hosts:
                self._hosts[host] = (provider, own)

    def is_provider_host(self, host: str) -> bool:
        """Whether a name, without its port, belongs to a provider."""
        return host in self._hosts

    def find(self, method: str, host: str, path: str) -> Route | None:
        """The route of a call.

        `host` has no port and is in lower case. GET operations serve HEAD too. A target that is not
        a path (`OPTIONS *`) leads nowhere.
        """
        route = self._find(method, host, path)
        if route is None or route.operation is not None or route.allowed:
            return route
        return replace(route, near=self.near(method, host, path))

    def near(self, method: str, host: str, path: str) -> str:
        """The same path without extra slashes, if a provider serves it; else empty."""
        bare = re.sub("/+", "/", path).rstrip("/")
        route = self._find(method, host, bare) if bare != path else None
        return bare if route is not None and (route.operation or route.allowed) else ""

    def _find(self, method: str, host: str, path: str) -> Route | None:
        if path[:1] != "/":
            return None
        segments = path.split("/")[1:]
        method = "GET" if method == "HEAD" else method
        prefixed = self._prefixes.get(segments[0])
        if prefixed is not None:
            return _within(prefixed[0], prefixed[1], method, segments[1:])
        hosted = self._hosts.get(host)
        if hosted is not None and hosted[1].find(segments):
            return _within(hosted[0], hosted[1], method, segments)
        found = self._bare.find(segments)
        if found is None:
            return _within(hosted[0], hosted[1], method, segments) if hosted else None
        provider = next(iter(found[0].operations.values()))[0]
        return _route(provider, found, method)


def _within(provider: Provider, node: _Node, method: str, segments: list[str]) -> Route:
    found = node.find(segments)
    return Route(provider, None, {}) if found is None else _route(provider, found, method)


def _route(provider: Provider, found: tuple[_Node, dict[str, str]], method: str) -> Route:
    node, params = found
    pair = node.operations.get(method)
    if pair is None:
        return Route(provider, None, params, tuple(node.operations))
    return Route(provider, pair[1], params)
