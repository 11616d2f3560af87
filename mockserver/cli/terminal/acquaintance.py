"""Whether a Reelmock answers at some address."""

from __future__ import annotations

from urllib.parse import urlsplit

from mockserver.control import Control, ControlError

ASK_S = 2.0  # real; somebody else's server may not answer such a question at all


def reelmock_at(base_url: str, ca: str | None = None) -> str:
    """The version of the Reelmock behind a provider's base URL; empty if there is no Reelmock."""
    parts = urlsplit(base_url)
    try:
        with Control(f"{parts.scheme}://{parts.netloc}", ca=ca, timeout_s=ASK_S) as control:
            found = control.version()
    except (ControlError, OSError, ValueError):
        return ""
    return found.get("version", "") if found.get("name") == "reelmock" else ""
