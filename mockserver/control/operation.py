"""What a call of the control API is: the one description that client, server and document share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Generic, TypeVar
from urllib.parse import quote

Given = TypeVar("Given")
Told = TypeVar("Told")
MAX_BODY_BYTES = 1024 * 1024
PROBLEMS = {
    400: "The body is no JSON, empty, nested deeper than 32 levels, or has a key twice",
    401: "The token is missing or wrong, or the API key is refused",
    403: "Host or Origin",
    404: "There is no such sandbox, task, callback or path; the nearest is named",
    405: "The path has no such method; `Allow` names those that it has",
    413: "The body is over 1 MiB (an import: 256 MiB)",
    422: "A field is unknown, of the wrong type, or has a value that cannot be",
    503: "The shared store does not answer",
}
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation(Generic[Given, Told]):
    """One call. `path` is below `/_mock/v1` and may hold `{name}` segments.

    `request` is the type of the body and `response` that of the reply, NoneType if it has no body;
    bytes for a body that the call reads itself. `query` gives the type of each parameter; None for
    a call without parameters. `shapes` are the records that a body may be, if `request` can read
    more than is meant; `limits` are further keywords of its JSON Schema.
    """

    name: str
    method: str
    path: str
    request: type[Given]
    response: type[Told]
    tag: str
    summary: str
    told: str = ""  # what the reply holds, where its record does not say it already
    description: str = ""
    query: Mapping[str, Any] | None = None
    examples: tuple[str, ...] = ()  # bodies, in JSON
    shapes: tuple[type, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    makes: bool = False  # answers with 201 and a Location
    body_optional: bool = False
    is_open: bool = False  # to everybody
    max_body_bytes: int = MAX_BODY_BYTES
    streams: bool = False  # as server-sent events: `response` is the data of one

    @property
    def status(self) -> int:
        """The status of a successful reply."""
        return 204 if self.response is NoneType else 201 if self.makes else 200

    @property
    def problems(self) -> tuple[int, ...]:
        """The statuses of its refusals."""
        with_body = (400, 413) if self.takes_body else ()
        guarded = () if self.is_open else (401, 403)
        named = (404,) if self.names or "sandbox" in (self.query or {}) else ()
        chosen = "sandbox" in self.names or self.takes_body or self.query is not None
        found = (*with_body, *guarded, *named, *((422,) if chosen else ()), 503)
        return tuple(sorted(found))

    @property
    def takes_body(self) -> bool:
        """Whether it has a request body."""
        return self.request is not NoneType

    @property
    def names(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(_NAME.findall(self.path))

    def at(self, *names: str) -> str:
        """The path with these values in place of its names, in order."""
        return self.path.format(
            **{name: quote(given, safe="") for name, given in zip(self.names, names, strict=True)}
        )


def read(
    name: str, path: str, response: type[Told], tag: str, summary: str, told: str = "", **rest: Any
) -> Operation[None, Told]:
    """The call changes nothing."""
    return Operation(name, "GET", path, NoneType, response, tag, summary, told, **rest)
