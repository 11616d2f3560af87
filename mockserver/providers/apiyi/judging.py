"""What findings about clients need to know of APIYI."""

from __future__ import annotations

from typing import Any

from mockserver.sdk.provider import Judging, Parameters, http_status, no_task, text_at

PARAMETERS = {
    # seeds 000, 002: the other fields of the OpenAI SDKs change nothing
    "create": Parameters(
        frozenset(("model", "prompt", "input_reference")),
        {
            "size": "the model's name says the shape (`-landscape`, else portrait)",
            "seconds": "every video has 8 s",
            "duration": "every video has 8 s",
            "aspect_ratio": "the model's name says the shape (`-landscape`, else portrait)",
        },
    ),
    # assumed: no document lists the fields of a chat; these fields of OpenAI's do not change the
    # video
    "chat": Parameters(
        None,
        incidental=frozenset(("seed", "user", "metadata", "safety_identifier", "prompt_cache_key")),
    ),
}


def _created_id(content: Any) -> str:
    return text_at(content, "id")


JUDGING = Judging(http_status, _created_id, no_task, parameters=PARAMETERS)
