"""The models that `createTask` knows, and which of them made a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.sdk.provider import Task

EXTEND = "veo/extend"
GET_1080P = "veo/get-1080p-video"
GET_4K = "veo/get-4k-video"
VEO = "veo-3-1"  # its inner model is in `input.model` [docs: veo3-api/generate-veo-3-video]
DEFAULT_TIER = "veo3_fast"  # docs and live use: without `input.model`, this one is used
TIERS = ("veo3_fast", "veo3_lite", "veo3")


def model_of(task: Task) -> str:
    """The outer model of a task. A video of Veo is made by its inner model."""
    if task.model not in TIERS:
        return task.model
    return VEO if task.parent_id is None else EXTEND
