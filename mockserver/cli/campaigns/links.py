"""The links that a command printed, and what they answer."""

from __future__ import annotations

import hashlib
import re
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

MOST = 50  # of all that a chatty command prints, the last ones
TIMEOUT_S = 10.0
_LINK = re.compile(r"https?://[^\s\"'<>\\()\[\]{}]+")


def printed(output: str) -> tuple[str, ...]:
    """The links in an output, each once, the last one first."""
    found = [link.rstrip(".,;:!?") for link in _LINK.findall(output)]
    return tuple(dict.fromkeys(reversed(found)))[:MOST]


def content_of(link: str, key: str) -> tuple[int, str]:
    """The status that a link answers with, and the SHA-256 of its content. Status 0: nobody answers.

    The key goes along, since some providers send a video only to whoever paid for it.
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
    """The host and port of a link; empty for one that cannot be read."""
    try:
        return urlsplit(link).netloc
    except ValueError:
        return ""
