"""APIYI's eight models: orientation, price, time. Names, sizes and prices: seed 000, seed 002."""

from __future__ import annotations

from mockserver.sdk.provider import MICROS, Model, Orientation, Spread, Timing, seconds

STANDARD = seconds(120, 180, 300)  # assumed within the documented 2 to 5 min
FAST = seconds(60, 90, 150)  # assumed
CHAT_ALIAS = {"veo_3_1": "veo-3.1"}  # chat sample of seed 002; async calls do not know the name


def _model(name: str) -> Model:
    fast = "-fast" in name
    spread: Spread = FAST if fast else STANDARD
    # Seed 002's table swaps the two landscape descriptions; the naming rule of seed 000 counts.
    orientation: Orientation = "landscape" if "landscape" in name else "portrait"
    price = 0.15 if fast else 0.25
    return Model(name, round(price * MICROS), Timing(spread), orientation, name.endswith("-fl"))


MODELS: tuple[Model, ...] = tuple(
    _model(f"veo-3.1{shape}{pace}{frames}")
    for shape in ("", "-landscape")
    for pace in ("", "-fast")
    for frames in ("", "-fl")
)
BY_NAME = {model.name: model for model in MODELS}
SIZES = {"portrait": "720x1280", "landscape": "1280x720"}  # seed 002
DURATION_S = 8  # seed 002: fixed
