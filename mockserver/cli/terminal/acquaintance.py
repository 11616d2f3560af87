"""Whether a Reelmock answers at some address, and how fast its jobs run."""

from __future__ import annotations

from urllib.parse import urlsplit

from mockserver.control import Control, ControlError

ASK_S = 2.0  # real; somebody else's server may not answer such a question at all


def reelmock_at(base_url: str, ca: str | None = None) -> str:
    """The version of the Reelmock behind a provider's base URL; empty if there is no Reelmock."""
    try:
        with Control(_root(base_url), ca=ca, timeout_s=ASK_S) as control:
            return version_of(control)
    except (ControlError, OSError, ValueError):
        return ""


def version_of(control: Control) -> str:
    """The version of the Reelmock that a control client speaks to. Raises ControlError."""
    found = control.version()
    if found.get("name") != "reelmock":
        raise ControlError(f"{control.base_url} is no Reelmock")
    return found.get("version", "")


def haste_at(base_url: str, key: str, ca: str | None = None) -> float | None:
    """How many seconds of the real provider pass in one second of a key's client.

    None if this Reelmock does not say, or if its clock does not run by itself.
    """
    try:
        with Control(_root(base_url), key=key, ca=ca, timeout_s=ASK_S) as control:
            found = control.sandbox()
    except (ControlError, OSError, ValueError):
        return None
    return found.speed * found.clock.rate if found.clock.mode == "real" else None


def _root(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
