"""The API key of a request, as its provider takes it."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_plus

from mockserver.domain.input.errors import Refusal
from mockserver.domain.job.ids import KEY, key_hash
from mockserver.domain.journal.journal import query_secrets
from mockserver.domain.journal.redaction import is_secret_name, mark
from mockserver.domain.provider.key_place import KeyPlace, form_of, headers_of, parameters_of
from mockserver.domain.provider.provider import Provider, parameter_in

Headers = list[tuple[bytes, bytes]]
_KEY = re.compile(KEY.encode())


def read_key(fields: Mapping[bytes, bytes], query: str, provider: Provider) -> tuple[str, str]:
    """The key of a request and its hash: at the first place that has one, in the provider's order.

    Raises Refusal(`unauthorized`).
    """
    wrong: KeyPlace | None = None
    for place in provider.keys:
        value = _value_at(place, fields, query)
        if value is None:
            continue
        key = place.key_in(value)
        if key is not None:
            return _checked(key, place)
        wrong = wrong or place
    if wrong is None:
        raise Refusal("unauthorized", f"{_where(provider.keys[0])}: missing, {_expected(provider)}")
    raise Refusal("unauthorized", f"{_where(wrong)}: no {wrong.scheme}, {_expected(provider)}")


def _value_at(place: KeyPlace, fields: Mapping[bytes, bytes], query: str) -> bytes | None:
    if place.header:
        return fields.get(place.header)
    value = parameter_in(query, place.name)
    return None if value is None else value.encode("latin-1", "replace")


def _checked(key: bytes, place: KeyPlace) -> tuple[str, str]:
    if not _KEY.fullmatch(key):
        reason = f"{_where(place)}: expected 1 to 256 visible ASCII characters as the key"
        raise Refusal("unauthorized", reason)
    text = key.decode("ascii")
    return text, key_hash(text)


def _where(place: KeyPlace) -> str:
    return place.name if place.header else f"query parameter {place.name}"


def _expected(provider: Provider) -> str:
    """What would be right: at the first place, or at another one."""
    by_name: dict[str, list[KeyPlace]] = {}
    for place in provider.keys:
        by_name.setdefault(_where(place), []).append(place)
    first, *others = by_name.items()
    beside = [f", or {name}: {form_of(places)}" for name, places in others]
    return f"expected {form_of(first[1])}" + "".join(beside)


# Where clients put keys, beside where the providers want them.
KEY_HEADERS = frozenset(
    (b"authorization", b"x-api-key", b"api-key", b"apikey", b"x-goog-api-key", b"x-auth-token")
)


class KeyPlaces:
    """The places of all providers together, for what has to be known before it is clear who is asked.

    Most keys are found and left out by the names of their places when something is written down;
    `hidden` does so for the names that nobody but their provider takes for one of a secret.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        places = [place for provider in providers for place in provider.keys]
        self._headers, self._parameters = headers_of(places), parameters_of(places)
        self._known = KEY_HEADERS.union(self._headers)
        self._odd_headers = {n for n in self._headers if not is_secret_name(n.decode())}
        self._odd_parameters = {n for n in self._parameters if not is_secret_name(n)}

    def presented(
        self, fields: Mapping[bytes, bytes], query: bytes
    ) -> tuple[bytes | str | None, ...]:
        """The value at every place; None at an empty place."""
        found: tuple[bytes | str | None, ...] = tuple([fields.get(n) for n in self._headers])
        if self._parameters:
            text = query.decode("latin-1")
            found += tuple([parameter_in(text, name) for name in self._parameters])
        return found

    def possible_keys_in_headers(self, headers: Headers) -> tuple[str, ...]:
        """The hashes of what may be a key in the headers of a request that needs none, or a wrong one.

        A key is the whole value, what follows its scheme, or name and password of `Basic`.
        """
        values = [value.decode("latin-1").strip() for name, value in headers if name in self._known]
        return tuple([key_hash(text) for value in values for text in _texts(value) if text])

    def possible_keys(self, headers: Headers, query: str) -> tuple[str, ...]:
        """The same with what the query holds: at a place of a key, or named like a secret."""
        given = (parameter_in(query, name) for name in self._parameters)
        texts = [*filter(None, given), *query_secrets(query)]
        return self.possible_keys_in_headers(headers) + tuple([key_hash(text) for text in texts])

    def hidden(self, headers: Headers, query: str) -> tuple[Headers, str]:
        """Both with a hash for each key that stands under a name which gives nothing away."""
        if self._odd_headers:
            odd = self._odd_headers
            headers = [
                (name, mark(value.decode("latin-1")).encode() if name in odd else value)
                for name, value in headers
            ]
        if self._odd_parameters:
            query = "&".join([self._hidden(part) for part in query.split("&")])
        return headers, query

    def _hidden(self, part: str) -> str:
        name, _, value = part.partition("=")
        odd = value and unquote_plus(name) in self._odd_parameters
        return f"{name}={mark(unquote_plus(value))}" if odd else part


def _texts(value: str) -> tuple[str, ...]:
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "basic":
        return _basic(rest)
    return (value, rest.strip()) if rest or scheme.lower() != "bearer" else ()


def _basic(coded: str) -> tuple[str, ...]:
    try:
        name, _, password = b64decode(coded.strip(), validate=True).decode("latin-1").partition(":")
    except binascii.Error:
        return ()
    return name, password
