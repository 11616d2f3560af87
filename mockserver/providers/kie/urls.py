"""Which links a finished job has, in records and in callbacks."""

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


def video_urls(task: Task, context: Context, variant: str = "") -> list[str] | None:
    """The links to one version of the videos; None if the plan leaves them out."""
    results = task.plan.results
    if results.urls == "absent":
        return None
    return [
        media_url(task, context.sandbox_id, index, variant)
        for index in ([] if results.urls == "empty" else range(task.videos))
        if index not in results.failed_videos
    ]


def result_urls(task: Task, context: Context) -> list[str] | str | None:
    """The links to the videos, as an array or as JSON text; None if the plan leaves them out."""
    links = video_urls(task, context)
    if links is None or context.dialect["result_urls"] != "string":
        return links
    return encode_json(links).decode()


def original_urls(task: Task, context: Context) -> list[str] | None:
    """The 720p version, if a larger one was made of it [observed, 2026-02; a client]. A dialect has
    it only if the ratio is not 16:9 [docs]. assumed: then it is the same video.
    """
    by_ratio = context.dialect["origin_urls"] == "portrait"
    there = task.orientation == "portrait" if by_ratio else task.resolution != "720p"
    if not there or task.plan.results.urls in ("absent", "empty"):
        return None
    variant = "" if by_ratio else "720p"
    return [media_url(task, context.sandbox_id, index, variant) for index in range(task.videos)]


def full_urls(task: Task, context: Context) -> list[str] | None:
    """The extended video as a whole; None for other tasks [docs: extend-video]."""
    if task.parent_id is None or task.plan.results.urls in ("absent", "empty"):
        return None
    return [joined_url(task, context.sandbox_id, index) for index in range(task.videos)]


def upgraded_urls(task: Task, upgrade: Upgrade, context: Context) -> dict[str, Any]:
    """The links to a 4k version, and to a picture of it. assumed: one picture for each video."""
    return {
        "resultUrls": [media_url(task, context.sandbox_id, upgrade.index, upgrade.variant)],
        "imageUrls": [preview_url(task, context.sandbox_id, upgrade.index)],
    }
