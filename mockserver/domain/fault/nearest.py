"""Why a rule was never applied: the call that came nearest to its `when`, and what was different."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from mockserver.domain.fault.rule import Nth, is_nth
from mockserver.domain.input.counted import counted
from mockserver.domain.job.plan import state_at
from mockserver.domain.journal.journal import DeliveryTried, Exchange
from mockserver.domain.reply.reply import Headers

if TYPE_CHECKING:
    from mockserver.domain.fault.match import CompiledRule
    from mockserver.domain.job.task import Task
    from mockserver.domain.journal.journal import Contact


OUT_OF_REACH = "the fault cannot strike it"


class Came(Struct, frozen=True):
    """A call or delivery of the journal, as `when` may ask about it."""

    seq: int
    provider: str
    operation: str
    call_phase: str
    model: str
    prompt: str | None
    job_phase: str
    progress: float | None
    delivery: int
    headers: Headers
    method: str = ""


def came(entry: Contact, task: Task | None) -> Came:
    """What the journal knows of a call, together with the task that it was about."""
    creates = entry.call_phase in ("create", "stream")
    state = None if task is None or creates else state_at(task.plan, entry.virtual_ms)
    return Came(
        entry.seq,
        entry.provider,
        entry.operation,
        entry.call_phase,
        (isinstance(entry, Exchange) and entry.model) or (task.model if task else ""),
        task.prompt if task else None,
        state.phase if state else "",
        state.progress if state else None,
        entry.attempt if isinstance(entry, DeliveryTried) else 0,
        entry.request_headers if isinstance(entry, Exchange) else (),
        entry.method if isinstance(entry, Exchange) else "POST",
    )


def nearest(
    compiled: CompiledRule, calls: Iterable[Came], places: frozenset[tuple[str, str]]
) -> str:
    """The call that differs from `when` in the fewest things, the first if there are several.

    Empty if one call does not differ. `places` are the operations that the rule can strike, by
    provider; calls of other operations do not count.
    """
    found = [(differences(compiled, call, places), call) for call in calls]
    if not found:
        return "no call came"
    near = [pair for pair in found if OUT_OF_REACH not in pair[0]]
    if not near:
        strikes = ", ".join(sorted({operation for _, operation in places}))
        return f"{counted(len(found), 'call')} came, and none that {compiled.rule.fault} strikes: {strikes}"
    differing, call = min(near, key=lambda pair: len(pair[0]))
    if not differing:
        return ""
    name = f"{call.provider} {call.operation}".strip()
    return f"nearest was {name} (journal {call.seq}): {'; '.join(differing)}"


def differences(
    compiled: CompiledRule, call: Came, places: frozenset[tuple[str, str]]
) -> tuple[str, ...]:
    """What in a call is not as `when` wants it, in words."""
    when = compiled.rule.when
    pairs = (
        ("provider", when.provider, call.provider),
        ("operation", when.operation, call.operation),
        ("method", compiled.method, call.method),
        ("call_phase", when.call_phase, call.call_phase),
        ("model", when.model, call.model),
        ("job_phase", when.job_phase, call.job_phase),
    )
    found = [
        f"{name} was {had or 'not known'}, not {wanted}"
        for name, wanted, had in pairs
        if wanted is not None and wanted != had
    ]
    if not found and (call.provider, call.operation) not in places:
        found.append(OUT_OF_REACH)
    if when.prompt is not None and (call.prompt is None or not compiled.wants(call.prompt)):
        how = "is not known" if call.prompt is None else f"does not match {when.prompt!r}"
        found.append(f"the prompt {how}")
    found += _of_progress(when.progress, call.progress)
    if when.delivery is not None and not is_nth(when.delivery, call.delivery):
        found.append(f"it was delivery {call.delivery}, not {when.delivery}")
    names = {name for name, _ in call.headers}
    found += [
        f"header {name} {'did not match' if name.lower().encode() in names else 'was not sent'}"
        for name in when.header
        if not compiled.has_header(name, call.headers)
    ]
    return tuple(found)


def _of_progress(wanted: tuple[float, float] | None, had: float | None) -> list[str]:
    if wanted is None or (had is not None and wanted[0] <= had <= wanted[1]):
        return []
    shown = "not known" if had is None else f"{had:g} %"
    return [f"progress was {shown}, not {wanted[0]:g} to {wanted[1]:g} %"]


def beyond(what: str, wanted: Nth | None, most: int) -> str:
    """Says that `call` or `attempt` names a number that never came; empty if it came."""
    if wanted is None or any(is_nth(wanted, number) for number in range(1, most + 1)):
        return ""
    return f"{what} {wanted} is meant, and {counted(most, what) if most else f'no {what}s'} came"
