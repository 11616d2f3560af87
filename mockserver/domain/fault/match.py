"""Whether a rule strikes a call: pure, from the facts of the call and a few numbers."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from mockserver.domain.fault.fault import NamedFault, Options, Stage
from mockserver.domain.fault.rule import FaultRule, is_nth, lasting_ms
from mockserver.domain.input.pattern import MatchResult, Pattern
from mockserver.domain.job.task import Task
from mockserver.domain.provider.command import Submit
from mockserver.domain.reply.difference import Place
from mockserver.domain.time.clock import Instant

# Counters of a rule with `lasts`: when it changed its first call, in virtual and in real time.
BEGAN, BEGAN_REAL = "began_ms", "began_real_ms"


class Facts(Struct, frozen=True, gc=False):
    """What is known of a call before it is served.

    Attempts are counted for each `subject`: the task's ordinal, the digest of a creation's body, or
    empty. `delivery` is the number of the attempt to deliver a callback.
    """

    provider: str
    operation: str
    call_phase: str
    now_ms: int
    model: str = ""
    prompt: str = ""
    job_phase: str = ""
    progress: float | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()
    subject: str = ""
    delivery: int = 0
    task: Task | None = None
    submit: Submit | None = None
    method: str = ""


class Stake(Struct, frozen=True, gc=False):
    """The place at which a rule, or a task's scenario, shows. It struck when a reply was sent up to there.

    `rule` is the rule's id; it is empty for the scenario. `counter` is raised when it struck.
    """

    rule: str
    counter: str
    place: Place


class CompiledRule(Struct, frozen=True):
    """A stored rule, made ready: its fault, its options read, its patterns compiled."""

    rule: FaultRule
    fault: NamedFault
    options: Options
    stage: Stage
    prompt: Pattern | None = None
    header: tuple[tuple[bytes, Pattern], ...] = ()

    @property
    def method(self) -> str | None:
        """The HTTP method of its calls; None: any."""
        return self.rule.when.method or self.fault.method

    @property
    def counts_attempts(self) -> bool:
        """Whether the rule needs the number of the attempt."""
        rule = self.rule
        return rule.when.attempt is not None or rule.probability < 1 or self.fault.mechanism.draws

    @property
    def counts_firings(self) -> bool:
        """Whether `skip` or `times` limit it."""
        return self.rule.skip > 0 or self.rule.times is not None

    def wants(self, prompt: str) -> bool:
        """Whether the rule is for this prompt, or may be (see `out_of_time`)."""
        return self.prompt is None or self.prompt.answer(prompt) != "no"

    def out_of_time(self, facts: Facts) -> bool:
        """Whether a pattern of a rule that matches could not be decided in time."""
        if self.prompt is not None and self.prompt.answer(facts.prompt) == "late":
            return True
        return any(_sent(facts.headers, name, wanted) == "late" for name, wanted in self.header)

    def fits(self, task: Task) -> bool:
        """Whether `when` names a task, at any stage of the task."""
        when = self.rule.when
        return (
            when.provider in (None, task.provider)
            and when.model in (None, task.model)
            and self.wants(task.prompt)
        )

    def has_header(self, name: str, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Whether a header that `when` names was sent with a matching value."""
        wanted = dict(self.header).get(name.lower().encode())
        return wanted is None or _sent(headers, name.lower().encode(), wanted) != "no"

    def matches(self, facts: Facts) -> bool:
        """Whether `when` names the call, without what needs counting."""
        when = self.rule.when
        return (
            (when.model is None or when.model == facts.model)
            and self.method in (None, facts.method)
            and (when.job_phase is None or when.job_phase == facts.job_phase)
            and self.wants(facts.prompt)
            and (when.progress is None or _within(when.progress, facts.progress))
            and (when.delivery is None or is_nth(when.delivery, facts.delivery))
            and all(_sent(facts.headers, name, wanted) != "no" for name, wanted in self.header)
        )


def _within(span: tuple[float, float], progress: float | None) -> bool:
    return progress is not None and span[0] <= progress <= span[1]


def _sent(headers: Sequence[tuple[bytes, bytes]], name: bytes, wanted: Pattern) -> MatchResult:
    """Whether a header was sent with a matching value."""
    answers = {wanted.answer(v.decode("latin-1")) for k, v in headers if k == name}
    return "yes" if "yes" in answers else "late" if "late" in answers else "no"


def asleep(
    rule: FaultRule, now: Instant, in_either: bool = False, began: Instant | None = None
) -> str:
    """Why a rule does not strike at this moment; empty if it may.

    `in_either`: a `from`, `until` or `lasts` that is a span has passed as soon as real time or
    virtual time has passed it. `began` is when the rule changed its first call; None before that.
    """
    if isinstance(rule.from_, int) and not _has_come(rule.from_, rule.from_real_ms, now, in_either):
        return "not begun"
    if isinstance(rule.until, int) and _has_come(rule.until, rule.until_real_ms, now, in_either):
        return "healed"
    if began is not None and rule.lasts is not None:
        ends = began.later(lasting_ms(rule.lasts))
        return "healed" if ends.rest_ms(now, in_either) <= 0 else ""
    return ""


def _has_come(at_ms: int, real_ms: int | None, now: Instant, in_either: bool) -> bool:
    if real_ms is None:  # a date
        return now.virtual_ms >= at_ms
    return Instant(at_ms, real_ms).rest_ms(now, in_either) <= 0


def left_out(rule: FaultRule, call: int, attempt: int, roll: float) -> str:
    """Why the nth matching call is not changed, by everything before `skip` and `times`; else empty."""
    when = rule.when
    if when.call is not None and not is_nth(when.call, call):
        return "another call is meant"
    if when.attempt is not None and not is_nth(when.attempt, attempt):
        return "another attempt is meant"
    if roll >= rule.probability:
        return "its probability left this call out"
    return ""


def spent(rule: FaultRule, count: int) -> str:
    """Why `skip` or `times` holds back the nth call that the rule would change; else empty."""
    if count <= rule.skip:
        return "skipped"
    if rule.times is not None and count > rule.skip + rule.times:
        return "spent"
    return ""
