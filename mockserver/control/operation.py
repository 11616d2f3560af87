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
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation(Generic[Given, Told]):
    """One call. `path` is below `/_mock/v1` and may hold `{name}` segments.

    `request` is the type of the body and `response` that of the reply, None where there is none.
    `told` says what the reply holds. `query` gives the type of each parameter; None for a call
    that looks at none. `shapes` are the records that a body may be, where not every one that
    `request` can read is meant; `limits` are further keywords of its JSON Schema.
    """

    name: str
    method: str
    path: str
    request: type[Given]
    response: type[Told]
    tag: str
    summary: str
    told: str
    description: str = ""
    query: Mapping[str, Any] | None = None
    examples: tuple[Any, ...] = ()
    shapes: tuple[type, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    makes: bool = False  # answers with 201 and a Location
    body_optional: bool = False
    is_open: bool = False  # to everybody
    max_body_bytes: int = MAX_BODY_BYTES

    @property
    def status(self) -> int:
        """That of a reply that says yes."""
        return 204 if self.response is NoneType else 201 if self.makes else 200

    @property
    def takes_body(self) -> bool:
        """Whether it has a request body."""
        return self.request is not NoneType

    @property
    def names(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(_NAME.findall(self.path))

    def at(self, *names: str) -> str:
        """The path with its names filled in, in their order."""
        return self.path.format(
            **{name: quote(given, safe="") for name, given in zip(self.names, names, strict=True)}
        )
