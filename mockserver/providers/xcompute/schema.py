"""What a model takes, for clients that ask before they send: `GET /v1/model-schema`.

code: github.com/apimart-ai/apimart-skills, tool-contracts.md names the seven fields, and the
provider's own command line reads three of them. assumed: how the other four are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.providers.xcompute.decode import (
    GENERATION_TYPES,
    MAX_IMAGES,
    NOT_FOR_LITE,
    ORIENTATIONS,
)
from mockserver.providers.xcompute.models import BY_NAME, DURATION_S, LITE, MORE_USD, QUALITY
from mockserver.providers.xcompute.newer import KEY_PATTERN, VERSION
from mockserver.sdk.provider import ListModels, Models, Reply, json_reply, wrong_field

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context, Inbound

OPERATION = "video_generation"
ENDPOINT = "/v1/videos/generations"


def ask(inbound: Inbound, context: Context) -> ListModels:
    """`GET /v1/model-schema?model=&operation=`. assumed: how a wrong name is refused."""
    model, operation = inbound.query("model"), inbound.query("operation")
    if model not in BY_NAME:
        raise wrong_field("invalid_field", "model", model, "one of " + ", ".join(BY_NAME))
    if operation not in ("", OPERATION):
        raise wrong_field("invalid_field", "operation", operation, f"{OPERATION} for {model}")
    return ListModels()


def told(outcome: Models, inbound: Inbound, context: Context) -> Reply:
    """The rules of a creation as a JSON schema; the model stands beside its input."""
    model = inbound.query("model")
    body = {
        "model": model,
        "operation": OPERATION,
        "input_schema": input_schema(model),
        "endpoint": ENDPOINT,
        "schema_version": VERSION.decode(),
        "idempotency": {"header": "Idempotency-Key", "pattern": f"^{KEY_PATTERN}$"},
        "response_contract": {
            "header": "X-APIMart-Response-Version",
            "version": VERSION.decode(),
        },
    }
    return json_reply(200, body)


def input_schema(model: str) -> dict[str, Any]:
    """Every field that a creation with this model takes, except the model itself."""
    kinds = [kind for kind in GENERATION_TYPES if model != QUALITY or kind != "reference"]
    fields: dict[str, Any] = {
        "prompt": {"type": "string", "minLength": 1},
        "duration": {"type": "integer", "enum": [DURATION_S]},
        "aspect_ratio": {"type": "string", "enum": list(ORIENTATIONS)},
        "resolution": {"type": "string", "enum": list(MORE_USD), "default": "720p"},
        "enable_gif": {"type": "boolean", "default": False},
        "image_urls": {"type": "array", "items": {"type": "string"}, "maxItems": MAX_IMAGES},
        "generation_type": {"type": "string", "enum": kinds},
        "official_fallback": {"type": "boolean", "default": False},
        "webhook": {"type": "string"},
    }
    lacking = NOT_FOR_LITE if model == LITE else ()
    taken = {name: rule for name, rule in fields.items() if name not in lacking}
    return {"type": "object", "properties": taken, "required": ["prompt"]}
