"""A fault rule as it is given and stored: which fault strikes which calls, how often, until when.

matches `when`? ─► between `from` and `until`? ─► `call`, `attempt` ─► `probability`
                ─► past `skip`, within `times` ─► not yet over for `lasts` ─► fires
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from msgspec import Struct, field
from msgspec.structs import replace

from mockserver.domain.input.errors import BadInput
from mockserver.domain.input.quantity import Span, span_ms, whole_number
from mockserver.domain.input.said import said
from mockserver.domain.time.clock import Instant

Nth = Annotated[int | str | list[int], said("A number from 1, or 2-4, 5-, every 3, [1, 3]")]
Moment = int | str  # a span such as "90s", an ISO time, or epoch milliseconds

HEADER_ID = "header"  # the id of a rule that a request brings in its header
_EPOCH_FLOOR_MS = 100_000_000_000  # 1973: a smaller number is a span, not a date
_RANGE = re.compile(r"(\d{1,18})\s*(?:(-)\s*(\d{0,18}))?", re.ASCII)
_EVERY = re.compile(r"every\s+(\d{1,18})", re.ASCII)


class FaultWhen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which calls a rule is for; an absent field matches all.

    `prompt` and the values of `header` are regular expressions. `progress` is a range in percent,
    both ends in. `call` counts the calls that match the rest of `when`; `attempt` those for one
    task (a creation has none yet: the same body counts as the same task). `chunk` is a place in
    a stream: a number from 1, or a kind of chunk. `delivery` counts the attempts to deliver one
    callback.
    """

    provider: str | None = None
    operation: str | None = None
    method: Annotated[str | None, said("An HTTP method, such as HEAD")] = None
    model: str | None = None
    job_phase: str | None = None
    call_phase: str | None = None
    progress: Annotated[tuple[float, float] | None, said("A range in percent, both ends in")] = None
    prompt: Annotated[str | None, said("A regular expression")] = None
    call: Nth | None = None
    attempt: Nth | None = None
    chunk: int | str | None = None
    delivery: Nth | None = None
    header: dict[str, str] = field(default_factory=dict)


class FaultRule(
    Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"with_": "with", "from_": "from"},
):
    """A named fault with its parameters and its conditions.

    `skip` leaves out the first calls that the rule would change; `times` limits the calls after
    those. `from` and `until` are epoch milliseconds of virtual time when the rule is stored.
    `lasts` is a span that begins with the first call that the rule changes. The other fields are
    ours: `serial` separates the counts of a rule from those of an earlier rule with the same id.
    `from_real_ms` and `until_real_ms` are real times; they are None if `from` and `until` were
    dates.
    """

    fault: Annotated[str, said("A name of the catalogue")]
    id: str = ""
    with_: Annotated[dict[str, Any], said("The fault's parameters")] = field(default_factory=dict)
    when: FaultWhen = FaultWhen()
    times: Annotated[int | None, said("How often it fires")] = None
    skip: Annotated[int, said("How many firings are passed over first")] = 0
    probability: float = 1.0
    from_: Annotated[Moment | None, said("A span from now or a moment")] = None
    until: Annotated[Moment | None, said("When it heals by itself")] = None
    lasts: Span | None = None
    note: str = ""
    serial: int = 0
    from_real_ms: int | None = None
    until_real_ms: int | None = None

    @property
    def waits_for_time(self) -> bool:
        """Whether the rule strikes only at a certain stage of a job."""
        return self.when.job_phase is not None or self.when.progress is not None


def settled(rule: FaultRule, now: Instant) -> FaultRule:
    """The rule with `from` and `until` as times, spans in both times. Raises BadInput."""
    from_ms, from_real_ms = _settled(rule.from_, now, "from")
    until_ms, until_real_ms = _settled(rule.until, now, "until")
    if from_ms is not None and until_ms is not None and until_ms <= from_ms:
        raise BadInput("until", rule.until, "a moment after `from`")
    return replace(
        rule,
        from_=from_ms,
        until=until_ms,
        from_real_ms=from_real_ms,
        until_real_ms=until_real_ms,
    )


def _settled(given: Moment | None, now: Instant, name: str) -> tuple[int | None, int | None]:
    """A moment in virtual time and, if it was given as a span, also in real time."""
    if given is None:
        return None, None
    at_ms = _dated_ms(given, name)
    if at_ms is not None:
        return at_ms, None
    ends = now.later(span_ms(given, name))
    return ends.virtual_ms, ends.real_ms


def lasting_ms(given: object) -> int:
    """How long a rule lasts. Raises BadInput."""
    found_ms = span_ms(given, "lasts")
    if not found_ms:
        raise BadInput("lasts", given, "a duration longer than 0, such as 2s")
    return found_ms


def moment_ms(given: Moment, now_ms: int, name: str) -> int:
    """A virtual time, from a span that starts now, an ISO time or epoch milliseconds. Raises BadInput."""
    at_ms = _dated_ms(given, name)
    return now_ms + span_ms(given, name) if at_ms is None else at_ms


def _dated_ms(given: Moment, name: str) -> int | None:
    """An ISO time or epoch milliseconds as a virtual time; None for a span. Raises BadInput."""
    text = str(given).strip()
    at_ms = whole_number(text)
    if at_ms is not None and at_ms >= _EPOCH_FLOOR_MS:
        return at_ms
    if not re.match(r"\d{4}-\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(name, given, "an ISO time such as 2026-03-01T12:00:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


@lru_cache(maxsize=1024)
def _span(text: str) -> tuple[int, int | None, int] | None:
    """First, last (None: no end) and step of a pattern; None if it is not a pattern."""
    every = _EVERY.fullmatch(text)
    if every:
        return (int(every[1]), None, int(every[1])) if int(every[1]) else None
    found = _RANGE.fullmatch(text)
    if not found or int(found[1]) < 1:
        return None
    last = None if found[2] and not found[3] else int(found[3] or found[1])
    return None if last is not None and last < int(found[1]) else (int(found[1]), last, 1)


def check_nth(pattern: Nth, name: str) -> None:
    """Raises BadInput for a pattern that can match no number."""
    items = pattern if isinstance(pattern, list) else [pattern]
    if not items or any(_span(str(item).strip()) is None for item in items):
        raise BadInput(name, pattern, 'a number from 1, or "2-4", "5-", "every 3", [1, 3]')


def is_nth(pattern: Nth, number: int) -> bool:
    """Whether a pattern means a number, counted from 1."""
    items = pattern if isinstance(pattern, list) else [pattern]
    for item in items:
        span = _span(str(item).strip())
        if span is not None:
            first, last, step = span
            if (
                number >= first
                and (last is None or number <= last)
                and number % step == first % step
            ):
                return True
    return False
