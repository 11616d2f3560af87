"""Makes the signature of a callback wrong: made with another key, left out, or an hour old."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parameter, Parcel, Unfit


def _strike(parcel: Parcel, hit: Hit) -> Parcel:
    if not parcel.webhook_key:
        raise Unfit("the sandbox has no webhook_key, so callbacks are not signed")
    match hit.options["how"]:
        case "bad":
            return replace(parcel, webhook_key=parcel.webhook_key + "-another")
        case "missing":
            return replace(parcel, webhook_key="")
        case _:
            return replace(parcel, signed_ms=parcel.signed_ms - hit.options["age"])


FAULT = Fault(
    "signature",
    "makes the signature wrong",
    "delivery",
    {
        "how": Parameter("choice", "what is wrong with it", "bad", ("bad", "missing", "stale")),
        "age": Parameter("span", "how old a stale signature is", 3_600_000),
    },
    parcel=_strike,
)
