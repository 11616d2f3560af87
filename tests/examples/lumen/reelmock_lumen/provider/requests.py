"""Reads what a client asks of Lumen. A broken rule is a refusal that names field and value."""

from __future__ import annotations

from typing import Any

from mockserver.sdk import provider as api

MODELS = {
    "lumen-1": api.Model("lumen-1", 20 * api.MICROS, api.Timing(api.seconds(30, 45, 60))),
    "lumen-1-slow": api.Model(
        "lumen-1-slow", 80 * api.MICROS, api.Timing(api.seconds(120, 180, 240))
    ),
}
SHAPES: dict[str, api.Orientation] = {"wide": "landscape", "tall": "portrait"}


def create(inbound: api.Inbound, context: api.Context) -> api.Submit:
    """`POST /v2/renders`."""
    fields = inbound.json_object()
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise _wrong("prompt", prompt, "a text that is not empty")
    model = MODELS[_word(fields, "model", tuple(MODELS))]
    notify = fields.get("notify")
    if notify is not None and not str(notify).startswith(("http://", "https://")):
        raise _wrong("notify", notify, "an http or https URL")
    return api.Submit(
        model=model.name,
        prompt=prompt,
        price_micros=model.price_micros,
        timing=model.timing,
        orientation=SHAPES[_word(fields, "shape", tuple(SHAPES))],
        callback_url=notify,
    )


def read(inbound: api.Inbound, context: api.Context) -> api.Read:
    """`GET /v2/renders/{render}`."""
    return api.Read(inbound.params["render"])


def wallet(inbound: api.Inbound, context: api.Context) -> api.ReadBalance:
    """`GET /v2/wallet`."""
    return api.ReadBalance()


def _word(fields: dict[str, Any], name: str, known: tuple[str, ...]) -> str:
    """One of a few words; the first where there is none."""
    word = fields.get(name, known[0])
    if word not in known:
        raise _wrong(name, word, f"one of {', '.join(known)}")
    return str(word)


def _wrong(field: str, value: object, expected: str) -> api.Refusal:
    return api.wrong_field("invalid_field", field, value, expected)
