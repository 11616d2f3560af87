"""Checks numbers, times, ids and addresses of an archive like any other input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mockserver.admin.requests.settings import checked_patience_ms, checked_seed, checked_speed
from mockserver.control.requests import MOST_IN_WINDOW
from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.names import known

if TYPE_CHECKING:
    from mockserver.domain.job.plan import Plan
    from mockserver.domain.job.task import Task
    from mockserver.engine.archive import Archive
    from mockserver.engine.core import Core

LATEST_MS = 1 << 62
MOST_TICKS = 1000
MOST_VIDEOS = 10  # the name of a video has one digit for its number
_TASK_ID = re.compile(r"[A-Za-z0-9_]{1,128}")


def check_archived(archive: Archive, core: Core) -> None:
    """Raises BadInput, which names the first field with an impossible value."""
    _check_sandbox(archive, core)
    for name, value in archive.counters.items():
        _within("counters", {name: value}, value, 0, LATEST_MS)
    ids: set[str] = set()
    ordinals: set[int] = set()
    for index, task in enumerate(archive.tasks):
        field = f"tasks[{index}]"
        if task.id in ids or not _TASK_ID.fullmatch(task.id):
            expected = "1 to 128 letters, digits and _, which no other task has"
            raise BadInput(f"{field}.id", task.id, expected)
        _within(f"{field}.ordinal", task.ordinal, task.ordinal, 1, archive.books.ordinal)
        if task.ordinal in ordinals:
            raise BadInput(f"{field}.ordinal", task.ordinal, "one that no other task has")
        ids.add(task.id)
        ordinals.add(task.ordinal)
        _check_task(task, field)
    _check_deliveries(archive, core)


def _check_sandbox(archive: Archive, core: Core) -> None:
    sandbox = archive.sandbox
    checked_speed(sandbox.speed, "sandbox.speed")
    checked_seed(sandbox.seed, "sandbox.seed")
    checked_patience_ms(sandbox.patience_ms, "sandbox.patience_ms")
    for provider in sandbox.balances_micros:
        known(provider, core.providers, "sandbox.balances_micros")
    for index, quota in enumerate(sandbox.quotas):
        field = f"sandbox.quotas[{index}]"
        if not quota.name or len(quota.name) > 64:
            raise BadInput(f"{field}.name", quota.name, "1 to 64 characters")
        _within(f"{field}.limit", quota.limit, quota.limit, 0, MOST_IN_WINDOW)
        lowest_ms = 0 if quota.concurrent else 1
        _within(f"{field}.window_ms", quota.window_ms, quota.window_ms, lowest_ms, LATEST_MS)


def _check_task(task: Task, field: str) -> None:
    _within(f"{field}.videos", task.videos, task.videos, 1, MOST_VIDEOS)
    for name in ("price_micros", "media_ttl_ms", "created_ms", "estimated_ms"):
        value = getattr(task, name)
        _within(f"{field}.{name}", value, value, 0, LATEST_MS)
    if task.gif and task.resolution != "720p":
        raise BadInput(f"{field}.gif", True, "false with this resolution: a GIF has 720p")
    _check_url(f"{field}.base_url", task.base_url)
    if task.callback_url is not None:
        _check_url(f"{field}.callback_url", task.callback_url)
    _check_plan(task.plan, f"{field}.plan")
    failed = task.plan.results.failed_videos
    _check_indices(f"{field}.plan.results.failed_videos", failed, task.videos)
    for index, upgrade in enumerate(task.upgrades):
        _check_indices(f"{field}.upgrades[{index}].index", (upgrade.index,), task.videos)


def _check_plan(plan: Plan, field: str) -> None:
    earlier_ms = 0
    for index, step in enumerate(plan.steps):
        name = f"{field}.steps[{index}]"
        _within(f"{name}.at_ms", step.at_ms, step.at_ms, earlier_ms, LATEST_MS)
        _within(f"{name}.progress", step.progress, step.progress, 0, 100)
        _within(f"{name}.progress_to", step.progress_to, step.progress_to, 0, 100)
        earlier_ms = step.at_ms
    count, first, last = plan.ticks
    _within(f"{field}.ticks", plan.ticks, count, 2, MOST_TICKS)
    _within(f"{field}.ticks", plan.ticks, first, 0, last)
    _within(f"{field}.ticks", plan.ticks, last, first, 100)


def _check_deliveries(archive: Archive, core: Core) -> None:
    provider_of = {task.id: task.provider for task in archive.tasks}
    for index, delivery in enumerate(archive.deliveries):
        field = f"deliveries[{index}]"
        # nobody could send such a callback, and it would be under way for ever
        if provider_of.get(delivery.task_id) != delivery.provider:
            expected = f"a task of {delivery.provider} that is in the archive"
            raise BadInput(f"{field}.task_id", delivery.task_id, expected)
        if core.providers[delivery.provider].callback is None:
            expected = "one of a provider that has callbacks"
            raise BadInput(f"{field}.provider", delivery.provider, expected)
        _check_url(f"{field}.url", delivery.url)
        if delivery.due_ms is not None:
            _within(f"{field}.due_ms", delivery.due_ms, delivery.due_ms, 0, LATEST_MS)


def _check_indices(field: str, indices: Iterable[int], videos: int) -> None:
    for index in indices:
        _within(field, index, index, 0, videos - 1)


def _check_url(field: str, url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise BadInput(field, url, "a URL that begins with http:// or https://")


def _within(field: str, shown: object, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise BadInput(field, shown, f"a number from {lowest} to {highest}")
