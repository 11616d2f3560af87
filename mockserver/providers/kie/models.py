"""Kie's three models: price and time. Clients saw the prices; the spans of time are assumed."""

from __future__ import annotations

from mockserver.sdk.provider import MICROS, Model, Spread, Timing, seconds

RUN_4K = seconds(300, 420, 600)  # docs: get-veo-3-4k-video: 5 to 10 minutes


def _model(name: str, credits: int, run: Spread) -> Model:
    return Model(name, credits * MICROS, Timing(run))


MODELS: tuple[Model, ...] = (
    _model("veo3_fast", 60, seconds(60, 75, 90)),
    _model("veo3", 250, seconds(120, 180, 240)),
    _model("veo3_lite", 30, seconds(45, 60, 90)),
)
BY_NAME = {model.name: model for model in MODELS}
# docs: extend-video has its own names for the models
EXTEND_MODELS = {"fast": "veo3_fast", "quality": "veo3", "lite": "veo3_lite"}

# The additional price of a resolution. assumed for generate; [client] for the upgrades
SURCHARGES_MICROS = {"720p": 0, "1080p": 5 * MICROS, "4k": 120 * MICROS}
# assumed: what an account without a limit shows, minus what it has used
UNLIMITED_MICROS = 1_000_000_000 * MICROS
