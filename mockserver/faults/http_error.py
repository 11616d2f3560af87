"""Answers with an error:

any status, in the provider's envelope, as a gateway's page, or without a body.
"""

from __future__ import annotations

from email.utils import formatdate

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Refusal, Reply, header_text, with_headers

GATEWAY = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}
# Which refusal stands for a status. Every provider has words for these refusals.
KINDS = {401: "unauthorized", 402: "insufficient_balance", 404: "not_found", 429: "rate_limited"}


def _strike(reply: Reply, hit: Hit) -> Reply:
    options = hit.options
    status, shape, pause_ms = options["status"], options["shape"], options["retry_after"]
    if shape == "auto":
        shape = "html" if status in GATEWAY else "provider"
    reason = f"fault {hit.fault}, rule {hit.rule}: status {status} on purpose"
    if shape in ("provider", "native"):
        kind = KINDS.get(status) or ("malformed" if status < 500 else "server_error")
        refusal = Refusal(kind, reason, message=options["message"] or None, status=status)
        struck = hit.refuse(refusal)
        if shape == "provider":
            struck = replace(struck, status=status)
    else:
        page = _page(status) if shape == "html" else b""
        headers = ((b"content-type", b"text/html"),) if page else ()
        struck = with_headers(Reply(status, headers, page), (b"x-mock-reason", header_text(reason)))
    struck = replace(struck, status=options["sent_as"] or struck.status)
    if pause_ms is not None:
        struck = with_headers(struck, (b"retry-after", _retry_after(hit, pause_ms)))
    return struck


def _page(status: int) -> bytes:
    # Proxies that stand before such services send this page.
    title = f"{status} {GATEWAY.get(status, 'Error')}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def _retry_after(hit: Hit, pause_ms: int) -> bytes:
    """Real seconds, or the date at which they have passed on the client's clock."""
    context = hit.context
    seconds = context.retry_after(pause_ms)
    if hit.options["retry_after_as"] == "seconds":
        return seconds
    now_ms = context.clock.real_at(context.now_ms)
    return formatdate(now_ms // 1000 + int(seconds), usegmt=True).encode()


FAULT = Fault(
    "http_error",
    "answers with an error instead of serving the call",
    "instead",
    {
        "status": Parameter("count", "the HTTP status", 500, low=400, high=599),
        "shape": Parameter(
            "choice",
            "the provider's envelope with this HTTP status; the same as the provider itself would "
            "send it (Kie: HTTP 200); a gateway's HTML page; no body; auto: html for 502, 503, 504",
            "auto",
            ("auto", "provider", "native", "html", "empty"),
        ),
        "sent_as": Parameter(
            "count", "the HTTP status over that error; absent: its own", low=200, high=599
        ),
        "message": Parameter("text", "a text of your own in the envelope", ""),
        "retry_after": Parameter("span", "what Retry-After tells the client to wait"),
        "retry_after_as": Parameter(
            "choice", "how Retry-After says it", "seconds", ("seconds", "date")
        ),
    },
    reply=_strike,
)
