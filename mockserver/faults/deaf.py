"""Treats an acknowledged callback as not acknowledged, so it comes again."""

from __future__ import annotations

from msgspec.structs import replace

from mockserver.sdk.fault import Fault, Hit, Parcel


def _strike(parcel: Parcel, hit: Hit) -> Parcel:
    return replace(parcel, deaf=True)


FAULT = Fault("deaf", "does not hear an acknowledgement", "delivery", parcel=_strike)
