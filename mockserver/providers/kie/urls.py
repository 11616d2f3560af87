"""Which links a finished job holds, in records and callbacks alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.sdk.provider import (
    Task,
    Upgrade,
    encode_json,
    joined_url,
    media_url,
    preview_url,
)

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
    """The 720p version, where a larger one was made of it [observed, 2026-02; a client].

    By dialect only where the ratio is not 16:9 [docs]. assumed: then it is the same video.
    """
    by_ratio = context.dialect["origin_urls"] == "portrait"
    there = task.orientation == "portrait" if by_ratio else task.resolution != "720p"
    if not there or task.plan.results.urls in ("absent", "empty"):
        return None
    variant = "" if by_ratio else "720p"
    return [media_url(task, context.sandbox_id, index, variant) for index in range(task.videos)]


def full_urls(task: Task, context: Context) -> list[str] | None:
    """An extension and what it extends, joined; None for other tasks [docs: extend-video]."""
    if task.parent_id is None or task.plan.results.urls in ("absent", "empty"):
        return None
    return [joined_url(task, context.sandbox_id, index) for index in range(task.videos)]


def upgraded_urls(task: Task, upgrade: Upgrade, context: Context) -> dict[str, Any]:
    """The links of a 4k version, and of a picture of it. assumed: one picture a video."""
    return {
        "resultUrls": [media_url(task, context.sandbox_id, upgrade.index, upgrade.variant)],
        "imageUrls": [preview_url(task, context.sandbox_id, upgrade.index)],
    }
