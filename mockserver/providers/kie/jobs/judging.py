"""What findings about clients need to know of the jobs API."""

from __future__ import annotations

from mockserver.providers.kie.jobs.models import EXTEND, GET_4K, GET_1080P, VEO
from mockserver.providers.kie.judging import JUDGING
from mockserver.sdk.provider import Judging, Nested, Parameters

# docs: veo3-api/generate-veo-3-video; the names are in snake_case
INPUTS = {
    VEO: frozenset(
        (
            "prompt",
            "model",
            "image_urls",
            "generation_type",
            "aspect_ratio",
            "enable_fallback",
            "enable_translation",
            "watermark",
            "resolution",
            "duration",
        )
    ),
    EXTEND: frozenset(("task_id", "prompt", "seeds", "watermark")),
    GET_1080P: frozenset(("taskId", "index")),
    GET_4K: frozenset(("task_id", "index")),
}

JOBS_JUDGING = Judging(
    JUDGING.status,
    JUDGING.created_id,
    JUDGING.callback_id,
    id_field="taskId",
    parameters={
        "create_task": Parameters(
            frozenset(("model", "input", "callBackUrl")),
            incidental=frozenset(("callBackUrl",)),
            nested={"input": Nested("model", INPUTS)},
        )
    },
)
