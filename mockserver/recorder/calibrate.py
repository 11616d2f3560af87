"""Measures what tapes say of a provider: how long jobs take, what they cost, and the words of
failures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from statistics import median
from typing import Any

from mockserver.domain.provider.calibration import Calibration, ModelMeasured
from mockserver.domain.provider.judging import json_of
from mockserver.domain.provider.provider import Provider
from mockserver.recorder.jobs import Reel, TapedJob, final_of, reel_of
from mockserver.recorder.tape import TapeEntry

TENTHS = 10
_PRICES = ("creditsConsumed", "cost")
_CODES = ("errorCode", "failCode", "code")
_MESSAGES = ("errorMessage", "failMsg", "message", "msg")


def measured(
    provider: Provider, providers: Iterable[Provider], tapes: Sequence[Sequence[TapeEntry]]
) -> tuple[Calibration, Reel]:
    """What tapes say of a provider, and all jobs on them."""
    known = tuple(providers)
    reels = [reel_of(provider, known, tape) for tape in tapes]
    jobs = tuple(job for reel in reels for job in reel.jobs)
    others: dict[str, tuple[TapeEntry, ...]] = {}
    for reel in reels:
        for name, entries in reel.others.items():
            others[name] = (*others.get(name, ()), *entries)
    told = dict(failures_told(provider, jobs))
    names = {model.name for model in provider.models}
    calibration = Calibration(
        _models([job for job in jobs if job.identity.model in names]),
        {},
        told,
        _latencies(jobs, others),
        tuple(_progress(jobs)),
    )
    return calibration, Reel(jobs, others)


def _models(jobs: Sequence[TapedJob]) -> dict[str, ModelMeasured]:
    found: dict[str, list[TapedJob]] = {}
    for job in jobs:
        found.setdefault(job.identity.model, []).append(job)
    return {name: _model(of_model) for name, of_model in sorted(found.items())}


def _model(jobs: Sequence[TapedJob]) -> ModelMeasured:
    spans_ms = sorted(round(job.span_ms) for job in jobs)
    prices = [price for job in jobs if (price := _price(job)) is not None]
    cost = median(prices) if prices else None
    middle_ms = round(median(spans_ms))
    return ModelMeasured(spans_ms[0], middle_ms, spans_ms[-1], cost, len(jobs))


def _bodies(job: TapedJob) -> Iterator[Any]:
    """The last word of each operation about a job."""
    for told in job.replies.values():
        yield json_of(final_of(told)[1].body)


def _price(job: TapedJob) -> float | None:
    """What a reply says that the job cost, in the provider's unit."""
    for body in _bodies(job):
        for found in _objects(body):
            for name in _PRICES:
                price = found.get(name)
                if isinstance(price, int | float) and not isinstance(price, bool) and price > 0:
                    return price
    return None


def failures_told(provider: Provider, jobs: Sequence[TapedJob]) -> Iterator[tuple[str, str]]:
    """Messages of failed jobs. The key is the name of the only failure with their code."""
    for job in jobs:
        for body in _bodies(job):
            for found in _objects(body):
                code = next((found[name] for name in _CODES if found.get(name)), None)
                text = next((found[name] for name in _MESSAGES if found.get(name)), None)
                names = [n for n, f in provider.failures.items() if str(f.code) == str(code)]
                if isinstance(text, str) and len(names) == 1:
                    yield names[0], text


def _objects(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
    for inner in content.values() if isinstance(content, dict) else content or ():
        if isinstance(inner, dict | list):
            yield from _objects(inner)


def _latencies(
    jobs: Sequence[TapedJob], others: dict[str, tuple[TapeEntry, ...]]
) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of the time of each operation's replies, in milliseconds."""
    took: dict[str, list[float]] = {}
    for job in jobs:
        if job.reply_as == "task":  # any other reply takes as long as the job
            took.setdefault(job.identity.operation, []).append(job.created.took_ms)
        for name, told in job.replies.items():
            took.setdefault(name, []).extend(entry.took_ms for entry in told)
    for name, told in others.items():
        took.setdefault(name, []).extend(entry.took_ms for entry in told)
    return {name: _percentiles(sorted(spans)) for name, spans in sorted(took.items())}


def _percentiles(spans_ms: Sequence[float]) -> tuple[float, float]:
    return round(median(spans_ms), 1), round(spans_ms[ceil(0.95 * len(spans_ms)) - 1], 1)


def _progress(jobs: Sequence[TapedJob]) -> list[float]:
    """The progress in percent at each tenth of a job's time, over all jobs; empty if no job tells
    it.
    """
    told = sorted(point for job in jobs for point in _points(job))
    if not told:
        return []
    shares = [tenth / TENTHS for tenth in range(1, TENTHS + 1)]
    return [max((p for share, p in told if share <= limit), default=0.0) for limit in shares]


def _points(job: TapedJob) -> Iterator[tuple[float, float]]:
    for told in job.replies.values():
        for entry in told:
            for found in _objects(json_of(entry.body)):
                percent = found.get("progress")
                if isinstance(percent, int | float) and not isinstance(percent, bool):
                    share = (entry.started_ms - job.created.started_ms) / job.span_ms
                    yield min(max(share, 0.0), 1.0), percent
