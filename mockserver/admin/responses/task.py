"""Tasks as control calls show them: their state, their cost and their plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from mockserver.admin.responses.told import told
from mockserver.control import parts
from mockserver.control.records import TaskShown, WholeTask
from mockserver.domain.job.plan import expires_ms, outcome_step, state_at
from mockserver.domain.job.task import media_until_ms, media_url
from mockserver.domain.journal.redaction import clean_fields, masked_url
from mockserver.domain.provider.command import MICROS
from mockserver.media.assets import pick
from mockserver.media.own import own_video

if TYPE_CHECKING:
    from mockserver.domain.job.plan import Plan
    from mockserver.domain.job.task import Resolution, Task
    from mockserver.domain.provider.provider import Provider


def task_shown(task: Task, provider: Provider, now_ms: int, scenario_struck: bool) -> TaskShown:
    """A task and its state now. Times are virtual; `ends_ms` is null for one that never ends.

    `scenario_struck`: something was really sent that `succeed` would not have given.
    """
    state = state_at(task.plan, now_ms)
    end = outcome_step(task.plan)
    return TaskShown(
        id=task.id,
        ordinal=task.ordinal,
        provider=task.provider,
        operation=task.operation,
        model=task.model,
        prompt=task.prompt,
        scenario=task.scenario,
        scenario_struck=scenario_struck,
        phase=state.phase,
        progress=state.progress,
        since_ms=state.since_ms,
        failure=told(state.failure, parts.Failure) if state.failure else None,
        created_ms=task.created_ms,
        ends_ms=end.at_ms if end else None,
        orientation=task.orientation,
        resolution=task.resolution,
        videos=task.videos,
        price=task.price_micros / MICROS,
        unit=provider.unit,
        callback_url=task.callback_url and masked_url(task.callback_url),
        parent_id=task.parent_id,
    )


def task_shown_whole(
    task: Task, provider: Provider, sandbox_id: str, now_ms: int, scenario_struck: bool
) -> WholeTask:
    """A task with its plan, upgrades and the links of its videos, alive or not."""
    until_ms = media_until_ms(task)
    listed = asdict(task_shown(task, provider, now_ms, scenario_struck))
    more = {
        "key": task.key,
        "gif": task.gif,
        "params": clean_fields(task.params),
        "urls": [media_url(task, sandbox_id, index) for index in range(task.videos)],
        "urls_until_ms": until_ms or None,
        "files": _files(task, sandbox_id),
        "upgrades": told(task.upgrades, list[parts.UpgradeTold]),
        "plan": plan_shown(task.plan),
    }
    return WholeTask(**(listed | more))


def _files(task: Task, sandbox_id: str) -> list[parts.File]:
    """The videos of a task and of its upgrades, ready or not, as their links will send them."""
    own = [(index, task.resolution) for index in range(task.videos)]
    better = [(u.index, u.variant) for u in task.upgrades if u.ready_ms is not None]
    return [_file(task, sandbox_id, *which) for which in dict.fromkeys(own + better)]


def _file(task: Task, sandbox_id: str, index: int, variant: Resolution) -> parts.File:
    video = own_video(pick(task.orientation, variant, task.gif, task.duration_s), task.id, index)
    return {
        "index": index,
        "variant": variant,
        "url": media_url(task, sandbox_id, index, variant),
        "content_type": video.content_type,
        "size_bytes": video.size_bytes,
        "sha256": video.sha256,
    }


def plan_shown(plan: Plan) -> parts.Plan:
    """A task's whole future."""
    return {
        "steps": told(plan.steps, list[parts.Step]),
        "known_ms": plan.known_ms,
        "content_ms": plan.content_ms,
        "vanish_ms": plan.vanish_ms,
        "hd_ms": plan.hd_ms,
        "expires_ms": expires_ms(plan),
        "urls": plan.results.urls,
        "failed_videos": list(plan.results.failed_videos),
    }
