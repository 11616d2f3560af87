"""`application/problem+json` (RFC 9457): Reelmock's own refusals, outside provider paths."""

from __future__ import annotations

from mockserver.domain.reply.reply import Reply, encode_json, with_headers

PROBLEM_TYPE = b"application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Content too large",
    422: "Invalid value",
    431: "Request header fields too large",
    501: "Not implemented",
    503: "Service unavailable",
}


def problem(status: int, detail: str, **extra: object) -> Reply:
    """A problem document; `extra` adds members such as `field` and `expected`."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    return Reply(status, ((b"content-type", PROBLEM_TYPE),), encode_json({**body, **extra}))


def store_unavailable(reason: str) -> Reply:
    """Our own error, not the provider's; the header shows the difference."""
    reply = problem(503, f"the store cannot be used: {reason}")
    return with_headers(reply, (b"x-mock-store", b"unavailable"), (b"retry-after", b"1"))
