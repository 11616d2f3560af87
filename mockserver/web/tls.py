"""A certificate authority for one run, for clients that insist on https.

The key of the CA is never written. A client that trusts its certificate trusts only this one
server.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from mockserver.domain.input.errors import NotInstalled

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class Certificate(Struct, frozen=True):
    """PEM files: the CA for clients to trust, and the server's chain with its key."""

    ca: Path
    chain: Path


def issue(folder: Path, names: Iterable[str]) -> Certificate:
    """Writes a CA and a certificate for `names` and for this machine to `folder`.

    Raises NotInstalled if the package trustme is not installed.
    """
    try:
        import trustme
    except ImportError:
        raise NotInstalled("tls", True, "trustme") from None
    authority = trustme.CA(organization_name="Reelmock throw-away CA")
    leaf = authority.issue_cert(*dict.fromkeys([*LOCAL_NAMES, *names]))
    certificate = Certificate(folder / "ca.pem", folder / "server.pem")
    authority.cert_pem.write_to_path(certificate.ca)
    leaf.private_key_and_cert_chain_pem.write_to_path(certificate.chain)
    return certificate
