"""A client that knows only a provider's record: where the key goes, and which calls there are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from msgspec import Struct

from mockserver.domain.provider.judging import json_of
from mockserver.domain.provider.provider import Operation, Provider

TIMEOUT_S = 30
SHOWN_BYTES = 200
_LINK = re.compile(rb"https?://[^\s\"'\\<>)]+/media/[^\s\"'\\<>)]+")


class VisitorAnswer(Struct, frozen=True):
    """What came back. Names of headers are in lower case."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, None for anything else."""
        return json_of(self.body)

    @property
    def links(self) -> tuple[str, ...]:
        """The links to Reelmock's media host in the body."""
        return tuple(link.decode() for link in _LINK.findall(self.body))

    def __str__(self) -> str:
        text = self.body[:SHOWN_BYTES].decode("utf-8", "replace")
        return f"{self.method} {self.path} -> {self.status} {text!r}"


class Visitor:
    """Calls one provider of a server, with or without a key."""

    def __init__(self, base_url: str, provider: Provider, key: str | None) -> None:
        self.provider = provider
        self._base_url = base_url
        self._key = key
        self._http = build_opener(ProxyHandler({}))

    def with_key(self, key: str | None) -> Visitor:
        """The same client with another key."""
        return Visitor(self._base_url, self.provider, key)

    def first(self, call_phase: str) -> Operation[Any]:
        """The first call of a phase. The provider must have one."""
        return next(each for each in self.provider.operations if each.call_phase == call_phase)

    def create(self, operation: Operation[Any], order: Mapping[str, object]) -> VisitorAnswer:
        """A creation with JSON."""
        return self.call(operation, body=json.dumps(order).encode())

    def call(
        self,
        operation: Operation[Any],
        task_id: str = "",
        body: bytes | None = None,
        query: Mapping[str, str] | None = None,
    ) -> VisitorAnswer:
        """One call. If it is about a job, the path names the job, or else the query."""
        path = re.sub(r"\{[^}]*\}", quote(task_id, safe=""), operation.path)
        name = operation.task_param
        named = {name: task_id} if name and f"{{{name}}}" not in operation.path else {}
        return self.send(operation.method, path, {**named, **(query or {})}, body)

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> VisitorAnswer:
        """One call below the provider's base URL, with the key at the place that its record names."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        query, place = dict(query or {}), self.provider.keys[0]
        if self._key is not None and place.where == "query":
            query[place.name] = self._key
        elif self._key is not None:
            headers[place.name] = f"{place.scheme} {self._key}".strip()
        tail = f"?{urlencode(query)}" if query else ""
        url = f"{self._base_url}/{self.provider.name}{path}{tail}"
        return self._sent(Request(url, body, headers, method=method), path)

    def fetch(self, url: str) -> VisitorAnswer:
        """The content of a link, fetched without a key."""
        return self._sent(Request(url), url)

    def _sent(self, request: Request, path: str) -> VisitorAnswer:
        try:
            with self._http.open(request, timeout=TIMEOUT_S) as reply:
                status, headers, body = reply.status, reply.headers, reply.read()
        except HTTPError as error:
            with error:
                status, headers, body = error.code, error.headers, error.read()
        names = {name.lower(): value for name, value in headers.items()}
        return VisitorAnswer(request.get_method(), path, status, names, body)
