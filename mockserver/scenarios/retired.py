"""The provider's upstream has switched the model off."""

from __future__ import annotations

from mockserver.sdk.scenario import out_of_service

SCENARIO = out_of_service(
    "retired",
    "fails since the model is switched off, in APIYI's words of 2026-10-25; a server error elsewhere",
)
