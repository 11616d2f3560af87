"""The provider has paused the channel behind the model."""

from __future__ import annotations

from mockserver.sdk.scenario import out_of_service

SCENARIO = out_of_service(
    "paused",
    "fails since the channel is paused, in APIYI's words of 2026-05-13; a server error elsewhere",
)
