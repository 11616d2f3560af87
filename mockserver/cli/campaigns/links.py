"""The links that a command printed, and their answers."""

from __future__ import annotations

import hashlib
import re
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

MOST = 50  # the last ones, if a command prints many
TIMEOUT_S = 10.0
_LINK = re.compile(r"https?://[^\s\"'<>\\()\[\]{}]+")


def printed(output: str) -> tuple[str, ...]:
    """The links in an output, each only once, and the last one first."""
    found = [link.rstrip(".,;:!?") for link in _LINK.findall(output)]
    return tuple(dict.fromkeys(reversed(found)))[:MOST]


def content_of(link: str, key: str) -> tuple[int, str]:
    """The status of a link's answer, and the SHA-256 of its content. Status 0: no answer.

    The request sends the key, because some providers send a video only to the user who paid.
    """
    request = Request(link, headers={"authorization": f"Bearer {key}"})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT_S) as reply:
            return int(reply.status), hashlib.sha256(reply.read()).hexdigest()
    except HTTPError as error:
        with error:
            return error.code, ""
    except OSError:
        return 0, ""


def place_of(link: str) -> str:
    """The host and port of a link; empty if the link cannot be read."""
    try:
        return urlsplit(link).netloc
    except ValueError:
        return ""
