"""xcompute's three models: price, time, and what each cannot do. Names and rules: seed 003."""

from __future__ import annotations

from mockserver.sdk.provider import MICROS, Model, Resolution, Timing, seconds

FAST, QUALITY, LITE = "veo3.1-fast", "veo3.1-quality", "veo3.1-lite"
DURATION_S = 8  # seed 003: fixed
ESTIMATED_MS = 600_000  # observed: estimated_time 600, whatever it then takes

# Per second at 720p. Fast: docs: github.com/cqk4s1t/veo3.1-fast-api-cn wiki; assumed: the others.
USD_PER_S = {FAST: 0.064, QUALITY: 0.25, LITE: 0.032}
# assumed: rounded from that wiki's prices of fast, and the same for every model
RESOLUTION_FACTOR: dict[Resolution, float] = {"720p": 1.0, "1080p": 1.25, "4k": 3.1}

MODELS: tuple[Model, ...] = (
    # assumed spans around the one observed time, 155 s
    Model(FAST, round(USD_PER_S[FAST] * DURATION_S * MICROS), Timing(seconds(90, 155, 240))),
    Model(QUALITY, round(USD_PER_S[QUALITY] * DURATION_S * MICROS), Timing(seconds(150, 240, 400))),
    Model(
        LITE,
        round(USD_PER_S[LITE] * DURATION_S * MICROS),
        Timing(seconds(60, 100, 180)),
        takes_images=False,
    ),
)
BY_NAME = {model.name: model for model in MODELS}


def price_micros(model: Model, resolution: Resolution) -> int:
    """What a job costs, in millionths of a dollar."""
    return round(model.price_micros * RESOLUTION_FACTOR[resolution])
