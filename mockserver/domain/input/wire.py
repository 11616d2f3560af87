"""Texts that are sent: addresses of servers, and header values."""

from __future__ import annotations

from urllib.parse import urlsplit

from mockserver.domain.input.errors import BadInput


def http_url(text: str, field: str) -> str:
    """A base URL without a slash at its end. Raises BadInput, which names `field`."""
    try:
        parts = urlsplit(text)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        expected = "a URL that begins with http:// or https://, such as http://127.0.0.1:8080"
        raise BadInput(field, text, expected)
    return text.rstrip("/")


def header_text(text: str, field: str) -> str:
    """A key or token that may stand in a header. Raises BadInput, which does not show the value."""
    if not all("!" <= char <= "~" for char in text):
        raise BadInput(field, Withheld(), "visible ASCII characters without a space")
    return text


class Withheld:
    """Takes the place of a value in a message, if nobody else should read the value."""

    def __repr__(self) -> str:
        return "the given value"
