"""Where a provider reads the API key of a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct


class KeyPlace(Struct, frozen=True):
    """One place: a header, or a parameter of the query.

    `name` is spelt as in the documents; for a header, upper and lower case are the same. `scheme`
    is the word before the key (`Bearer`, `Key`), in any case; it is empty if only the key is there.
    """

    name: str
    scheme: str = ""
    where: Literal["header", "query"] = "header"

    @property
    def header(self) -> bytes:
        """The header's name as requests have it here; empty for a parameter."""
        return self.name.lower().encode() if self.where == "header" else b""

    def key_in(self, value: bytes) -> bytes | None:
        """The key in a value at this place; None if another scheme is before it."""
        if not self.scheme:
            return value.strip()
        scheme, _, rest = value.partition(b" ")
        return rest.strip() if scheme.lower() == self.scheme.lower().encode() else None


BEARER = KeyPlace("Authorization", "Bearer")
BARE = KeyPlace("Authorization")


def headers_of(places: Iterable[KeyPlace]) -> tuple[bytes, ...]:
    """The headers among some places, each once."""
    return tuple(dict.fromkeys(place.header for place in places if place.header))


def parameters_of(places: Iterable[KeyPlace]) -> tuple[str, ...]:
    """The query's parameters among some places, each once."""
    return tuple(dict.fromkeys(place.name for place in places if not place.header))


def form_of(places: Iterable[KeyPlace]) -> str:
    """What is expected at places with one name, in words."""
    schemes = [place.scheme for place in places]
    named = " or ".join(scheme for scheme in schemes if scheme)
    if "" not in schemes:
        return " or ".join(f"{scheme} KEY" for scheme in schemes)
    return f"the key, with or without {named}" if named else "the key"
