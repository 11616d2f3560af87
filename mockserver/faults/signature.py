"""Makes the signature of a callback wrong: made with another key, left out, or an hour old."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, OutgoingAttempt, Parameter, Unfit


def _strike(outgoing: OutgoingAttempt, hit: Hit) -> OutgoingAttempt:
    if not outgoing.webhook_key:
        raise Unfit("the sandbox has no webhook_key, so callbacks are not signed")
    match hit.options["how"]:
        case "bad":
            return replace(outgoing, webhook_key=outgoing.webhook_key + "-another")
        case "missing":
            return replace(outgoing, webhook_key="")
        case _:
            return replace(outgoing, signed_ms=outgoing.signed_ms - hit.options["age"])


FAULT = Fault(
    "signature",
    "makes the signature wrong",
    "delivery",
    {
        "how": Parameter("choice", "what is wrong with it", "bad", ("bad", "missing", "stale")),
        "age": Parameter("span", "how old a stale signature is", 3_600_000),
    },
    outgoing=_strike,
)
