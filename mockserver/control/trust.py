"""Whom a control client trusts over https, and what helps if it gets no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.domain.input.errors import BadInput

if TYPE_CHECKING:
    import ssl

UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # as OpenSSL says it


def trusted(ca: str) -> ssl.SSLContext:
    """Trusts the CA in this file. Raises BadInput."""
    import ssl

    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise BadInput("ca", ca, f"a PEM file ({error.strerror or error})") from None


def hint(error: Exception) -> str:
    """What to do about a call that got no answer."""
    if UNTRUSTED in str(error):
        return "--ca or REELMOCK_CA names the file of its CA"
    return (
        "is `reelmock serve` running there? --url or REELMOCK_URL names another address"
        " (pytest: --reelmock-url)"
    )
