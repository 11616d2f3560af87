"""Which links a finished job holds, in records and callbacks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.sdk.provider import Task, Upgrade, encode_json, media_url, preview_url

if TYPE_CHECKING:
    from mockserver.sdk.provider import Context


def result_urls(task: Task, context: Context) -> list[str] | str | None:
    """The links to the videos, as an array or as JSON text; None where the plan leaves them out."""
    results = task.plan.results
    if results.urls == "absent":
        return None
    indices = [] if results.urls == "empty" else range(task.videos)
    links = [
        media_url(task, context.sandbox_id, index)
        for index in indices
        if index not in results.failed_videos
    ]
    return encode_json(links).decode() if context.dialect["result_urls"] == "string" else links


def original_urls(task: Task, context: Context) -> list[str] | None:
    """Only where the ratio is not 16:9 [docs]. assumed: the same video under the same link."""
    if task.orientation == "landscape" or task.plan.results.urls in ("absent", "empty"):
        return None
    return [media_url(task, context.sandbox_id, index) for index in range(task.videos)]


def upgraded_urls(task: Task, upgrade: Upgrade, context: Context) -> dict[str, Any]:
    """The links of a 4k version, and of a picture of it. assumed: one picture a video."""
    return {
        "resultUrls": [media_url(task, context.sandbox_id, upgrade.index, upgrade.variant)],
        "imageUrls": [preview_url(task, context.sandbox_id, upgrade.index)],
    }
