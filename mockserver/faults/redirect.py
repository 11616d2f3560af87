"""Sends the client to another URL: the rule's own, or this server under another name."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from mockserver.sdk.fault import Fault, Hit, Parameter, Reply, Unfit, header_text

OTHER_NAMES = {"127.0.0.1": "localhost", "localhost": "127.0.0.1", "[::1]": "localhost"}


def _strike(reply: Reply, hit: Hit) -> Reply:
    location = hit.options["location"] or _elsewhere(hit)
    return Reply(hit.options["status"], ((b"location", header_text(location)),), b"")


def _elsewhere(hit: Hit) -> str:
    """The same path under another name of this machine.

    A client that compares hosts sees another one.
    """
    request = hit.context.request
    parts = urlsplit(hit.context.base_url)
    host, colon, port = parts.netloc.rpartition(":")
    other = OTHER_NAMES.get(host if colon else port)
    if request is None or other is None:
        raise Unfit("no other name of this server is known: give `location`")
    netloc = f"{other}:{port}" if colon else other
    return urlunsplit((parts.scheme, netloc, request.path, request.query_string, ""))


FAULT = Fault(
    "redirect",
    "answers with a redirect",
    "instead",
    {
        "status": Parameter("count", "the HTTP status", 302, low=300, high=399),
        "location": Parameter(
            "text", "the target; empty: the same path under another name of this machine", ""
        ),
    },
    reply=_strike,
)
