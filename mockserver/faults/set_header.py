"""Sets a header to another value, sends it twice, or leaves it out."""

from __future__ import annotations

import re

from msgspec.structs import replace

from mockserver.sdk.fault import BadInput, Fault, Hit, Options, Parameter, Reply, header_text, unfit

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


def _strike(reply: Reply, hit: Hit) -> Reply:
    name = hit.options["name"].lower().encode()
    value, how = header_text(hit.options["value"]), hit.options["how"]
    if how == "add":
        return replace(reply, headers=(*reply.headers, (name, value)))
    others = tuple(pair for pair in reply.headers if pair[0] != name)
    if len(others) == len(reply.headers):
        raise unfit("header", hit.options["name"])
    if how == "remove":
        return replace(reply, headers=others)
    return replace(reply, headers=((name, value), *others))


def _check(options: Options) -> None:
    name = options["name"]
    if not _NAME.fullmatch(name) or name.lower() in FRAMING:
        expected = "the name of a header, other than " + ", ".join(sorted(FRAMING))
        raise BadInput("with.name", name, expected)


FAULT = Fault(
    "set_header",
    "changes a header",
    "after",
    {
        "name": Parameter("text", "which header", "content-type"),
        "value": Parameter("text", "its value", "text/plain"),
        "how": Parameter("choice", "what happens to the header", "set", ("set", "add", "remove")),
    },
    reply=_strike,
    check=_check,
)
