"""What tapes say of a provider, in place of what its codec has: times, prices, words, switches."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.domain.chance.chance import Spread, roll
from mockserver.domain.input.errors import BadInput, nearest
from mockserver.domain.job.plan import Ticks
from mockserver.domain.provider.command import MICROS, Submit
from mockserver.domain.provider.provider import Context, Inbound, Operation, Provider, Switch
from mockserver.domain.reply.reply import Reply, late
from mockserver.domain.scenario.scenario import Timing

AT_ONCE = Spread(0, 0, 0)


class ModelMeasured(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long jobs of a model took from creation to end, in milliseconds, and what one costs.

    `price` is in the provider's unit; None: as the codec has it. `jobs` is how many were measured.
    """

    low_ms: int
    median_ms: int
    high_ms: int
    price: float | None = None
    jobs: int = 1


class Calibration(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All that was measured of one provider.

    `failures` are messages by the name of the failure. `progress` has the percent that polls told at
    each tenth of a job's time; the mock rises evenly from the first to the last but one. `latency_ms`
    has the median and the 95th percentile of each operation's replies.
    """

    models: dict[str, ModelMeasured] = {}
    dialect: dict[str, str] = {}
    failures: dict[str, str] = {}
    latency_ms: dict[str, tuple[float, float]] = {}
    progress: tuple[float, ...] = ()


def calibrated(provider: Provider, calibration: Calibration) -> Provider:
    """The provider with what was measured. Raises BadInput over a name that it does not have."""
    where = f"calibration.{provider.name}"
    models = {model.name: model for model in provider.models}
    for name, measured in calibration.models.items():
        _known(f"{where}.models", name, models)
        if not 0 <= measured.low_ms <= measured.median_ms <= measured.high_ms:
            told = [measured.low_ms, measured.median_ms, measured.high_ms]
            raise BadInput(
                f"{where}.models.{name}", told, "low_ms, median_ms, high_ms in this order"
            )
    for name in calibration.failures:
        _known(f"{where}.failures", name, provider.failures)
    for switch, value in calibration.dialect.items():
        provider.check_dialect(switch, value)
    failures = {
        name: replace(failure, message=calibration.failures.get(name, failure.message))
        for name, failure in provider.failures.items()
    }
    names = [operation.name for operation in provider.operations]
    for name, (middle_ms, late_ms) in calibration.latency_ms.items():
        _known(f"{where}.latency_ms", name, names)
        if not 0 <= middle_ms <= late_ms:
            pair = [middle_ms, late_ms]
            raise BadInput(
                f"{where}.latency_ms.{name}", pair, "median and 95th percentile, in order"
            )
    operations = tuple(
        _delayed(_timed(operation, calibration), calibration.latency_ms.get(operation.name))
        for operation in provider.operations
    )
    dialect = tuple(_first(switch, calibration.dialect) for switch in provider.dialect)
    ticks = _ticks(calibration.progress) or provider.ticks
    return replace(provider, operations=operations, dialect=dialect, failures=failures, ticks=ticks)


def _ticks(progress: tuple[float, ...]) -> Ticks | None:
    """The percents of the first tenth and of the last but one, as ticks; None if they do not rise."""
    if len(progress) < 3 or not 0 < progress[0] < progress[-2] < 100:
        return None
    return Ticks(len(progress) - 1, progress[0], progress[-2])


def _known(field: str, name: str, valid: Any) -> None:
    if name not in valid:
        raise BadInput(field, name, f"one of: {', '.join(valid)}{nearest(name, valid)}")


def _first(switch: Switch, chosen: dict[str, str]) -> Switch:
    """The switch with the measured value as its default, which is the first one."""
    value = chosen.get(switch.name)
    if value is None:
        return switch
    rest = {name: said for name, said in switch.values.items() if name != value}
    return replace(switch, values={value: switch.values[value], **rest})


def _timed(operation: Operation[Any], calibration: Calibration) -> Operation[Any]:
    if not calibration.models or operation.call_phase not in ("create", "stream", "upgrade"):
        return operation
    return replace(operation, decode=partial(_decode, operation, calibration))


def _decode(
    operation: Operation[Any], calibration: Calibration, inbound: Inbound, context: Context
) -> Any:
    asked: Any = operation.decode(inbound, context)
    measured = calibration.models.get(asked.model) if isinstance(asked, Submit) else None
    if measured is None:
        return asked
    timing = _timing(measured.low_ms, measured.median_ms, measured.high_ms)
    price = asked.price_micros if measured.price is None else round(measured.price * MICROS)
    return replace(asked, timing=timing, price_micros=price)


def _delayed(operation: Operation[Any], span_ms: tuple[float, float] | None) -> Operation[Any]:
    """The call with replies that take as long as they took. Those of a stream take as long as a job."""
    if span_ms is None or span_ms[0] < 1:
        return operation
    middle_ms, late_ms = (round(ms) for ms in span_ms)
    spread = Spread(max(1, middle_ms**2 // late_ms), middle_ms, late_ms)
    return replace(operation, encode=partial(_encode, operation, spread))


def _encode(
    operation: Operation[Any], spread: Spread, outcome: Any, inbound: Inbound, context: Context
) -> Reply:
    chance = roll(context.seed, "latency", operation.name, context.now_ms)
    reply = operation.encode(outcome, inbound, context)
    return late(reply, context.pause_ms(spread.draw(chance)))


@cache
def _timing(low_ms: int, median_ms: int, high_ms: int) -> Timing:
    """One timing for each measure: its spans are remembered by its identity."""
    return Timing(Spread(low_ms, median_ms, high_ms), AT_ONCE)
