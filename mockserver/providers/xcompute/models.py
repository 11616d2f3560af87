"""xcompute's three models: their prices, their times, and what each cannot do. Names and rules:
seed 003.
"""

from __future__ import annotations

from mockserver.sdk.provider import MICROS, Model, Resolution, Timing, seconds

FAST, QUALITY, LITE = "veo3.1-fast", "veo3.1-quality", "veo3.1-lite"
DURATION_S = 8  # seed 003: fixed
ESTIMATED_MS = 600_000  # observed: estimated_time is always 600

# A clip at 720p or 1080p. Observed on 2026-09-27: fast in a task's cost, in the price table and in
# the balance, which agree; quality and lite in the price table.
USD = {FAST: 0.14, QUALITY: 1.0, LITE: 0.07}
# Observed for fast (0.64 in 4k). Quality: one client (1.50 in 4k). Lite above 720p: assumed.
MORE_USD: dict[Resolution, float] = {"720p": 0.0, "1080p": 0.0, "4k": 0.5}

MODELS: tuple[Model, ...] = (
    # assumed: spans around the only observed time, 155 s
    Model(FAST, round(USD[FAST] * MICROS), Timing(seconds(90, 155, 240))),
    Model(QUALITY, round(USD[QUALITY] * MICROS), Timing(seconds(150, 240, 400))),
    Model(LITE, round(USD[LITE] * MICROS), Timing(seconds(60, 100, 180)), takes_images=False),
)
BY_NAME = {model.name: model for model in MODELS}


def price_micros(model: Model, resolution: Resolution) -> int:
    """The price of a job, in millionths of a dollar."""
    return model.price_micros + round(MORE_USD[resolution] * MICROS)
